// Exclusive or by hand: two hidden nodes fold the plane of inputs, and the output node draws one line through what they make of it.

const {
  add, chart, choice, columns, describe, extent, fixed, frame, heading, legend, linear, onDrag, pointIn, range, regions, set, sigmoid,
  slider, stack, status, table, through,
} = kit;

// The mathematics. A node is { w: [w1, w2], b }; a network is { hidden: [node, node], output: node, g }.

export const ACTIVATIONS = {
  identity: (z) => z,
  ReLU: (z) => Math.max(0, z),
  sigmoid,
};
export const CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]];
export const xor = ([a, b]) => (a === b ? 0 : 1);
const THRESHOLD = 0.5;

export const sum = ({ w, b }, x) => w[0] * x[0] + w[1] * x[1] + b;
export const hidden = (net, x) => net.hidden.map((node) => ACTIVATIONS[net.g](sum(node, x)));
export const output = (net, x) => sum(net.output, hidden(net, x));
export const classOf = (net, x) => (output(net, x) > THRESHOLD ? 1 : 0);
export const right = (net) => CORNERS.filter((x) => classOf(net, x) === xor(x)).length;

/** The point nearest to `centre` where the node's sum is `level`, or null for a node without weights. */
export function foot({ w, b }, centre, level) {
  const size = w[0] ** 2 + w[1] ** 2;
  if (size < 1e-6) return null;
  const t = (level - sum({ w, b }, centre)) / size;
  return [centre[0] + t * w[0], centre[1] + t * w[1]];
}

// The picture: two planes. Each node has a line in the plane of what it gets.

const SIZE = 360;
const INPUTS = [-0.6, 1.6]; // what is shown of each input
const SHAPES = ["M-8 0a8 8 0 1 0 16 0a8 8 0 1 0 -16 0z", "M0 -10L10 8L-10 8z"];

const STYLE = `
  .ground { fill: var(--sky); fill-opacity: .22; }
  .one { fill: var(--orange); fill-opacity: .4; }
  .net { fill: none; stroke: currentColor; stroke-opacity: .3; }
  .node-0 { --node: var(--green); }
  .node-1 { --node: var(--pink); --dash: 10 5; }
  .node-2 { --node: currentColor; }
  .line { fill: none; stroke: var(--node); stroke-width: 3; }
  .across { stroke-dasharray: var(--dash); }
  .handle { fill: var(--node); stroke: var(--paper); stroke-width: 2; }
  .corner { stroke: var(--paper); stroke-width: 1.5; pointer-events: none; }
  .false { fill: var(--blue); }
  .true { fill: var(--vermillion); }
  .chart { touch-action: none; user-select: none; }
  .heading { text-align: center; }
  .columns { gap: 1em 1.6em; }
  .status { font-size: 1.15em; }
  fieldset { border: 0; border-left: .3em solid var(--node); margin: 0; padding: 0 0 0 .7em; min-width: 0; }
  legend { font-weight: 700; padding: 0; }
  code { display: block; }
  @container (max-width: 700px) {
    .planes { grid-template-columns: 1fr 1fr; }
    .planes > :last-child { grid-column: 1 / 3; }
    .planes text { font-size: 19px; }
  }
`;

/** A plane of two numbers: the region of class 1, a net of the inputs, a group for the nodes' lines. */
function plane(parent, title, names) {
  heading(parent, title);
  const [x, y] = names.map((name) => linear(INPUTS, { title: name, count: 4 }));
  const self = chart(parent, { width: SIZE, height: SIZE, x, y });
  describe(self.svg, title);
  add(self.inside, "rect", { class: "ground", width: SIZE, height: SIZE });
  const [one, net] = ["one", "net"].map((kind) => add(self.inside, "path", { class: kind }));
  const width = () => x.scale.domain()[1] - x.scale.domain()[0];
  const centre = () => [x, y].map(({ scale }) => scale.invert(SIZE / 2));
  return { ...self, one, net, width, centre };
}

/** A square net of the inputs, each of its lines sent through `map`. */
function netOf({ at }, map) {
  const ways = range(12).flatMap((k) => [(t) => [INPUTS[0] + 0.2 * k, t], (t) => [t, INPUTS[0] + 0.2 * k]]);
  return ways.map((way) => through(range(45).map((i) => at(...map(way(INPUTS[0] + 0.05 * i)))))).join("");
}

function render({ model, el }) {
  const [W1, b1, W2, b2] = ["W1", "b1", "W2", "b2"].map((name) => model.get(name));
  const most = model.get("most");
  const state = {
    hidden: [0, 1].map((i) => ({ w: [W1[0][i], W1[1][i]], b: b1[i] })),
    output: { w: [W2[0][0], W2[1][0]], b: b2[0] },
    g: model.get("activation"),
  };
  const nodes = [...state.hidden, state.output];
  const names = ["hidden node 1", "hidden node 2", "output node"];

  const { body, close } = frame(el, model, { name: "feed-forward", style: STYLE });
  const [left, middle, beside] = columns(body, 1, 1, 0.95);
  left.parentElement.classList.add("planes");
  const before = plane(left, "the inputs", ["x₁", "x₂"]);
  const after = plane(middle, "what the output node sees", ["h₁", "h₂"]);
  const activations = Object.keys(ACTIVATIONS).map((name) => [name, name]);
  choice(beside, "Activation of the hidden nodes", activations, state.g, (name) => {
    state.g = name;
    paint();
  });
  const say = status(beside);
  const numbers = add(beside, "div");
  const code = add(beside, "code");
  legend(beside, [
    ["dot", "false", "XOR is 0"], ["triangle", "true", "XOR is 1"], ["area", "ground", "class 0"], ["area", "one", "class 1"],
    ["line", "line node-0", "hidden node 1 at 0"], ["line", "line across node-1", "hidden node 2 at 0"],
    ["line", "line node-2", "output at ½"],
  ]);

  const sliders = columns(body, 1, 1, 1).flatMap((column, k) => {
    const box = add(column, "fieldset", { class: `node-${k}` });
    add(box, "legend", {}, names[k]);
    const rows = stack(box);
    const from = k < 2 ? "x" : "h";
    return [`from ${from}₁`, `from ${from}₂`, "bias"].map((title, part) => {
      const limits = { name: `${title}, ${names[k]}`, min: -most, max: most, step: 0.05 };
      const { input, show } = slider(rows, title, limits, (value) => {
        if (part < 2) nodes[k].w[part] = value;
        else nodes[k].b = value;
        paint();
      });
      return () => {
        const value = part < 2 ? nodes[k].w[part] : nodes[k].b;
        input.value = value;
        show(fixed(value));
      };
    });
  });

  // A line for each node: a dot that moves it (bias), an arrow that turns it (weights).
  const marks = nodes.map((node, k) => {
    const at = k < 2 ? before : after;
    const group = add(at.over, "g", { class: `node-${k}` });
    const line = add(add(at.inside, "g", { class: `node-${k}` }), "path", { class: "line across" });
    const shaft = add(group, "path", { class: "line" });
    const [dot, tip] = [8, 6].map((r) => add(group, "circle", { class: "handle", r }));
    const mark = { node, at, level: k < 2 ? 0 : THRESHOLD, line, shaft, dot, tip };
    hold(mark, dot, (to) => setBias(mark, to));
    hold(mark, tip, (to, start) => turn(mark, start, to));
    return mark;
  });

  const held = (x) => Math.max(-most, Math.min(most, Math.round(x * 20) / 20));
  const reach = ({ at }) => 0.16 * at.width(); // of an arrow for weights of size 1

  function setBias({ node, level }, to) {
    node.b = held(level - node.w[0] * to[0] - node.w[1] * to[1]);
  }

  function turn(mark, start, to) {
    const w = to.map((x, j) => held((x - start[j]) / reach(mark)));
    if (w[0] || w[1]) mark.node.w.splice(0, 2, ...w);
    setBias(mark, start);
  }

  /** While a handle is held, `move` gets the point under the pointer, and where the line's dot was to begin with. */
  function hold({ node, at, level }, handle, move) {
    let start;
    onDrag(handle, {
      begin: () => { start = foot(node, at.centre(), level); },
      move: (event) => {
        const [x, y] = pointIn(at.svg, event);
        move([at.x.invert(x), at.y.invert(y)], start);
        paint();
      },
    });
  }

  const corners = [before, after].map((at) => CORNERS.map((x) => ({
    point: add(at.over, "path", { class: `corner ${Boolean(xor(x))}`, d: SHAPES[xor(x)] }),
    name: at === before ? add(at.over, "text", {}, `${x[0]}, ${x[1]}`) : null,
  })));

  /** Everything, from the state. */
  function paint() {
    const seen = CORNERS.map((x) => hidden(state, x));
    const [low, high] = extent([0, 1.5, ...seen.flat()]);
    for (const scale of [after.x, after.y]) scale.domain([Math.floor(2 * low) / 2 - 0.5, Math.ceil(2 * high) / 2 + 0.5]);
    after.ticks();
    set(before.one, { d: regions(before, (x) => output(state, x), [THRESHOLD])[0] });
    set(after.one, { d: regions(after, (h) => sum(state.output, h), [THRESHOLD])[0] });
    set(before.net, { d: netOf(before, (x) => x) });
    set(after.net, { d: netOf(after, (x) => hidden(state, x)) });
    for (const mark of marks) place(mark);
    [[before, CORNERS], [after, seen]].forEach(([at, points], k) => corners[k].forEach(({ point, name }, i) => {
      const [x, y] = at.at(...points[i]);
      set(point, { transform: `translate(${x} ${y})` });
      if (name) set(name, { x, y: y - 15 });
    }));
    for (const show of sliders) show();
    tell(seen);
  }

  /** One node's line, dot and arrow. */
  function place(mark) {
    const { node, at, level, line, shaft, dot, tip } = mark;
    const on = foot(node, at.centre(), level);
    for (const part of [line, shaft, dot, tip]) part.style.display = on ? "" : "none";
    if (!on) return;
    const far = (20 * at.width()) / Math.hypot(...node.w);
    set(line, { d: through([-far, far].map((t) => at.at(on[0] - t * node.w[1], on[1] + t * node.w[0]))) });
    const ends = [on, on.map((value, j) => value + reach(mark) * node.w[j])].map((point) => at.at(...point));
    set(shaft, { d: through(ends) });
    [dot, tip].forEach((circle, k) => set(circle, { cx: ends[k][0], cy: ends[k][1] }));
  }

  /** The four inputs in numbers, and the network as Python. */
  function tell(seen) {
    say(`${right(state)} of 4 right`);
    numbers.replaceChildren();
    table(numbers, {
      label: "The four inputs, step by step", head: ["x₁, x₂", "h₁", "h₂", "Z", "class", "XOR"],
      rows: CORNERS.map((x, i) => [
        x.join(", "), ...[...seen[i], output(state, x)].map((value) => fixed(value)), classOf(state, x),
        `${xor(x)} ${classOf(state, x) === xor(x) ? "✓" : "✗"}`,
      ]),
    });
    const [p, q] = state.hidden;
    const python = (x) => String(Number(x.toFixed(2)));
    code.replaceChildren();
    for (const text of [
      `W1 = [[${python(p.w[0])}, ${python(q.w[0])}], [${python(p.w[1])}, ${python(q.w[1])}]]`,
      `b1 = [${python(p.b)}, ${python(q.b)}]`,
      `W2 = [[${python(state.output.w[0])}], [${python(state.output.w[1])}]]`,
      `b2 = [${python(state.output.b)}]`,
    ]) add(code, "div", {}, text);
  }

  paint();
  return close;
}

export default { render };

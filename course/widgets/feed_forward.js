// Exclusive or by hand: two hidden nodes fold the plane of inputs, and the output node draws one line through what they make of it.

const {
  add, arrowhead, chart, choice, columns, describe, extent, fixed, frame, heading, legend, linear, onDrag, player, pointIn, predict, range,
  regions, set, sigmoid, slider, stack, status, table, through,
} = kit;

// The mathematics. A node is { w: [w1, w2], b }; a network is { hidden: [node, node], output: node, g }.

export const ACTIVATIONS = {
  ReLU: (z) => Math.max(0, z),
  identity: (z) => z,
  sigmoid,
};
export const CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]];
export const xor = ([a, b]) => (a === b ? 0 : 1);
const THRESHOLD = 0.5;

export const network = ({ W1, b1, W2, b2, activation }) => ({
  hidden: [0, 1].map((i) => ({ w: [W1[0][i], W1[1][i]], b: b1[i] })),
  output: { w: [W2[0][0], W2[1][0]], b: b2[0] },
  g: activation,
});
export const sum = ({ w, b }, x) => w[0] * x[0] + w[1] * x[1] + b;
export const hidden = (net, x) => net.hidden.map((node) => ACTIVATIONS[net.g](sum(node, x)));
export const output = (net, x) => sum(net.output, hidden(net, x));
export const classOf = (net, x) => (output(net, x) > THRESHOLD ? 1 : 0);
export const right = (net) => CORNERS.filter((x) => classOf(net, x) === xor(x)).length;

/** A point on its way from x, at 0, to what the hidden layer makes of it, at 1. */
export const moved = (net, fold, x) => between(x, hidden(net, x), fold);
const between = (a, b, t) => a.map((value, j) => (1 - t) * value + t * b[j]);

/** The point nearest to `centre` where the node's sum is `level`, or null for a node without weights. */
export function foot({ w, b }, centre, level) {
  const size = w[0] ** 2 + w[1] ** 2;
  if (size < 1e-6) return null;
  const t = (level - sum({ w, b }, centre)) / size;
  return [centre[0] + t * w[0], centre[1] + t * w[1]];
}

// Regions. In a piece of the plane in which no ReLU changes sides, the output is linear, so that its border is straight, and exact.

const INPUTS = [-0.6, 1.6]; // what is shown of each input
const SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1]].map((corner) => corner.map((k) => INPUTS[k]));

/** The part of a convex polygon where f, linear in it, is at least 0. */
export function cut(polygon, f) {
  return polygon.flatMap((point, k) => [...(f(point) >= 0 ? [point] : []), ...crossing(point, polygon[(k + 1) % polygon.length], f)]);
}

/** The two points of a convex polygon's border where f, linear in it, is 0; or none. */
export const crossings = (polygon, f) => polygon.flatMap((point, k) => crossing(point, polygon[(k + 1) % polygon.length], f));

function crossing(from, to, f) {
  const [here, there] = [f(from), f(to)];
  return (here >= 0) === (there >= 0) ? [] : [between(from, to, here / (here - there))];
}

/** The pieces of the square of inputs in which the output is linear: of one for "identity", of up to four for "ReLU". */
export function pieces(net) {
  if (net.g === "identity") return [SQUARE];
  const halves = (polygon, node) => [1, -1].map((sign) => cut(polygon, (x) => sign * sum(node, x)));
  return net.hidden.reduce((found, node) => found.flatMap((polygon) => halves(polygon, node)), [SQUARE]).filter(({ length }) => length > 2);
}

const above = (net) => (x) => output(net, x) - THRESHOLD - 1e-12;
export const polygonsOfOne = (net) => pieces(net).map((piece) => cut(piece, above(net))).filter(({ length }) => length > 2);
export const border = (net) => pieces(net).map((piece) => crossings(piece, above(net))).filter(({ length }) => length === 2);

/** A straight line of inputs on its way: its points, as few as show where it bends. */
function way(net, fold, from, to) {
  const folds = net.hidden.flatMap((node) => {
    const [here, there] = [sum(node, from), sum(node, to)];
    return here * there < 0 ? [here / (here - there)] : [];
  });
  const stops = net.g === "sigmoid" ? range(41).map((k) => k / 40) : [0, ...folds.sort((a, b) => a - b), 1];
  return stops.map((t) => moved(net, fold, between(from, to, t)));
}

// The picture: two planes. Each node has a line in the plane of what it gets.

const SIZE = 360;
const MOST = 3; // of weights and biases, on either side of 0
const SHAPES = ["M-8 0a8 8 0 1 0 16 0a8 8 0 1 0 -16 0z", "M0 -10L10 8L-10 8z"];
const NET = range(12).map((k) => INPUTS[0] + 0.2 * k).flatMap((at) => [
  [[INPUTS[0], at], [INPUTS[1], at]], [[at, INPUTS[0]], [at, INPUTS[1]]],
]);
const ARROW = 0.1; // of the plane's width is as long as the arrow of weights of size 1

const STYLE = `
  .ground { fill: var(--sky); fill-opacity: .22; fill-rule: evenodd; }
  .one { fill: var(--orange); fill-opacity: .4; }
  .net { fill: none; stroke: currentColor; stroke-opacity: .35; }
  .node-0 { --node: var(--green); }
  .node-1 { --node: var(--pink); --dash: 10 5; }
  .node-2 { --node: currentColor; }
  .line { fill: none; stroke: var(--node); stroke-width: 3; }
  .across { stroke-dasharray: var(--dash); }
  .thin { stroke-width: 2; }
  .handle { stroke-width: 2; }
  .dot { fill: var(--node); stroke: var(--paper); }
  .tip { fill: transparent; stroke: var(--node); }
  .corner { stroke: var(--paper); stroke-width: 1.5; pointer-events: none; }
  .false { fill: var(--blue); }
  .true { fill: var(--vermillion); }
  .chart { touch-action: none; user-select: none; }
  text:not(.tick) { paint-order: stroke; stroke: var(--paper); stroke-width: 4; stroke-opacity: .7; pointer-events: none; }
  .heading { text-align: center; }
  .columns { gap: 1em 1.6em; }
  .numbers td { padding: .1em .3em; }
  fieldset { border: 0; border-left: .3em solid var(--node); margin: 0; padding: 0 0 0 .7em; min-width: 0; }
  .node-1:is(fieldset) { border-left-style: dashed; }
  fieldset legend { font-weight: 700; padding: 0; }
  @container (max-width: 700px) {
    .planes { grid-template-columns: 1fr 1fr; }
    .planes > :last-child { grid-column: 1 / 3; }
    .planes text { font-size: 19px; }
  }
`;

/** A plane of two numbers: the region of class 1 and its border, a net of the inputs, a group for the nodes' lines. */
function plane(parent, title, names) {
  parent.classList.add("picture");
  const head = heading(parent, title);
  const [x, y] = names.map((name) => linear(INPUTS, { title: name, count: 4 }));
  const self = chart(parent, { width: SIZE, height: SIZE, x, y });
  const halves = add(self.inside, "g");
  const [ground, one] = ["ground", "one"].map((kind) => add(halves, "path", { class: kind }));
  const colour = (d) => {
    set(one, { d });
    set(ground, { d: `M0 0H${SIZE}V${SIZE}H0Z${d}` }); // all but that
  };
  const net = add(self.inside, "path", { class: "net" });
  const width = () => x.scale.domain()[1] - x.scale.domain()[0];
  const centre = () => [x, y].map(({ scale }) => scale.invert(SIZE / 2));
  const paths = (lines) => lines.map((line) => through(line.map((point) => self.at(...point)))).join("");
  return { ...self, head, halves, colour, net, width, centre, paths };
}

const NAMES = ["hidden node 1", "hidden node 2", "output node"];

/** Three sliders for each node. */
function nodeSliders(parent, nodes, change) {
  return columns(add(parent, "div", { class: "aside" }), 1, 1, 1).flatMap((column, k) => {
    const box = add(column, "fieldset", { class: `node-${k}` });
    add(box, "legend", {}, NAMES[k]);
    const rows = stack(box);
    const from = k < 2 ? "x" : "h";
    return [`from ${from}₁`, `from ${from}₂`, "bias"].map((title, part) => {
      const limits = { name: `${title}, ${NAMES[k]}`, min: -MOST, max: MOST, step: 0.05 };
      const { input, show } = slider(rows, title, limits, (value) => {
        const { w, b } = nodes()[k];
        change(k, part < 2 ? { w: w.map((each, j) => (j === part ? value : each)), b } : { w, b: value });
      });
      return () => {
        const { w, b } = nodes()[k];
        const value = part < 2 ? w[part] : b;
        input.value = value;
        show(fixed(value));
      };
    });
  });
}

function render({ model, el }) {
  const view = frame(el, model, { name: "feed-forward", style: STYLE, state: ["W1", "b1", "W2", "b2", "activation", "fold"] });
  const { body, state } = view;
  const nodes = () => [...network(state).hidden, network(state).output];
  const [left, middle, beside] = columns(body, 1, 1, 0.95);
  left.parentElement.classList.add("planes");
  const before = plane(left, "the inputs", ["x₁", "x₂"]);
  const after = plane(middle, "what the output node sees", ["h₁", "h₂"]);
  const edge = add(before.inside, "path", { class: "line thin node-2" });
  const bent = [0, 1].map((k) => add(after.inside, "path", { class: `line across thin node-${k}` }));
  set(before.net, { d: before.paths(NET) });

  const main = stack(beside);
  const names = Object.keys(ACTIVATIONS).map((name) => [name, name]);
  const choose = choice(main, "Activation", names, state.activation, (activation) => state.set({ activation }));
  const fold = slider(main, "Fold", { min: 0, max: 1, step: 0.01 }, (value) => state.set({ fold: value }));
  player(view, beside, {
    step() { // from the end, it starts again
      state.set({ fold: state.fold < 1 ? Math.min(1, Math.round(100 * state.fold + 1) / 100) : 0 });
      return state.fold < 1;
    },
    reset: () => state.set({ fold: 0 }),
  });
  const say = status(beside);
  const numbers = add(beside, "div", { class: "aside numbers" });
  legend(beside, [
    ["dot", "false", "XOR is 0"], ["triangle", "true", "XOR is 1"], ["area", "ground", "class 0"], ["area", "one", "class 1"],
    ["line", "line node-0", "z₁ = 0"], ["line", "line across node-1", "z₂ = 0"], ["line", "line node-2", "output ½"],
    ["line", "net", "a net of inputs"], ["dot", "dot node-2", "drag: bias"], ["dot", "tip node-2", "drag: weights"],
  ]);
  const change = (k, { w, b }) => state.set(k === 2 ? { W2: w.map((value) => [value]), b2: [b] } : {
    W1: state.W1.map((row, j) => row.map((value, i) => (i === k ? w[j] : value))),
    b1: state.b1.map((value, i) => (i === k ? b : value)),
  });
  const sliders = nodeSliders(body, nodes, change);

  // A line for each node: a dot that moves it (bias), an arrow that turns it (weights), a name.
  const marks = NAMES.map((_, k) => {
    const at = k < 2 ? before : after;
    const group = add(at.inside, "g", { class: `node-${k}` });
    const line = add(group, "path", { class: "line across" });
    const shaft = add(group, "path", { class: "line", "marker-end": arrowhead(at.svg) });
    const [dot, tip] = [["dot", 8], ["tip", 10]].map(([kind, r]) => add(group, "circle", { class: `handle ${kind}`, r }));
    const name = add(group, "text", {}, ["z₁ = 0", "z₂ = 0", "output ½"][k]);
    const mark = { k, at, level: k < 2 ? 0 : THRESHOLD, line, name, parts: [line, shaft, dot, tip, name], shaft, ends: [dot, tip] };
    hold(mark, dot, (to) => passing(mark, nodes()[k].w, to));
    hold(mark, tip, (to, start) => turned(mark, start, to));
    return mark;
  });

  const held = (x) => Math.max(-MOST, Math.min(MOST, Math.round(x * 20) / 20));
  const reach = ({ at }) => ARROW * at.width();

  /** The node with these weights whose line runs through a point. */
  function passing({ level }, w, to) {
    return { w, b: held(level - w[0] * to[0] - w[1] * to[1]) };
  }

  function turned(mark, start, to) {
    const w = to.map((x, j) => held((x - start[j]) / reach(mark)));
    return passing(mark, w[0] || w[1] ? w : nodes()[mark.k].w, start);
  }

  /** While a handle is held, `node` makes one of the point under the pointer, and of where the line's dot was to begin with. */
  function hold({ k, at, level }, handle, node) {
    let start;
    onDrag(handle, {
      begin: () => { start = foot(nodes()[k], at.centre(), level); },
      move: (event) => {
        const [x, y] = pointIn(at.svg, event);
        change(k, node([at.x.invert(x), at.y.invert(y)], start));
      },
    });
  }

  const corners = new Map([before, after].map((at) => [at, CORNERS.map((x) => ({
    shape: add(at.over, "path", { class: `corner ${Boolean(xor(x))}`, d: SHAPES[xor(x)] }),
    name: at === before ? add(at.over, "text", {}, `${x[0]}, ${x[1]}`) : null,
  }))]));

  /** Everything, from the state. */
  function draw() {
    const net = network(state);
    const [low, high] = extent([0, 1.5, ...CORNERS.flatMap((x) => hidden(net, x))]);
    for (const scale of [after.x, after.y]) scale.domain([Math.floor(2 * low) / 2 - 0.5, Math.ceil(2 * high) / 2 + 0.5]);
    after.ticks();
    colourInputs(net);
    colourHidden(net);
    for (const mark of marks) place(mark, nodes()[mark.k]);
    putCorners(before, CORNERS);
    choose.value = state.activation;
    for (const show of sliders) show();
    tell(net);
    move();
  }

  /** What changes while the inputs are on their way. */
  function move() {
    const net = network(state);
    set(after.net, { d: after.paths(NET.map(([from, to]) => way(net, state.fold, from, to))) });
    net.hidden.forEach((node, k) => {
      const ends = crossings(SQUARE, (x) => sum(node, x));
      set(bent[k], { d: ends.length ? after.paths([way(net, state.fold, ...ends)]) : "" });
    });
    const places = CORNERS.map((x) => moved(net, state.fold, x));
    putCorners(after, places);
    for (const part of [after.halves, ...marks[2].parts]) part.style.opacity = state.fold;
    after.head.textContent = state.fold === 1 ? "what the output node sees"
      : state.fold ? `${fixed(100 * state.fold, 0)} % of the way there` : "the inputs, before they move";
    const arrived = CORNERS.map((x, i) => `(${x.join(", ")}) at ${places[i].map((value) => fixed(value)).join(", ")}`);
    describe(after.svg, `${after.head.textContent}: ${arrived.join("; ")}.`);
    fold.input.value = state.fold;
    fold.show(fixed(state.fold));
  }

  function putCorners(at, points) {
    points.forEach((point, i) => {
      const [x, y] = at.at(...point);
      const { shape, name } = corners.get(at)[i];
      set(shape, { transform: `translate(${x} ${y})` });
      if (name) set(name, { x, y: y - 15 });
    });
  }

  /** The region of class 1 in the plane of inputs: polygons, or for a sigmoid what is bounded by a curve. */
  function colourInputs(net) {
    const curved = net.g === "sigmoid" ? regions(before, (x) => output(net, x), [THRESHOLD], 5)[0] : null;
    before.colour(curved ?? polygonsOfOne(net).map((polygon) => `${before.paths([polygon])}Z`).join(""));
    set(edge, { d: curved ?? before.paths(border(net)) });
  }

  /** The output node's half of the plane of hidden values. */
  function colourHidden(net) {
    const [[left, right], [low, high]] = [after.x.domain(), after.y.domain()];
    const half = cut([[left, low], [right, low], [right, high], [left, high]], (h) => sum(net.output, h) - THRESHOLD - 1e-12);
    after.colour(half.length > 2 ? `${after.paths([half])}Z` : "");
  }

  /** One node's line, dot, arrow and name. */
  function place(mark, node) {
    const { at, level, line, name, parts, shaft, ends } = mark;
    const on = foot(node, at.centre(), level);
    for (const part of parts) part.style.display = on ? "" : "none";
    if (!on) return;
    const size = Math.hypot(...node.w);
    const far = (20 * at.width()) / size;
    set(line, { d: at.paths([[-far, far].map((t) => [on[0] - t * node.w[1], on[1] + t * node.w[0]])]) });
    const [start, end] = [on, on.map((value, j) => value + reach(mark) * node.w[j])].map((point) => at.at(...point));
    set(shaft, { d: through([start, end]) });
    [start, end].forEach(([cx, cy], k) => set(ends[k], { cx, cy }));
    const beside = mark.k === 2 ? 58 : 40;
    set(name, { x: start[0] - (beside * node.w[0]) / size, y: start[1] + 5 + (22 * node.w[1]) / size });
  }

  /** What is seen, in words, and the four inputs in numbers. */
  function tell(net) {
    const wrong = CORNERS.filter((x) => classOf(net, x) !== xor(x)).map((x) => `(${x.join(", ")})`);
    const silent = [0, 1].filter((k) => CORNERS.every((x) => hidden(net, x)[k] === 0)).map((k) => ["h₁", "h₂"][k]);
    const quiet = silent.length ? ` ${silent.join(" and ")} ${silent.length > 1 ? "are" : "is"} 0 for all four: silent.` : "";
    say(`${right(net)} of 4 right${wrong.length ? `; wrong: ${wrong.join(", ")}` : ""}.${quiet}`);
    describe(before.svg, "The plane of inputs.", ` ${right(net)} of 4 lie in the region of their class.${quiet}`);
    numbers.replaceChildren();
    table(numbers, {
      label: "The four inputs, step by step", head: ["x₁, x₂", "h₁", "h₂", "Z", "class", "XOR"],
      rows: CORNERS.map((x) => [
        x.join(", "), ...[...hidden(net, x), output(net, x)].map((value) => fixed(value)), classOf(net, x),
        `${xor(x)} ${classOf(net, x) === xor(x) ? "✓" : "✗"}`,
      ]),
    });
  }

  predict(view, {
    words: "how many of the four are right", truth: () => right(network(state)),
    nodes: [beside.querySelector(".status"), numbers, before.halves, edge, after.halves],
  });
  state.watch((changed) => ([...changed].every((name) => name === "fold") ? move() : draw()));
  draw();
  return view.close;
}

export default { render };

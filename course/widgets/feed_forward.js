// Exclusive or by hand: two hidden nodes fold the plane of inputs, and the output node draws one line through what they make of it.

// The mathematics. A node is { w: [w1, w2], b }; a network is { hidden: [node, node], output: node, g }.

export const ACTIVATIONS = {
  identity: (z) => z,
  ReLU: (z) => Math.max(0, z),
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
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

// The picture: two planes, each with a view { low, high } of its square, drawn 360 by 360.

const SIZE = 360;
const CELLS = 60;
const INPUTS = { low: -0.6, high: 1.6 };
const COLOURS = ["#009E73", "#CC79A7", "#D55E00"];

const STYLE = `
.feed-forward { container-type: inline-size; max-width: 1500px; color: var(--jp-content-font-color1, CanvasText); font-family: inherit;
  font-variant-numeric: tabular-nums; }
.feed-forward .body { font-size: clamp(13px, 1.35cqw, 22px); line-height: 1.4; }
.feed-forward .planes { display: grid; grid-template-columns: 1fr 1fr minmax(0, .95fr); gap: 1.6em; align-items: start; }
.feed-forward .nodes { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 1.2em; margin-top: .6em; }
@container (max-width: 760px) { .feed-forward .planes { grid-template-columns: 1fr 1fr; } }
.feed-forward svg { width: 100%; height: auto; display: block; touch-action: none; user-select: none; overflow: visible; }
.feed-forward text { fill: currentColor; font-size: 15px; text-anchor: middle; dominant-baseline: central; }
.feed-forward .frame { fill: #56B4E9; fill-opacity: .22; stroke: currentColor; stroke-opacity: .4; }
.feed-forward .one { fill: #E69F00; fill-opacity: .4; }
.feed-forward .net { fill: none; stroke: currentColor; stroke-opacity: .3; }
.feed-forward .line { stroke-width: 3; fill: none; }
.feed-forward .handle { cursor: grab; stroke: Canvas; stroke-width: 2; }
.feed-forward .corner { stroke: Canvas; stroke-width: 1.5; pointer-events: none; }
.feed-forward fieldset { border: 0; border-left: .3em solid var(--node); margin: 0; padding: 0 0 0 .7em; min-width: 0; }
.feed-forward legend { font-weight: 700; padding: 0; }
.feed-forward label { display: grid; grid-template-columns: 4.6em minmax(0, 1fr) 3.6em; gap: .5em; align-items: center; }
.feed-forward label.choice { display: flex; margin-bottom: .5em; }
.feed-forward input { width: 100%; accent-color: #0072B2; }
.feed-forward select { font: inherit; }
.feed-forward output { text-align: right; font-weight: 600; }
.feed-forward h4 { margin: 0 0 .3em; font-size: 1.05em; font-weight: 700; text-align: center; }
.feed-forward table { border-collapse: collapse; width: 100%; font-size: inherit; margin: 0 0 .6em; }
.feed-forward :is(th, td) { text-align: right; padding: .15em .35em; border: 0; background: none; font-weight: 400; white-space: nowrap; }
.feed-forward thead th { border-bottom: 1px solid currentColor; font-weight: 600; }
.feed-forward .verdict { font-weight: 700; font-size: 1.15em; margin: 0 0 .5em; }
.feed-forward code { display: block; background: none; color: inherit; font-size: .92em; }
`;

const digits = (x) => (Math.abs(x) < 0.005 ? 0 : x).toFixed(2).replace("-", "−");
const python = (x) => String(Number(x.toFixed(2)));

let drawn = 0; // planes, for names that no two share

/** A square plane: what is drawn in it, and the way from numbers to the picture and back. */
function plane(parent, title, axes) {
  const box = add(parent, "div");
  add(box, "h4", {}, title);
  const svg = add(box, "svg", { viewBox: `-34 -8 ${SIZE + 44} ${SIZE + 44}`, role: "img", "aria-label": title });
  const clip = `feed-forward-${drawn++}`;
  add(add(add(svg, "defs"), "clipPath", { id: clip }), "rect", { width: SIZE, height: SIZE });
  add(svg, "rect", { class: "frame", width: SIZE, height: SIZE });
  const inside = add(svg, "g", { "clip-path": `url(#${clip})` });
  const self = { svg, inside, view: INPUTS, ticks: add(svg, "g"), front: add(svg, "g") };
  add(svg, "text", { x: SIZE / 2, y: SIZE + 26 }, axes[0]);
  add(svg, "text", { x: -22, y: SIZE / 2 }, axes[1]);
  self.one = add(inside, "path", { class: "one" });
  self.net = add(inside, "path", { class: "net" });
  self.to = ([x, y]) => {
    const scale = SIZE / (self.view.high - self.view.low);
    return [(x - self.view.low) * scale, SIZE - (y - self.view.low) * scale];
  };
  self.from = (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const scale = (self.view.high - self.view.low) / SIZE;
    return [self.view.low + at.x * scale, self.view.low + (SIZE - at.y) * scale];
  };
  self.centre = () => [(self.view.low + self.view.high) / 2, (self.view.low + self.view.high) / 2];
  return self;
}

/** A path around the cells of a plane where a test holds, row by row. */
function region({ view }, test) {
  const step = (view.high - view.low) / CELLS;
  const size = SIZE / CELLS;
  let path = "";
  for (let row = 0; row < CELLS; row += 1) {
    for (let column = 0, start = -1; column <= CELLS; column += 1) {
      const holds = column < CELLS && test([view.low + (column + 0.5) * step, view.high - (row + 0.5) * step]);
      if (holds && start < 0) start = column;
      if (!holds && start >= 0) {
        path += `M${start * size} ${row * size}h${(column - start) * size}v${size}h${(start - column) * size}z`;
        start = -1;
      }
    }
  }
  return path;
}

/** A square net of the inputs, each of its lines sent through `map`. */
function net(at, map) {
  let path = "";
  for (let k = 0; k <= 11; k += 1) {
    for (const point of [(t) => [INPUTS.low + 0.2 * k, t], (t) => [t, INPUTS.low + 0.2 * k]]) {
      for (let i = 0; i <= 44; i += 1) path += `${i ? "L" : "M"}${at.to(map(point(INPUTS.low + 0.05 * i))).map((c) => c.toFixed(1)).join(" ")}`;
    }
  }
  return path;
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

  const root = add(el, "div", { class: "feed-forward", role: "group", "aria-label": "Exclusive or by hand: a network of two hidden nodes" });
  add(root, "style", {}, STYLE);
  const body = add(root, "div", { class: "body" });
  const planes = add(body, "div", { class: "planes" });
  const before = plane(planes, "the inputs", ["x₁", "x₂"]);
  const after = plane(planes, "what the output node sees", ["h₁", "h₂"]);
  const beside = add(planes, "div");
  const choice = add(beside, "label", { class: "choice" }, "Activation of the hidden nodes");
  const select = add(choice, "select");
  for (const name of Object.keys(ACTIVATIONS)) add(select, "option", { value: name }, name);
  select.value = state.g;
  const verdict = add(beside, "p", { class: "verdict", role: "status" });
  const table = add(beside, "table", { "aria-label": "The four inputs, step by step" });
  const head = add(add(table, "thead"), "tr");
  for (const title of ["x₁, x₂", "h₁", "h₂", "Z", "class", "XOR"]) add(head, "th", { scope: "col" }, title);
  const lines = add(table, "tbody");
  const code = add(beside, "code");

  const sliders = [];
  const controls = add(body, "div", { class: "nodes" });
  nodes.forEach((node, k) => {
    const set = add(controls, "fieldset", { style: `--node: ${COLOURS[k]}` });
    add(set, "legend", {}, k < 2 ? `hidden node ${k + 1}` : "output node");
    const from = k < 2 ? "x" : "h";
    [`from ${from}₁`, `from ${from}₂`, "bias"].forEach((title, part) => {
      const label = add(set, "label", {}, "");
      add(label, "span", {}, title);
      const name = `${title}, ${k < 2 ? `hidden node ${k + 1}` : "output node"}`;
      const input = add(label, "input", { type: "range", min: -most, max: most, step: 0.05, "aria-label": name });
      sliders.push({ input, shown: add(label, "output"), get: () => (part < 2 ? node.w[part] : node.b) });
      input.addEventListener("input", () => {
        if (part < 2) node.w[part] = Number(input.value);
        else node.b = Number(input.value);
        paint();
      });
    });
  });
  select.addEventListener("change", () => {
    state.g = select.value;
    paint();
  });

  // A line for each node, in the plane of what it gets: a dot that moves it (bias), an arrow that turns it (weights).
  const marks = nodes.map((node, k) => {
    const at = k < 2 ? before : after;
    const style = { class: "line", stroke: COLOURS[k] };
    const mark = { node, at, level: k < 2 ? 0 : THRESHOLD, line: add(at.inside, "path", style), shaft: add(at.front, "path", style) };
    mark.reach = () => 0.16 * (at.view.high - at.view.low); // of an arrow for weights of size 1
    mark.dot = add(at.front, "circle", { class: "handle", r: 8, fill: COLOURS[k] });
    mark.tip = add(at.front, "circle", { class: "handle", r: 8, fill: COLOURS[k] });
    drag(mark.dot, at, (to) => setBias(mark, to));
    drag(mark.tip, at, (to, start) => turn(mark, start, to));
    return mark;
  });

  const held = (x) => Math.max(-most, Math.min(most, Math.round(x * 20) / 20));

  function setBias({ node, level }, to) {
    node.b = held(level - node.w[0] * to[0] - node.w[1] * to[1]);
  }

  function turn(mark, start, to) {
    const w = to.map((x, j) => held((x - start[j]) / mark.reach()));
    if (w[0] || w[1]) mark.node.w.splice(0, 2, ...w);
    setBias(mark, start);
  }

  /** While a handle is held, `move` gets the point under the pointer, and where the line's dot was to begin with. */
  function drag(handle, at, move) {
    let start = null;
    handle.addEventListener("pointerdown", (event) => {
      const mark = marks.find(({ dot, tip }) => dot === handle || tip === handle);
      start = foot(mark.node, at.centre(), mark.level);
      handle.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    handle.addEventListener("pointermove", (event) => {
      if (!start) return;
      move(at.from(event), start);
      paint();
    });
    for (const end of ["pointerup", "pointercancel"]) handle.addEventListener(end, () => { start = null; });
  }

  const corners = [before, after].map((at) => CORNERS.map((x) => ({
    point: add(at.front, "path", { class: "corner", fill: xor(x) ? "#D55E00" : "#0072B2" }),
    name: at === before ? add(at.front, "text", {}, `${x[0]}, ${x[1]}`) : null,
  })));
  const SHAPES = ["M-8 0a8 8 0 1 0 16 0a8 8 0 1 0 -16 0z", "M0 -10L10 8L-10 8z"];

  /** Everything, from the state. */
  function paint() {
    const seen = CORNERS.map((x) => hidden(state, x));
    const low = Math.min(0, ...seen.flat());
    const high = Math.max(1.5, ...seen.flat());
    after.view = { low: Math.floor(2 * low) / 2 - 0.5, high: Math.ceil(2 * high) / 2 + 0.5 };
    before.one.setAttribute("d", region(before, (x) => output(state, x) > THRESHOLD));
    after.one.setAttribute("d", region(after, (h) => sum(state.output, h) > THRESHOLD));
    before.net.setAttribute("d", net(before, (x) => x));
    after.net.setAttribute("d", net(after, (x) => hidden(state, x)));
    for (const mark of marks) place(mark);
    [before, after].forEach((at, k) => {
      at.ticks.replaceChildren();
      for (let t = Math.ceil(at.view.low); t <= at.view.high; t += 1) {
        const [x, y] = at.to([t, t]);
        add(at.ticks, "text", { x, y: SIZE + 10 }, digits(t).replace(".00", ""));
        add(at.ticks, "text", { x: -10, y }, digits(t).replace(".00", ""));
      }
      corners[k].forEach(({ point, name }, i) => {
        const [x, y] = at.to(k ? seen[i] : CORNERS[i]);
        point.setAttribute("d", SHAPES[xor(CORNERS[i])]);
        point.setAttribute("transform", `translate(${x} ${y})`);
        if (name) for (const [key, value] of [["x", x], ["y", y - 20]]) name.setAttribute(key, value);
      });
    });
    for (const { input, shown, get } of sliders) {
      input.value = get();
      shown.textContent = digits(get());
    }
    tell(seen);
  }

  /** One node's line, dot and arrow. */
  function place({ node, at, level, line, shaft, dot, tip, reach }) {
    const on = foot(node, at.centre(), level);
    for (const part of [line, shaft, dot, tip]) part.style.display = on ? "" : "none";
    if (!on) return;
    const size = Math.hypot(...node.w);
    const far = 20 * (at.view.high - at.view.low);
    const ends = [-far, far].map((t) => at.to([on[0] - (t * node.w[1]) / size, on[1] + (t * node.w[0]) / size]));
    line.setAttribute("d", `M${ends[0].join(" ")}L${ends[1].join(" ")}`);
    const head = at.to([on[0] + reach() * node.w[0], on[1] + reach() * node.w[1]]);
    const [x, y] = at.to(on);
    shaft.setAttribute("d", `M${x} ${y}L${head.join(" ")}`);
    for (const [circle, [cx, cy]] of [[dot, [x, y]], [tip, head]]) {
      circle.setAttribute("cx", cx);
      circle.setAttribute("cy", cy);
    }
    tip.setAttribute("r", 5);
  }

  /** The four inputs in numbers, and the network as Python. */
  function tell(seen) {
    lines.replaceChildren();
    CORNERS.forEach((x, i) => {
      const row = add(lines, "tr");
      add(row, "th", { scope: "row" }, `${x[0]}, ${x[1]}`);
      for (const value of [...seen[i], output(state, x)]) add(row, "td", {}, digits(value));
      add(row, "td", {}, `${classOf(state, x)}`);
      add(row, "td", {}, `${xor(x)} ${classOf(state, x) === xor(x) ? "✓" : "✗"}`);
    });
    const words = `${right(state)} of 4 right`;
    if (verdict.textContent !== words) verdict.textContent = words;
    const [p, q] = state.hidden;
    code.replaceChildren();
    for (const text of [
      `W1 = [[${python(p.w[0])}, ${python(q.w[0])}], [${python(p.w[1])}, ${python(q.w[1])}]]`,
      `b1 = [${python(p.b)}, ${python(q.b)}]`,
      `W2 = [[${python(state.output.w[0])}], [${python(state.output.w[1])}]]`,
      `b2 = [${python(state.output.b)}]`,
    ]) add(code, "div", {}, text);
  }

  paint();
}

export default { render };

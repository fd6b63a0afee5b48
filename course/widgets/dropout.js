// Dropout: hidden nodes that live and die, and the mean over masks on its way to what the expected weights give.

const {
  add, button, chart, checkbox, columns, controls, counted, describe, extent, facts, fixed, frame, legend, linear, logarithmic, onPress,
  picture, range, rule, set, sigmoid, slider, status, through,
} = kit;

// The mathematics. One example x, h = max(0, x W1 + b1), z = Σ_i m_i h_i w_i + b2, and perhaps a sigmoid on top.

export function hidden({ x, W1, b1 }) {
  return b1.map((b, i) => Math.max(0, x.reduce((sum, value, j) => sum + value * W1[j][i], b)));
}

/** The output, every hidden node counted by its factor: a mask of 0 and 1, or P for each of them. */
export function output(network, factors, squash) {
  const z = hidden(network).reduce((sum, h, i) => sum + factors[i] * h * network.W2[i][0], network.b2[0]);
  return squash ? sigmoid(z) : z;
}

/** The mean output of all 2^h thinned networks, each counted with its probability. */
export function ensemble(network, P, squash) {
  const n = network.b1.length;
  let mean = 0;
  for (let code = 0; code < 2 ** n; code += 1) {
    const mask = network.b1.map((_, i) => (code >> i) & 1);
    const share = mask.reduce((product, m) => product * (m ? P : 1 - P), 1);
    mean += share * output(network, mask, squash);
  }
  return mean;
}

// The picture.

const MOST = 20000; // masks
const RADIUS = 27;
const ACROSS = 180; // from layer to layer

const STYLE = `
  text { dominant-baseline: central; }
  .chart text { dominant-baseline: auto; }
  .nodes circle { fill: transparent; stroke: currentColor; stroke-width: 1.5; }
  .alive circle { fill: color-mix(in srgb, var(--sky) 45%, transparent); }
  .dead { opacity: .75; }
  .dead circle { stroke-dasharray: 4 4; }
  .dead path { stroke: var(--vermillion); stroke-width: 3; }
  .pick:is(:hover, :focus-visible) circle { stroke-width: 4; }
  .edge { stroke: currentColor; stroke-width: 1.3; }
  .gone { stroke-opacity: .25; stroke-dasharray: 2 5; }
  .mean { fill: none; stroke: var(--blue); stroke-width: 2.5; }
  .expected { stroke: var(--vermillion); stroke-width: 2.5; stroke-dasharray: 9 6; }
  .all { stroke: var(--green); stroke-width: 3; stroke-dasharray: 2 5; }
`;

/** The network: edges first, nodes over them; a hidden node is deleted or brought back by `turn(i)`. */
function drawNetwork(parent, network, turn) {
  const sizes = [network.x.length, network.b1.length, 1];
  const tall = 70 * Math.max(...sizes);
  const described = { class: "nodes", role: "group", "aria-label": "The network" };
  const svg = picture(parent, { width: 2 * ACROSS + 120, height: tall + 36, ...described });
  const place = (layer, i) => [60 + ACROSS * layer, 30 + (tall / sizes[layer]) * (i + 0.5)];
  const edges = [0, 1].flatMap((layer) => range(sizes[layer]).flatMap((i) => range(sizes[layer + 1]).map((k) => {
    const [[x1, y1], [x2, y2]] = [place(layer, i), place(layer + 1, k)];
    return { node: layer ? i : k, line: add(svg, "line", { class: "edge", ...shortened(x1, y1, x2, y2) }) };
  })));
  ["inputs", "hidden nodes", "output"].forEach((name, layer) => add(svg, "text", { x: 60 + ACROSS * layer, y: 12 }, name));
  const circle = (layer, i, attributes) => {
    const [cx, cy] = place(layer, i);
    const group = add(svg, "g", attributes);
    add(group, "circle", { cx, cy, r: RADIUS });
    return { group, cx, cy, value: add(group, "text", { x: cx, y: cy }) };
  };
  network.x.forEach((value, j) => { circle(0, j, {}).value.textContent = fixed(value); });
  const nodes = network.b1.map((_, i) => {
    const node = circle(1, i, { role: "button", tabindex: 0 });
    onPress(node.group, () => turn(i));
    return { ...node, cross: add(node.group, "path", { d: `M${node.cx - 19} ${node.cy - 19}l38 38m0 -38l-38 38` }) };
  });
  return { edges, nodes, out: circle(2, 0, {}) };
}

/** A line between two circles, from rim to rim. */
function shortened(x1, y1, x2, y2) {
  const [dx, dy] = [x2 - x1, y2 - y1].map((d) => (RADIUS * d) / Math.hypot(x2 - x1, y2 - y1));
  return { x1: x1 + dx, y1: y1 + dy, x2: x2 - dx, y2: y2 - dy };
}

function render({ model, el }) {
  const network = Object.fromEntries(["x", "W1", "b1", "W2", "b2"].map((name) => [name, model.get(name)]));
  const h = hidden(network);
  const chance = () => network.b1.map(() => Math.random());
  const state = { P: model.get("keep_prob"), draws: chance(), byHand: {}, squash: false, total: 0, means: [] };
  const mask = () => state.draws.map((u, i) => state.byHand[i] ?? (u < state.P ? 1 : 0));

  const { body, close } = frame(el, model, { name: "dropout", style: STYLE });
  const bar = controls(body);
  const keep = slider(bar, "Keep probability P", { min: 0.05, max: 1, step: 0.05, value: state.P }, (value) => {
    state.P = value;
    begin();
  });
  button(bar, "New mask", () => draw(1));
  button(bar, "100 masks", () => draw(100));
  button(bar, "1000 masks", () => draw(1000));
  checkbox(bar, "sigmoid on the output", (checked) => {
    state.squash = checked;
    begin();
  });
  const [left, beside] = columns(body, 1, 1.1);
  const { edges, nodes, out } = drawNetwork(left, network, (i) => {
    state.byHand[i] = 1 - mask()[i];
    paint();
  });

  const across = logarithmic([1, 1e4], { title: "masks drawn", text: counted });
  const plot = chart(beside, { width: 450, height: 190, x: across, y: linear([0, 1], { title: "mean output so far", count: 4 }) });
  const [atExpected, atAll] = ["expected", "all"].map((kind) => rule(plot, kind, false));
  const curve = add(plot.inside, "path", { class: "mean" });
  legend(beside, [
    ["line", "mean", "mean over masks"], ["line", "expected", "expected weights"], ["line", "all", "mean of all networks"],
  ]);
  const tell = facts(beside);
  const settle = status(beside);

  /** Draw masks, and let each enter the mean; the last one is shown. */
  function draw(masks) {
    state.byHand = {};
    for (let k = 0; k < masks && state.means.length < MOST; k += 1) {
      state.draws = chance();
      state.total += output(network, mask(), state.squash);
      state.means.push(state.total / (state.means.length + 1));
    }
    paint();
  }

  function begin() {
    Object.assign(state, { total: 0, means: [], byHand: {} });
    paint();
  }

  /** Every number and mark, from the state. */
  function paint() {
    const alive = mask();
    nodes.forEach(({ group, value, cross }, i) => {
      set(group, { class: `pick ${alive[i] ? "alive" : "dead"}`, "aria-pressed": Boolean(alive[i]) });
      describe(group, `hidden node ${i}, value ${fixed(h[i])}, ${alive[i] ? "active" : "deleted"}`);
      value.textContent = fixed(h[i]);
      cross.style.display = alive[i] ? "none" : "";
    });
    edges.forEach(({ node, line }) => line.classList.toggle("gone", !alive[node]));
    const now = output(network, alive, state.squash);
    out.value.textContent = fixed(now);
    keep.show(fixed(state.P));
    const expected = output(network, alive.map(() => state.P), state.squash);
    const all = ensemble(network, state.P, state.squash);
    const n = state.means.length;
    tell([
      ["this network", fixed(now, 3)],
      [n ? `mean over ${n} mask${n === 1 ? "" : "s"}` : "mean over masks, none drawn yet", n ? fixed(state.means[n - 1], 3) : "–"],
      ["expected weights", fixed(expected, 3)],
      [`mean of all ${2 ** network.b1.length} networks`, fixed(all, 3)],
    ]);
    settle(Math.abs(all - expected) < 5e-4
      ? "The expected weights give the mean of all networks."
      : `The expected weights miss the mean of all networks by ${fixed(Math.abs(all - expected), 3)}.`);
    graph(expected, all);
  }

  /** The running mean against the number of masks, on a logarithmic axis, with both lines. */
  function graph(expected, all) {
    const n = state.means.length;
    const most = Math.max(1e4, n);
    const picked = [...new Set(range(241).map((k) => Math.round(most ** (k / 240))))].filter((k) => k <= n);
    const [low, high] = extent([...picked.map((k) => state.means[k - 1]), expected, all]);
    const reach = Math.max((high - low) * 0.56, state.squash ? 0.05 : 0.25);
    plot.x.domain([1, most]);
    plot.y.domain([(low + high) / 2 - reach, (low + high) / 2 + reach]);
    plot.ticks();
    set(curve, { d: picked.length ? through(picked.map((k) => plot.at(k, state.means[k - 1]))) : "" });
    atExpected(expected);
    atAll(all);
    const beside = `${fixed(expected, 3)} by expected weights and ${fixed(all, 3)} of all networks`;
    describe(plot.svg, `Mean output over ${n} masks, beside ${beside}`);
  }

  paint();
  return close;
}

export default { render };

// Dropout: hidden nodes that live and die, and the mean over masks on its way to what the expected weights give.

const {
  add, button, chart, checkbox, columns, controls, counted, describe, extent, facts, fixed, frame, legend, linear, logarithmic, mulberry,
  onPress, picture, player, predict, range, rule, set, sigmoid, slider, status, through,
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

/** The mean output over the first k masks from a seed, for each k up to `count`, and the last mask; without one, all nodes are active. */
export function drawMasks(network, P, squash, seed, count) {
  const { random } = mulberry(seed);
  const shares = hidden(network).map((h, i) => h * network.W2[i][0]);
  let mask = shares.map(() => 1);
  let total = 0;
  const means = range(1, count + 1).map((k) => {
    mask = shares.map(() => (random() < P ? 1 : 0));
    const z = shares.reduce((sum, share, i) => sum + mask[i] * share, network.b2[0]);
    total += squash ? sigmoid(z) : z;
    return total / k;
  });
  return { means, mask };
}

// The picture.

const MOST = 20000; // masks
const RADIUS = 27;
const ACROSS = 180; // from layer to layer

const STYLE = `
  text { dominant-baseline: central; }
  .chart text { dominant-baseline: auto; }
  .nodes circle { fill: transparent; stroke: currentColor; stroke-width: 1.5; }
  circle.alive, .alive circle { fill: color-mix(in srgb, var(--sky) 45%, transparent); stroke: currentColor; stroke-width: 1.5; }
  circle.dead, .dead circle { fill: none; stroke: currentColor; stroke-width: 1.5; stroke-dasharray: 4 4; }
  .cross { stroke: var(--vermillion); stroke-width: 3; }
  .nodes .cross { display: none; }
  .dead .cross { display: inline; }
  .pick:is(:hover, :focus-visible) circle { stroke-width: 4; }
  .edge { stroke: currentColor; stroke-width: 1.3; }
  .gone { stroke-opacity: .5; stroke-dasharray: 2 6; }
  .mean { fill: none; stroke: var(--blue); stroke-width: 2.5; }
  .expected { stroke: var(--vermillion); stroke-width: 2.5; stroke-dasharray: 9 6; }
  .all { stroke: var(--green); stroke-width: 3; stroke-dasharray: 2 5; }
  .body .facts { grid-template-columns: 1fr auto 1fr auto; gap: .1em 1.2em; margin: .5em 0; }
  .controls { margin: 0; }
  .player { margin: 0; }
  .dead text { paint-order: stroke; stroke: var(--paper); stroke-width: 6px; }
  &.projector .nodes text { font-size: 19px; }
  &.projector .picture .nodes { max-height: calc(100vh - 13rem); }
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
    add(group, "path", { class: "cross", d: `M${cx - 19} ${cy - 19}l38 38m0 -38l-38 38` });
    return { group, value: add(group, "text", { x: cx, y: cy }) };
  };
  network.x.forEach((value, j) => { circle(0, j, {}).value.textContent = fixed(value); });
  const nodes = network.b1.map((_, i) => {
    const node = circle(1, i, { role: "button", tabindex: 0 });
    onPress(node.group, () => turn(i));
    return node;
  });
  return { edges, nodes, out: circle(2, 0, {}) };
}

/** A line between two circles, from rim to rim. */
function shortened(x1, y1, x2, y2) {
  const [dx, dy] = [x2 - x1, y2 - y1].map((d) => (RADIUS * d) / Math.hypot(x2 - x1, y2 - y1));
  return { x1: x1 + dx, y1: y1 + dy, x2: x2 - dx, y2: y2 - dy };
}

/** The running mean against the number of masks, on a logarithmic axis, with both numbers that it may settle at. */
function drawMeans(parent) {
  const across = logarithmic([1, 1e4], { title: "masks drawn", text: counted });
  const plot = chart(parent, { width: 520, height: 160, x: across, y: linear([0, 1], { title: "mean output so far", count: 4 }) });
  const [atExpected, atAll] = ["expected", "all"].map((kind) => rule(plot, kind, false));
  const curve = add(plot.inside, "path", { class: "mean" });
  legend(parent, [
    ["line", "mean", "mean over masks"], ["line", "expected", "expected weights"], ["line", "all", "mean of all networks"],
  ]);

  function show(means, expected, all, least) {
    const n = means.length;
    const most = Math.max(1e4, n);
    const picked = [...new Set(range(241).map((k) => Math.round(most ** (k / 240))))].filter((k) => k <= n);
    const [low, high] = extent([...picked.map((k) => means[k - 1]), expected, all]);
    const reach = Math.max((high - low) * 0.56, least);
    plot.x.domain([1, most]);
    plot.y.domain([(low + high) / 2 - reach, (low + high) / 2 + reach]);
    plot.ticks();
    set(curve, { d: n ? through(picked.map((k) => plot.at(k, means[k - 1]))) : "" });
    atExpected(expected);
    atAll(all);
    const words = `Mean output over ${n} masks, beside that of expected weights and that of all networks`;
    describe(plot.svg, words, `: ${fixed(expected, 3)} and ${fixed(all, 3)}`);
  }
  return { svg: plot.svg, show };
}

function render({ model, el }) {
  const network = Object.fromEntries(["x", "W1", "b1", "W2", "b2"].map((name) => [name, model.get(name)]));
  const h = hidden(network);
  const view = frame(el, model, { name: "dropout", style: STYLE, state: ["keep_prob", "seed", "drawn", "turned", "squash"] });
  const { body, state } = view;
  const bar = controls(body);
  const keep = slider(bar, "Keep probability P", { min: 0.05, max: 1, step: 0.05 }, (value) => state.set({ keep_prob: value, turned: [] }));
  const box = checkbox(bar, "sigmoid on the output", (checked) => state.set({ squash: checked }));
  const seed = slider(bar, "Seed", { min: 0, max: 99, step: 1 }, (value) => state.set({ seed: value, turned: [] }));
  const draw = (masks) => state.set({ drawn: Math.min(MOST, state.drawn + masks), turned: [] });
  const run = player(view, bar, {
    step() {
      draw(run.running() ? Math.ceil((state.drawn + 1) / 60) : 1); // ever faster: the axis is logarithmic
      return state.drawn < MOST;
    },
    reset: () => state.set({ drawn: 0, turned: [] }),
  });
  button(run.bar, "100 masks", () => draw(100));
  button(run.bar, "1000 masks", () => draw(1000));

  const [left, right] = columns(body, 1, 1.2);
  left.classList.add("picture");
  const turn = (i) => state.set({ turned: state.turned.includes(i) ? state.turned.filter((node) => node !== i) : [...state.turned, i] });
  const { edges, nodes, out } = drawNetwork(left, network, turn);
  legend(add(left, "div", { class: "aside" }), [
    ["dot", "alive", "active node, and its value"], ["dot", "dead", "deleted node,"], ["cross", "cross", "crossed out"],
    ["line", "edge", "edge"], ["line", "edge gone", "edge that is gone"],
  ]);
  const chartOfMeans = drawMeans(right);
  const tell = facts(add(right, "div", { class: "aside" }));
  const say = status(right);

  /** The network with this mask. */
  function drawNodes(mask, now) {
    nodes.forEach(({ group, value }, i) => {
      set(group, { class: `pick ${mask[i] ? "alive" : "dead"}`, "aria-pressed": Boolean(mask[i]) });
      describe(group, `hidden node ${i}, value ${fixed(h[i])}, ${mask[i] ? "active" : "deleted"}`);
      value.textContent = fixed(h[i]);
    });
    edges.forEach(({ node, line }) => line.classList.toggle("gone", !mask[node]));
    out.value.textContent = fixed(now);
  }

  function drawAll() {
    const { keep_prob: P, squash, turned } = state;
    const { means, mask } = drawMasks(network, P, squash, state.seed, Math.min(MOST, state.drawn));
    const shown = mask.map((m, i) => (turned.includes(i) ? 1 - m : m));
    const now = output(network, shown, squash);
    const expected = output(network, mask.map(() => P), squash);
    const all = ensemble(network, P, squash);
    drawNodes(shown, now);
    chartOfMeans.show(means, expected, all, squash ? 0.05 : 0.25);
    keep.input.value = P;
    keep.show(fixed(P));
    seed.input.value = state.seed;
    seed.show(String(state.seed));
    box.checked = squash;
    const n = means.length;
    tell([
      ["this network", fixed(now, 3)], ["expected weights", fixed(expected, 3)],
      [`mean over ${n} mask${n === 1 ? "" : "s"}`, n ? fixed(means[n - 1], 3) : "–"], [`all ${2 ** h.length} networks`, fixed(all, 3)],
    ]);
    say(`${whatIsShown(means, turned)} ${compared(expected, all)}`);
  }

  predict(view, {
    words: "the mean output of all networks", truth: () => ensemble(network, state.keep_prob, state.squash),
    nodes: [chartOfMeans.svg, ...right.querySelectorAll(".facts, .status")],
  });
  state.watch(drawAll);
  drawAll();
  return view.close;
}

function whatIsShown(means, turned) {
  const mean = means.length ? ` The mean so far is ${fixed(means.at(-1), 3)}.` : "";
  if (turned.length) return `Turned by hand: node${turned.length > 1 ? "s" : ""} ${[...turned].sort().join(", ")}.${mean}`;
  return means.length ? `Mask ${means.length} is shown.${mean}` : "No mask is drawn: all nodes are active.";
}

function compared(expected, all) {
  const apart = Math.abs(all - expected);
  if (apart < 5e-4) return `The expected weights give the mean of all networks, ${fixed(all, 3)}.`;
  return `The expected weights give ${fixed(expected, 3)} and miss the mean of all networks, ${fixed(all, 3)}, by ${fixed(apart, 3)}.`;
}

export default { render };

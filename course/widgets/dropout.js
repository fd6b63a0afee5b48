// Dropout: hidden nodes that live and die, and the mean over masks on its way to what the expected weights give.

// The mathematics. One example x, h = max(0, x W1 + b1), z = Σ_i m_i h_i w_i + b2, and perhaps a sigmoid on top.

export function hidden({ x, W1, b1 }) {
  return b1.map((b, i) => Math.max(0, x.reduce((sum, value, j) => sum + value * W1[j][i], b)));
}

const sigmoid = (z) => 1 / (1 + Math.exp(-z));

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

const STYLE = `
.dropout { --alive: #56B4E9; --mean: #0072B2; --expected: #D55E00; --all: #009E73; container-type: inline-size; max-width: 1600px;
  color: var(--jp-content-font-color1, CanvasText); font-family: inherit; font-variant-numeric: tabular-nums; }
.dropout .body { font-size: clamp(13px, 1.35cqw, 22px); line-height: 1.4; }
.dropout .controls { display: flex; flex-wrap: wrap; align-items: center; gap: .5em 1.2em; margin: .3em 0 .8em; }
.dropout label { display: flex; align-items: center; gap: .5em; }
.dropout label output { min-width: 3em; font-weight: 600; }
.dropout input { accent-color: #0072B2; }
.dropout button { font: inherit; color: inherit; background: transparent; border: 1px solid currentColor; border-radius: .3em; padding: .15em .7em; cursor: pointer; }
.dropout button:is(:hover, :focus-visible) { outline: 2px solid currentColor; }
.dropout .columns { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1.1fr); gap: 2em; align-items: start; }
@container (max-width: 700px) { .dropout .columns { grid-template-columns: 1fr; } }
.dropout svg { width: 100%; height: auto; display: block; overflow: visible; }
.dropout text { fill: currentColor; font-size: 17px; text-anchor: middle; dominant-baseline: central; }
.dropout text.end { text-anchor: end; }
.dropout circle { fill: transparent; stroke: currentColor; stroke-width: 1.5; }
.dropout .alive circle { fill: color-mix(in srgb, var(--alive) 45%, transparent); }
.dropout .dead { opacity: .75; }
.dropout .dead circle { stroke-dasharray: 4 4; }
.dropout .dead path { stroke: var(--expected); stroke-width: 3; }
.dropout .pick { cursor: pointer; outline: none; }
.dropout .pick:is(:hover, :focus-visible) circle { stroke-width: 4; }
.dropout line.edge { stroke: currentColor; stroke-width: 1.3; }
.dropout line.gone { stroke-opacity: .25; stroke-dasharray: 2 5; }
.dropout .axis { stroke: currentColor; stroke-opacity: .5; }
.dropout polyline { fill: none; stroke: var(--mean); stroke-width: 2.5; }
.dropout .expected { stroke: var(--expected); stroke-width: 2.5; stroke-dasharray: 9 6; }
.dropout .all { stroke: var(--all); stroke-width: 3; stroke-dasharray: 2 5; }
.dropout table { border-collapse: collapse; margin: .4em 0; font-size: inherit; }
.dropout :is(th, td) { text-align: left; padding: .1em .8em .1em 0; border: 0; background: none; font-weight: 400; }
.dropout td { text-align: right; font-weight: 600; }
.dropout th::before { content: ""; display: inline-block; width: 1.6em; margin-right: .5em; vertical-align: middle;
  border-top: .22em var(--line, solid) var(--mark, transparent); }
`;

const digits = (x, places = 3) => x.toFixed(places).replace("-", "−");

function render({ model, el }) {
  const network = Object.fromEntries(["x", "W1", "b1", "W2", "b2"].map((name) => [name, model.get(name)]));
  const sizes = [network.x.length, network.b1.length, 1];
  const chance = () => network.b1.map(() => Math.random());
  const state = { P: model.get("keep_prob"), draws: chance(), byHand: {}, squash: false, total: 0, means: [] };
  const mask = () => state.draws.map((u, i) => state.byHand[i] ?? (u < state.P ? 1 : 0));

  const root = add(el, "div", { class: "dropout", role: "group", "aria-label": "Dropout, mask by mask" });
  add(root, "style", {}, STYLE);
  const body = add(root, "div", { class: "body" });
  const controls = add(body, "div", { class: "controls" });
  const frame = add(controls, "label", {}, "Keep probability P");
  const slider = add(frame, "input", { type: "range", min: 0.05, max: 1, step: 0.05 });
  slider.value = state.P;
  const shownP = add(frame, "output");
  const button = (text, masks) => add(controls, "button", { type: "button" }, text).addEventListener("click", () => draw(masks));
  button("New mask", 1);
  button("100 masks", 100);
  button("1000 masks", 1000);
  const boxed = add(controls, "label");
  const box = add(boxed, "input", { type: "checkbox" });
  add(boxed, "span", {}, "sigmoid on the output");

  const columns = add(body, "div", { class: "columns" });
  const tall = 70 * Math.max(...sizes);
  const picture = add(columns, "svg", { viewBox: `0 0 480 ${tall + 36}`, role: "group", "aria-label": "The network" });
  const beside = add(columns, "div");
  const chart = add(beside, "svg", { viewBox: "0 0 540 270", role: "img" });
  const table = add(add(beside, "table"), "tbody");
  const lines = [["this network", "transparent", "solid"], ["mean over masks", "var(--mean)", "solid"],
    ["expected weights", "var(--expected)", "dashed"], ["all networks", "var(--all)", "dotted"]].map(([name, mark, line]) => {
    const row = add(table, "tr");
    return { head: add(row, "th", { scope: "row", style: `--mark: ${mark}; --line: ${line}` }, name), cell: add(row, "td") };
  });
  const settled = add(beside, "p", { role: "status" });

  // The network: edges first, nodes over them.
  const place = (layer, i) => [60 + 180 * layer, 30 + (tall / sizes[layer]) * (i + 0.5)];
  const edges = [0, 1].flatMap((layer) => Array.from({ length: sizes[layer] }, (_, i) => Array.from({ length: sizes[layer + 1] }, (__, k) => {
    const [[x1, y1], [x2, y2]] = [place(layer, i), place(layer + 1, k)];
    const [dx, dy] = [x2 - x1, y2 - y1].map((d) => (RADIUS * d) / Math.hypot(x2 - x1, y2 - y1));
    return { node: layer ? i : k, line: add(picture, "line", { class: "edge", x1: x1 + dx, y1: y1 + dy, x2: x2 - dx, y2: y2 - dy }) };
  })).flat());
  ["inputs", "hidden nodes", "output"].forEach((name, layer) => add(picture, "text", { x: 60 + 180 * layer, y: 12 }, name));
  const circle = (layer, i, attributes) => {
    const [cx, cy] = place(layer, i);
    const group = add(picture, "g", attributes);
    add(group, "circle", { cx, cy, r: RADIUS });
    const cross = layer === 1 ? add(group, "path", { d: `M${cx - 19} ${cy - 19}l38 38m0 -38l-38 38` }) : null;
    return { group, cross, value: add(group, "text", { x: cx, y: cy }) };
  };
  network.x.forEach((value, j) => { circle(0, j, {}).value.textContent = digits(value, 2); });
  const nodes = network.b1.map((_, i) => circle(1, i, { class: "pick", role: "button", tabindex: 0 }));
  const out = circle(2, 0, {});
  nodes.forEach(({ group }, i) => {
    const turn = () => { state.byHand[i] = 1 - mask()[i]; paint(); };
    group.addEventListener("click", turn);
    group.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      turn();
    });
  });

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
    const h = hidden(network);
    nodes.forEach(({ group, value, cross }, i) => {
      group.setAttribute("class", `pick ${alive[i] ? "alive" : "dead"}`);
      group.setAttribute("aria-pressed", Boolean(alive[i]));
      group.setAttribute("aria-label", `hidden node ${i}, value ${digits(h[i], 2)}, ${alive[i] ? "active" : "deleted"}`);
      value.textContent = digits(h[i], 2);
      cross.style.display = alive[i] ? "none" : "";
    });
    edges.forEach(({ node, line }) => line.classList.toggle("gone", !alive[node]));
    const now = output(network, alive, state.squash);
    out.value.textContent = digits(now, 2);
    const expected = output(network, alive.map(() => state.P), state.squash);
    const all = ensemble(network, state.P, state.squash);
    const n = state.means.length;
    shownP.textContent = state.P.toFixed(2);
    lines[1].head.textContent = n ? `mean over ${n} mask${n === 1 ? "" : "s"}` : "mean over masks, none drawn yet";
    lines[3].head.textContent = `mean of all ${2 ** sizes[1]} networks`;
    [now, n ? state.means[n - 1] : NaN, expected, all].forEach((value, k) => {
      lines[k].cell.textContent = Number.isNaN(value) ? "–" : digits(value);
    });
    const gap = all - expected;
    settled.textContent = Math.abs(gap) < 5e-4
      ? "The expected weights give the mean of all networks."
      : `The expected weights miss the mean of all networks by ${digits(Math.abs(gap))}.`;
    graph(expected, all);
  }

  /** The running mean against the number of masks, on a logarithmic axis, with both lines. */
  function graph(expected, all) {
    chart.replaceChildren();
    const n = state.means.length;
    const top = Math.max(4, Math.ceil(Math.log10(Math.max(n, 1))));
    const picked = [...new Set(Array.from({ length: 241 }, (_, k) => Math.round(10 ** ((top * k) / 240))))].filter((k) => k <= n);
    const shown = [...picked.map((k) => state.means[k - 1]), expected, all];
    const middle = (Math.max(...shown) + Math.min(...shown)) / 2;
    const half = Math.max((Math.max(...shown) - Math.min(...shown)) * 0.56, state.squash ? 0.05 : 0.25);
    const across = (k) => 62 + (440 * Math.log10(k)) / top;
    const up = (value) => 115 - (100 * (value - middle)) / half;
    add(chart, "line", { class: "axis", x1: 62, y1: 220, x2: 502, y2: 220 });
    add(chart, "line", { class: "axis", x1: 62, y1: 15, x2: 62, y2: 220 });
    for (let power = 0; power <= top; power += 1) add(chart, "text", { x: across(10 ** power), y: 236 }, 10 ** power);
    for (const value of [middle - half * 0.8, middle, middle + half * 0.8]) add(chart, "text", { class: "end", x: 55, y: up(value) }, digits(value, 2));
    add(chart, "text", { x: 282, y: 260 }, "masks drawn");
    add(chart, "text", { x: 502, y: 8, class: "end" }, "mean output so far");
    add(chart, "line", { class: "expected", x1: 62, x2: 502, y1: up(expected), y2: up(expected) });
    add(chart, "line", { class: "all", x1: 62, x2: 502, y1: up(all), y2: up(all) });
    add(chart, "polyline", { points: picked.map((k) => `${across(k)},${up(state.means[k - 1])}`).join(" ") });
    chart.setAttribute("aria-label", `Mean output over ${n} masks, beside ${digits(expected)} by expected weights and ${digits(all)} of all networks`);
  }

  slider.addEventListener("input", () => {
    state.P = Number(slider.value);
    begin();
  });
  box.addEventListener("change", () => {
    state.squash = box.checked;
    begin();
  });
  paint();
}

export default { render };

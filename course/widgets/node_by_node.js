// Backpropagation, node by node: step through the forward pass and back again; a chosen node shows the sum over its Γ(u).

// The mathematics. A node is [g, uses, w, b], and its value g(z), z = Σ w · value + b.

const G = {
  linear: { value: (z) => z, slope: () => 1 },
  tanh: { value: Math.tanh, slope: (z) => 1 - Math.tanh(z) ** 2 },
  sigmoid: { value: (z) => 1 / (1 + Math.exp(-z)), slope: (z) => Math.exp(-Math.abs(z)) / (1 + Math.exp(-Math.abs(z))) ** 2 },
  relu: { value: (z) => Math.max(z, 0), slope: (z) => (z > 0 ? 1 : 0) },
  square: { value: (z) => z * z, slope: (z) => 2 * z },
};

export function forward(graph, x) {
  const z = [];
  const values = [];
  graph.forEach(([g, uses, w, b], v) => {
    z.push(g === "input" ? x[v] : uses.reduce((sum, u, k) => sum + w[k] * values[u], b));
    values.push(g === "input" ? x[v] : G[g].value(z[v]));
  });
  return { z, values };
}

/** Γ(u): each v that uses u, with ∂v/∂u. */
export function gamma(graph, z, u) {
  return graph.flatMap(([g, uses, w], v) => (uses.includes(u) ? [{ v, slope: G[g].slope(z[v]) * w[uses.indexOf(u)] }] : []));
}

export function backward(graph, z) {
  const gradients = graph.map(() => 0);
  gradients[graph.length - 1] = 1;
  for (let u = graph.length - 2; u >= 0; u -= 1) {
    gradients[u] = gamma(graph, z, u).reduce((sum, { v, slope }) => sum + gradients[v] * slope, 0);
  }
  return gradients;
}

/** ∂ℓ/∂w for each weight of v, and ∂ℓ/∂b. */
export function weightGradients(graph, { z, values }, gradients, v) {
  const [g, uses] = graph[v];
  const share = gradients[v] * G[g].slope(z[v]);
  return { dw: uses.map((u) => share * values[u]), db: share };
}

// The picture.

const COLUMN = 190;
const ROW = 84;
const R = 34;
const EDGE = { x: 56, y: 62 };
const digits = (x) => (Math.abs(x) < 0.005 ? 0 : x).toFixed(2).replace("-", "−");
const bracket = (x) => (x < -0.005 ? `(${digits(x)})` : digits(x));

const STYLE = `
.node-by-node { --u: #E69F00; --gamma: #009E73; container-type: inline-size; max-width: 1800px; --rust: #b04a00;
  color: var(--jp-content-font-color1, CanvasText); font-family: inherit; font-variant-numeric: tabular-nums; }
@media (prefers-color-scheme: dark) { .node-by-node { --rust: #ff9d5c; } }
[data-jp-theme-light="true"] .node-by-node { --rust: #b04a00; }
[data-jp-theme-light="false"] .node-by-node { --rust: #ff9d5c; }
.node-by-node .body { font-size: clamp(13px, 1.32cqw, 23px); line-height: 1.4; }
.node-by-node .controls { display: flex; flex-wrap: wrap; gap: .3em 1.4em; margin: .3em 0 .8em; align-items: center; }
.node-by-node label { display: flex; align-items: center; gap: .6em; }
.node-by-node output { min-width: 3.2em; font-weight: 600; white-space: nowrap; }
.node-by-node input { width: 7em; accent-color: #0072B2; }
.node-by-node label.step input { width: 13em; }
.node-by-node label.step output { min-width: 17em; }
.node-by-node button { font: inherit; color: inherit; background: none; border: 1px solid currentColor; border-radius: .3em; padding: .15em .8em; }
.node-by-node button:disabled { opacity: .4; }
.node-by-node .columns { display: grid; grid-template-columns: minmax(0, 1.4fr) minmax(0, 1fr); gap: 2.5em; align-items: start; }
@container (max-width: 760px) { .node-by-node .columns { grid-template-columns: 1fr; } }
.node-by-node svg { width: 100%; height: auto; display: block; overflow: visible; }
.node-by-node text { fill: currentColor; font-size: 18px; text-anchor: middle; dominant-baseline: central; }
.node-by-node text.name { font-weight: 700; }
.node-by-node text.gradient { fill: var(--rust); font-weight: 700; }
.node-by-node text:is(.name, .gradient, .slope) { paint-order: stroke; stroke: var(--jp-layout-color0, Canvas); stroke-width: 6px;
  stroke-linejoin: round; }
.node-by-node text.slope { font-size: 16px; font-weight: 600; }
.node-by-node circle { fill: transparent; stroke: currentColor; stroke-width: 1.2; }
.node-by-node .waiting circle { stroke-dasharray: 4 5; stroke-opacity: .6; }
.node-by-node path { fill: none; stroke: currentColor; stroke-opacity: .35; stroke-width: 1.6; }
.node-by-node path.head { fill: currentColor; fill-opacity: .45; stroke: none; }
.node-by-node path.lit { stroke: var(--u); stroke-opacity: 1; stroke-width: 4; }
.node-by-node path.head.lit { fill: var(--u); fill-opacity: 1; stroke: none; }
.node-by-node .pick { cursor: pointer; outline: none; }
.node-by-node .pick:hover circle, .node-by-node .pick:focus-visible circle { stroke-width: 5; stroke-opacity: 1; }
.node-by-node :is(.u, .gamma) circle { stroke: var(--lit); stroke-width: 5; fill: color-mix(in srgb, var(--lit) 26%, transparent); }
.node-by-node .u { --lit: var(--u); }
.node-by-node .gamma { --lit: var(--gamma); }
.node-by-node h4 { margin: 0 0 .3em; font-size: 1.15em; font-weight: 700; }
.node-by-node p { margin: 0 0 .6em; }
.node-by-node table { border-collapse: collapse; margin: 0 0 .8em; width: 100%; font-size: inherit; }
.node-by-node :is(th, td) { text-align: right; padding: .15em .45em; border: 0; background: none; white-space: nowrap; font-weight: 400; }
.node-by-node thead th { border-bottom: 1px solid currentColor; font-weight: 600; }
.node-by-node tfoot :is(th, td) { border-top: 1px solid currentColor; font-weight: 700; }
`;

/** A table with a head, rows of cells, and a foot whose last cell is the result. */
function table(parent, label, head, rows, foot) {
  const frame = add(parent, "table", { "aria-label": label });
  const titles = add(add(frame, "thead"), "tr");
  head.forEach((title) => add(titles, "th", { scope: "col" }, title));
  const body = add(frame, "tbody");
  rows.forEach(([first, ...others]) => {
    const line = add(body, "tr");
    add(line, "th", { scope: "row" }, first);
    others.forEach((cell) => add(line, "td", {}, cell));
  });
  if (!foot) return;
  const last = add(add(frame, "tfoot"), "tr");
  add(last, "th", { scope: "row", colspan: head.length - 1 }, foot[0]);
  add(last, "td", {}, foot[1]);
}

function render({ model, el }) {
  const [graph, names, places, ways] = ["graph", "names", "places", "ways"].map((name) => model.get(name));
  const x = [...model.get("x")];
  const n = graph.length;
  const last = 2 * n - x.length; // one step forward for each node that is no input, one step back for each node
  const state = { step: 0, picked: x.length };

  const root = add(el, "div", { class: "node-by-node", role: "group", "aria-label": "Forward and backward pass, node by node" });
  add(root, "style", {}, STYLE);
  const body = add(root, "div", { class: "body" });
  const controls = add(body, "div", { class: "controls" });
  const back = add(controls, "button", { type: "button" }, "Back");
  const on = add(controls, "button", { type: "button" }, "Step");
  const walk = slider(controls, "Steps", { min: 0, max: last, step: 1 }, "step");
  const drag = x.map((_, i) => slider(controls, names[i], { min: -3, max: 3, step: 0.1 }));
  const columns = add(body, "div", { class: "columns" });
  const drawing = add(columns, "div");
  const text = add(columns, "div", { "aria-live": "polite" });

  /** The node that a step computes, and which pass it belongs to. */
  const at = (step) => (step <= n - x.length ? { v: x.length + step - 1, pass: "forward" } : { v: last - step, pass: "backward" });
  const hasValue = (v) => v < x.length + state.step;
  const hasGradient = (v) => v >= last - state.step;

  const spot = ([column, y]) => [EDGE.x + column * COLUMN, EDGE.y + y * ROW];
  const width = 2 * EDGE.x + COLUMN * Math.max(...places.map(([column]) => column));
  const height = 2 * EDGE.y + ROW * Math.max(...ways.flat(2).concat(places).map(([, y]) => y));
  const svg = add(drawing, "svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": "The graph" });
  const arrows = graph.flatMap(([, uses], v) => uses.map((u, k) => {
    const points = ways[v][k].map(spot);
    const [from, to] = [points[0], points.at(-1)];
    const near = points.at(-2);
    const angle = Math.atan2(to[1] - near[1], to[0] - near[0]);
    const tip = [to[0] - R * Math.cos(angle), to[1] - R * Math.sin(angle)];
    const start = Math.atan2(points[1][1] - from[1], points[1][0] - from[0]);
    const route = [[from[0] + R * Math.cos(start), from[1] + R * Math.sin(start)], ...points.slice(1, -1), tip];
    const wings = [2.75, -2.75].map((turn) => [tip[0] + 13 * Math.cos(angle + turn), tip[1] + 13 * Math.sin(angle + turn)]);
    const line = add(svg, "path", { d: `M${route.map((point) => point.join(" ")).join("L")}` });
    const head = add(svg, "path", { class: "head", d: `M${tip.join(" ")}L${wings.map((point) => point.join(" ")).join("L")}Z` });
    const [a, b] = route.slice(0, 2);
    return { u, v, line, head, where: [a[0] + 0.42 * (b[0] - a[0]), a[1] + 0.42 * (b[1] - a[1])] };
  }));
  const nodes = graph.map(([g], v) => {
    const [cx, cy] = spot(places[v]);
    const group = add(svg, "g", { class: "pick", role: "button", tabindex: -1 });
    add(group, "circle", { cx, cy, r: R });
    add(group, "text", { class: "name", x: cx, y: cy - R - 14 }, g === "input" ? names[v] : `${names[v]} = ${g}`);
    const value = add(group, "text", { x: cx, y: cy });
    const gradient = add(group, "text", { class: "gradient", x: cx, y: cy + R + 14 });
    group.addEventListener("click", () => choose(v));
    group.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!by || !nodes[v + by]) return;
      event.preventDefault();
      event.stopPropagation();
      choose(v + by);
      nodes[v + by].group.focus();
    });
    return { group, value, gradient };
  });
  arrows.forEach((arrow) => { arrow.label = add(svg, "text", { class: "slope", x: arrow.where[0], y: arrow.where[1] }); });

  function choose(v) {
    state.picked = v;
    paint();
  }

  function go(step) {
    state.step = Math.min(Math.max(step, 0), last);
    if (state.step) state.picked = at(state.step).v;
    paint();
  }

  /** Every number, light and sentence, from the state. */
  function paint() {
    const pass = forward(graph, x);
    const gradients = backward(graph, pass.z);
    const u = state.picked;
    const users = gamma(graph, pass.z, u);
    const lit = state.step > n - x.length; // Γ(u) is of use on the way back
    nodes.forEach(({ group, value, gradient }, v) => {
      value.textContent = hasValue(v) ? digits(pass.values[v]) : "";
      gradient.textContent = hasGradient(v) ? digits(gradients[v]) : "";
      group.setAttribute("class", `pick ${hasValue(v) ? "" : "waiting"} ${v === u ? "u" : lit && users.some((one) => one.v === v) ? "gamma" : ""}`);
      group.setAttribute("tabindex", v === u ? 0 : -1);
      group.setAttribute("aria-pressed", v === u);
      const known = hasGradient(v) ? `, gradient ${digits(gradients[v])}` : "";
      group.setAttribute("aria-label", `${names[v]}: ${hasValue(v) ? `value ${digits(pass.values[v])}` : "not computed yet"}${known}`);
    });
    for (const { u: from, v, line, head, label } of arrows) {
      const used = lit ? from === u : v === u;
      line.setAttribute("class", used ? "lit" : "");
      head.setAttribute("class", used ? "head lit" : "head");
      label.textContent = used && lit ? digits(users.find((one) => one.v === v).slope)
        : used ? `· ${digits(graph[v][2][graph[v][1].indexOf(from)])}` : "";
    }
    walk.input.value = state.step;
    walk.output.textContent = caption();
    walk.input.setAttribute("aria-valuetext", caption());
    back.disabled = state.step === 0;
    on.disabled = state.step === last;
    drag.forEach(({ input, output }, i) => {
      input.value = x[i];
      output.textContent = digits(x[i]);
    });
    text.replaceChildren();
    add(text, "h4", {}, `u = ${names[u]}`);
    if (!lit) tellForward(u, pass);
    else tellBackward(u, pass, gradients, users);
  }

  function caption() {
    if (!state.step) return "0: only the inputs are known";
    const { v, pass } = at(state.step);
    return `${state.step} of ${last}: ${pass}, ${names[v]}`;
  }

  function tellForward(v, { z, values }) {
    const [g, uses, w, b] = graph[v];
    if (g === "input") return add(text, "p", {}, `${names[v]} is an input: its value is given, ${digits(x[v])}. Drag it above.`);
    const missing = uses.filter((u) => !hasValue(u)).map((u) => names[u]);
    if (missing.length) return add(text, "p", {}, `${names[v]} waits for the values of ${missing.join(", ")}.`);
    const rows = uses.map((u, k) => [names[u], digits(w[k]), digits(values[u]), digits(w[k] * values[u])]);
    add(text, "p", {}, "Forward: z = Σ w · value + b, over the nodes that it uses.");
    table(text, `The sum of ${names[v]}`, ["it uses", "w", "value", "product"], [...rows, ["bias b", "", "", digits(b)]], ["z", digits(z[v])]);
    const known = hasValue(v) ? `${names[v]} = ${g}(${digits(z[v])}) = ${digits(values[v])}` : `Next: ${names[v]} = ${g}(z)`;
    return add(text, "p", {}, known);
  }

  function tellBackward(u, pass, gradients, users) {
    const missing = users.filter(({ v }) => !hasGradient(v)).map(({ v }) => names[v]);
    if (u === n - 1) add(text, "p", {}, `${names[u]} is the loss. Base case: ∂ℓ/∂ℓ = 1.`);
    else if (!users.length) add(text, "p", {}, "Nobody uses it: Γ(u) is empty, and so is the sum. ∂ℓ/∂u = 0.");
    else if (missing.length) add(text, "p", {}, `Γ(u) = {${users.map(({ v }) => names[v]).join(", ")}}. It waits for ∂ℓ/∂${missing.join(", ∂ℓ/∂")}.`);
    else {
      add(text, "p", {}, "∂ℓ/∂u = Σ ∂ℓ/∂v · ∂v/∂u, over every v in Γ(u):");
      const rows = users.map(({ v, slope }) => [names[v], digits(gradients[v]), digits(slope), digits(gradients[v] * slope)]);
      const result = hasGradient(u) ? digits(gradients[u]) : "next step";
      table(text, `The sum over Γ(${names[u]})`, ["v in Γ(u)", "∂ℓ/∂v", "∂v/∂u", "product"], rows, ["sum: ∂ℓ/∂u", result]);
    }
    if (graph[u][0] === "input" || !hasGradient(u)) return;
    const [g, uses, w, b] = graph[u];
    const { dw, db } = weightGradients(graph, pass, gradients, u);
    const rate = G[g].slope(pass.z[u]);
    add(text, "p", {}, `And its weights: ∂ℓ/∂w = ∂ℓ/∂u · ∂u/∂w = ${bracket(gradients[u])} · ${bracket(rate)} · value, where g′(z) = ${digits(rate)}.`);
    const rows = uses.map((j, k) => [`from ${names[j]}`, digits(w[k]), digits(pass.values[j]), digits(dw[k])]);
    table(text, `The weights of ${names[u]}`, ["weight", "w", "value", "∂ℓ/∂w"], [...rows, ["bias", digits(b), "1", digits(db)]]);
  }

  back.addEventListener("click", () => go(state.step - 1));
  on.addEventListener("click", () => go(state.step + 1));
  walk.input.addEventListener("input", () => go(Number(walk.input.value)));
  drag.forEach(({ input }, i) => input.addEventListener("input", () => {
    x[i] = Number(input.value);
    paint();
  }));
  paint();
}

export default { render };

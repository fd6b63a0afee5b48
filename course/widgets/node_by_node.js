// Backpropagation, node by node: step through the forward pass and back again; a chosen node shows the sum over its Γ(u).

const {
  add, arrowhead, button, columns, controls, describe, factor, fixed, frame, heading, legend, max, onArrows, onPress, picture, set,
  sigmoid, slider, table, through,
} = kit;

// The mathematics. A node is [g, uses, w, b], and its value g(z), z = Σ w · value + b.

const G = {
  linear: { value: (z) => z, slope: () => 1 },
  tanh: { value: Math.tanh, slope: (z) => 1 - Math.tanh(z) ** 2 },
  sigmoid: { value: sigmoid, slope: (z) => Math.exp(-Math.abs(z)) / (1 + Math.exp(-Math.abs(z))) ** 2 },
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

/** Γ(u): each v that uses u, as its operand k, with ∂v/∂u; one that uses it twice is there twice. */
export function gamma(graph, z, u) {
  return graph.flatMap(([g, uses, w], v) => uses.flatMap((used, k) => (used === u ? [{ v, k, slope: G[g].slope(z[v]) * w[k] }] : [])));
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

const STYLE = `
  text { font-size: 18px; dominant-baseline: central; }
  text:is(.name, .gradient, .slope) { paint-order: stroke; stroke: var(--paper); stroke-width: 6px; stroke-linejoin: round; }
  .name, .gradient { font-weight: 700; }
  .gradient { fill: var(--rust); }
  .slope { font-size: 16px; font-weight: 600; }
  circle { fill: transparent; stroke: currentColor; stroke-width: 1.2; }
  .waiting circle { stroke-dasharray: 4 5; stroke-opacity: .6; }
  .edge { fill: none; stroke: color-mix(in srgb, currentColor 45%, transparent); stroke-width: 1.6; }
  .edge.lit { stroke: var(--orange); stroke-width: 4; }
  .pick:is(:hover, :focus-visible) circle { stroke-width: 5; stroke-opacity: 1; }
  :is(.u, .gamma) circle, circle:is(.u, .gamma) { stroke: var(--lit); stroke-width: 5;
    fill: color-mix(in srgb, var(--lit) 26%, transparent); }
  .u { --lit: var(--orange); }
  .gamma { --lit: var(--green); }
  .step input { width: 13em; }
  .step output { min-width: 17em; }
`;

/** A point on the circle around `from`, on the side of `to`. */
function rim(from, to) {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  return [from[0] + R * Math.cos(angle), from[1] + R * Math.sin(angle)];
}

function render({ model, el }) {
  const [graph, names, places, ways] = ["graph", "names", "places", "ways"].map((name) => model.get(name));
  const x = [...model.get("x")];
  const n = graph.length;
  const last = 2 * n - x.length; // one step forward for each node that is no input, one step back for each node
  const state = { step: 0, picked: x.length };

  const { body, close } = frame(el, model, { name: "node-by-node", style: STYLE });
  const stepping = controls(body);
  stepping.classList.add("step");
  const back = button(stepping, "Back", () => go(state.step - 1));
  const on = button(stepping, "Step", () => go(state.step + 1));
  const walk = slider(stepping, "Steps", { min: 0, max: last, step: 1 }, go);
  const inputs = controls(body);
  const drag = x.map((value, i) => slider(inputs, names[i], { min: -3, max: 3, step: 0.1, value }, (moved) => {
    x[i] = moved;
    paint();
  }));
  const [drawing, text] = columns(body, 1.4, 1);
  text.setAttribute("aria-live", "polite");

  /** The node that a step computes, and which pass it belongs to. */
  const at = (step) => (step <= n - x.length ? { v: x.length + step - 1, pass: "forward" } : { v: last - step, pass: "backward" });
  const hasValue = (v) => v < x.length + state.step;
  const hasGradient = (v) => v >= last - state.step;

  const spot = ([column, y]) => [EDGE.x + column * COLUMN, EDGE.y + y * ROW];
  const width = 2 * EDGE.x + COLUMN * max(places, ([column]) => column);
  const height = 2 * EDGE.y + ROW * max([...ways.flat(2), ...places], ([, y]) => y);
  const svg = picture(drawing, { width, height, role: "group", "aria-label": "The graph" });
  const tip = arrowhead(svg);
  const arrows = graph.flatMap(([, uses], v) => uses.map((u, k) => {
    const points = ways[v][k].map(spot);
    const earlier = uses.slice(0, k).filter((used) => used === u).length; // a second arrow between two nodes runs beside the first
    const ends = [rim(points[0], points[1]), ...points.slice(1, -1), rim(points.at(-1), points.at(-2))];
    const route = ends.map(([across, down]) => [across, down + 22 * earlier]);
    const line = add(svg, "path", { d: through(route), "marker-end": tip });
    const [a, b] = route;
    return { u, v, k, line, where: [a[0] + 0.42 * (b[0] - a[0]), a[1] + 0.42 * (b[1] - a[1])] };
  }));
  const nodes = graph.map(([g], v) => {
    const [cx, cy] = spot(places[v]);
    const group = add(svg, "g", { role: "button" });
    add(group, "circle", { cx, cy, r: R });
    add(group, "text", { class: "name", x: cx, y: cy - R - 14 }, g === "input" ? names[v] : `${names[v]} = ${g}`);
    const value = add(group, "text", { x: cx, y: cy });
    const gradient = add(group, "text", { class: "gradient", x: cx, y: cy + R + 14 });
    onPress(group, () => choose(v));
    onArrows(group, (right, down) => {
      const next = v + right + down;
      if (!nodes[next]) return;
      choose(next);
      nodes[next].group.focus();
    });
    return { group, value, gradient };
  });
  arrows.forEach((arrow) => { arrow.label = add(svg, "text", { class: "slope", x: arrow.where[0], y: arrow.where[1] }); });
  legend(drawing, [
    ["dot", "u", "u, the node chosen"], ["dot", "gamma", "Γ(u), the nodes that use it"], ["line", "edge lit", "what enters its sum"],
  ]);

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
      value.textContent = hasValue(v) ? fixed(pass.values[v]) : "";
      gradient.textContent = hasGradient(v) ? fixed(gradients[v]) : "";
      const light = v === u ? "u" : lit && users.some((one) => one.v === v) ? "gamma" : "";
      set(group, { class: `pick ${hasValue(v) ? "" : "waiting"} ${light}`, tabindex: v === u ? 0 : -1, "aria-pressed": v === u });
      const known = hasGradient(v) ? `, gradient ${fixed(gradients[v])}` : "";
      describe(group, `${names[v]}: ${hasValue(v) ? `value ${fixed(pass.values[v])}` : "not computed yet"}${known}`);
    });
    for (const { u: from, v, k, line, label } of arrows) {
      const used = lit ? from === u : v === u;
      set(line, { class: used ? "edge lit" : "edge" });
      label.textContent = used && lit ? fixed(users.find((one) => one.v === v && one.k === k).slope)
        : used ? `· ${fixed(graph[v][2][k])}` : "";
    }
    walk.input.value = state.step;
    walk.show(caption());
    back.disabled = state.step === 0;
    on.disabled = state.step === last;
    drag.forEach(({ show }, i) => show(fixed(x[i])));
    text.replaceChildren();
    heading(text, `u = ${names[u]}`);
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
    if (g === "input") return add(text, "p", {}, `${names[v]} is an input: its value is given, ${fixed(x[v])}. Drag it above.`);
    const missing = uses.filter((u) => !hasValue(u)).map((u) => names[u]);
    if (missing.length) return add(text, "p", {}, `${names[v]} waits for the values of ${missing.join(", ")}.`);
    const rows = uses.map((u, k) => [names[u], fixed(w[k]), fixed(values[u]), fixed(w[k] * values[u])]);
    add(text, "p", {}, "Forward: z = Σ w · value + b, over the nodes that it uses.");
    table(text, {
      label: `The sum of ${names[v]}`, head: ["it uses", "w", "value", "product"],
      rows: [...rows, ["bias b", "", "", fixed(b)]], foot: ["z", fixed(z[v])],
    });
    const known = hasValue(v) ? `${names[v]} = ${g}(${fixed(z[v])}) = ${fixed(values[v])}` : `Next: ${names[v]} = ${g}(z)`;
    return add(text, "p", {}, known);
  }

  function tellBackward(u, pass, gradients, users) {
    const missing = users.filter(({ v }) => !hasGradient(v)).map(({ v }) => names[v]);
    const named = [...new Set(users.map(({ v }) => names[v]))].join(", ");
    if (u === n - 1) add(text, "p", {}, `${names[u]} is the loss. Base case: ∂ℓ/∂ℓ = 1.`);
    else if (!users.length) add(text, "p", {}, "Nobody uses it: Γ(u) is empty, and so is the sum. ∂ℓ/∂u = 0.");
    else if (missing.length) add(text, "p", {}, `Γ(u) = {${named}}. It waits for ∂ℓ/∂${missing.join(", ∂ℓ/∂")}.`);
    else {
      add(text, "p", {}, "∂ℓ/∂u = Σ ∂ℓ/∂v · ∂v/∂u, over every v in Γ(u):");
      const rows = users.map(({ v, slope }) => [names[v], fixed(gradients[v]), fixed(slope), fixed(gradients[v] * slope)]);
      const result = hasGradient(u) ? fixed(gradients[u]) : "next step";
      const head = ["v in Γ(u)", "∂ℓ/∂v", "∂v/∂u", "product"];
      table(text, { label: `The sum over Γ(${names[u]})`, head, rows, foot: ["sum: ∂ℓ/∂u", result] });
    }
    if (!model.get("weights") || graph[u][0] === "input" || !hasGradient(u)) return;
    const [g, uses, w, b] = graph[u];
    const { dw, db } = weightGradients(graph, pass, gradients, u);
    const rate = G[g].slope(pass.z[u]);
    const product = `${factor(gradients[u])} · ${factor(rate)} · value`;
    add(text, "p", {}, `And its weights: ∂ℓ/∂w = ∂ℓ/∂u · ∂u/∂w = ${product}, where g′(z) = ${fixed(rate)}.`);
    const rows = uses.map((j, k) => [`from ${names[j]}`, fixed(w[k]), fixed(pass.values[j]), fixed(dw[k])]);
    const head = ["weight", "w", "value", "∂ℓ/∂w"];
    table(text, { label: `The weights of ${names[u]}`, head, rows: [...rows, ["bias", fixed(b), "1", fixed(db)]] });
  }

  paint();
  return close;
}

export default { render };

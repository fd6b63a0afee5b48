// The passes over a graph of numbers: step forward and back again; each gradient shows the sum over its Γ(u), and the descent one step.

import { begin, parse } from "./formula.js";
import { ACTIVATIONS, backward, descended, forward, gamma, isLeaf, weighted, weightGradients } from "./passes.js";

export * from "./formula.js";
export * from "./passes.js";

const {
  add, arrowhead, button, chart, checkbox, columns, controls, describe, factor, fixed, frame, heading, layered, legend, linear, max,
  onArrows, onPress, picture, player, predict, set, slider, stack, status, sum, table, through,
} = kit;

const FARTHEST = 1e6; // a number from 0
const MOST_LOSSES = 200;

/** Whether two gradients are more than roundings, or the error of finite differences, apart. */
const differs = (one, other) => Math.abs(one - other) > 1e-5 * Math.max(1, Math.abs(other));

// Words

const shortened = (text) => text.replace(/\d+\.\d{4,}(e[-+]?\d+)?/, (digits) => String(Number(Number(digits).toPrecision(4))));
const signOf = (op) => (op.startsWith("**") ? shortened(op) : shortened(op).replace("*", "×").replace("-", "−"));
const titleOf = ({ name, op }) => (op === "input" || op === "constant" ? name : `${name} = ${signOf(op)}`);
const cut = (text) => (text.length > 14 ? `${text.slice(0, 13)}…` : text);

/** An operation with these texts as its operands. */
function written(op, [first, ...others]) {
  if (op === "-" && !others.length) return `−${first}`;
  if (/^[-+*/]/.test(op)) return [first, signOf(op), ...others].join(" ");
  return `${op}(${[first, ...others].join(", ")})`;
}

// The picture

const HIGH = 76; // of a node's box
const GAP = 72; // between columns
const UNIT = HIGH / 2; // of the layout's heights
const SMALLEST = 12 / 17; // of the picture's own units: its text has 12 pixels at least, and a graph too large for that is scrolled

/** A curve through points, level at each of them. */
const curve = (points) => points.slice(1).reduce((path, [x, y], i) => {
  const half = (x + points[i][0]) / 2;
  return `${path}C${half} ${points[i][1]} ${half} ${y} ${x} ${y}`;
}, `M${points[0].join(" ")}`);

const STYLE = `
  .graph { overflow: auto; padding: 4px; max-height: max(20rem, 80vh); }
  &.projector {
    text { font-size: 17px; }
    table { font-size: .8em; }
    .graph { max-height: calc(100vh - 12rem); }
    .player { gap: .3em; font-size: .84em; }
  }
  text { font-size: 17px; dominant-baseline: central; }
  .name { font-weight: 700; }
  .gradient { fill: var(--blue); font-weight: 700; }
  .slope { font-weight: 700; text-anchor: end; paint-order: stroke; stroke: var(--paper); stroke-width: 6px; stroke-linejoin: round; }
  rect { fill: var(--paper); stroke: currentColor; stroke-width: 1.4; }
  rect.leaf, .leaf rect { fill: color-mix(in srgb, currentColor 10%, var(--paper)); }
  rect.waiting, .waiting rect { stroke-dasharray: 4 5; }
  .edge { fill: none; stroke: color-mix(in srgb, currentColor 50%, transparent); stroke-width: 1.8; }
  .edge.lit { stroke: var(--orange); stroke-width: 4; }
  .pulse { fill: none; stroke: var(--blue); stroke-width: 10; stroke-linecap: round; stroke-dasharray: .08 2; stroke-dashoffset: .08; }
  .pick:is(:hover, :focus-visible) rect { stroke-width: 5; }
  rect.u, .u rect { stroke: var(--orange); stroke-width: 5; }
  rect.gamma, .gamma rect { stroke: var(--green); stroke-width: 5; stroke-dasharray: 12 4; }
  rect.next, .next rect { stroke-dasharray: 4 5; stroke-width: 4; }
  .wrong .gradient { fill: var(--vermillion); }
  .cross { fill: none; stroke: var(--vermillion); stroke-width: 4; }
  .pick:not(.wrong) .cross { display: none; }
  .legend .cross { transform: rotate(45deg); transform-origin: center; }
  rect.swatch { fill: var(--blue); stroke: none; }
  .formula label { flex-wrap: wrap; max-width: 100%; }
  .formula input { width: 22em; max-width: 100%; box-sizing: border-box; }
  .settings { margin: .4em 0 .8em; max-height: 15em; overflow-y: auto; }
  .stack label { grid-template-columns: 5em minmax(0, 1fr) 5.5em; }
  [role=alert] { color: var(--rust); font-weight: 600; }
  [role=alert]:empty { display: none; }
  .fall { fill: none; stroke: currentColor; stroke-width: 2.5; }
  .sum { font-weight: 700; }
`;

function render({ model, el }) {
  const given = model.get("nodes");
  const [isFixed, reference, hasWeights] = ["fixed", "reference", "weights"].map((name) => model.get(name));
  const own = given.length ? (hasWeights ? ["values", "w"] : ["values"]) : ["formula", "values"];
  const view = frame(el, model, { name: "stepper", style: STYLE, state: [...own, "parameters", "step", "node", "rate", "losses"] });
  const { body, state } = view;
  const shown = { formula: null, nodes: given, cells: [], arrows: [] };
  let begun = null; // the parameters before the first update
  let before = state.step;

  const typing = given.length ? null : formulaField();
  const [left, side] = columns(body, 1.75, 1);
  left.classList.add("picture");
  const drawing = add(left, "div", { class: "graph" });
  const say = status(left);
  const run = player(view, side, { step: () => go(step() + 1), reset, every: 700 });
  const descend = isFixed ? null : button(run.bar, "Update", update);
  const settings = stack(side);
  settings.classList.add("settings");
  const walk = slider(settings, "Step", { min: 0, max: 1, step: 1 }, (to) => state.set({ step: to, node: -1 }));
  const text = add(side, "div", { class: "sums" });
  const descent = add(side, "div", { class: "aside" });
  const ticks = controls(descent);
  const rate = slider(stack(descent), "Rate η", { min: -3, max: 1, step: 0.05 }, (power) => state.set({ rate: Math.min(10, 10 ** power) }));
  const fall = lossChart();
  let drag = [];
  let boxes = [];
  legend(add(left, "div", { class: "aside" }), [
    ["area", "u", "u, the node of this step, or the one chosen"], ["area", "gamma", "Γ(u), the nodes that use it"],
    ["line", "edge lit", "what enters its number"], ["area", "next", "comes next"], ["area", "waiting", "waits for its value"],
    ["area", "leaf", "input or constant"], ["area", "swatch", "∂ℓ/∂u, below the value"],
    ...(reference.length ? [["cross", "cross", "≠: not the right gradient, which follows"]] : []),
  ]);

  function formulaField() {
    const line = controls(body);
    line.classList.add("formula", "aside");
    const typed = { type: "text", spellcheck: "false", "aria-label": "Type a formula" };
    const field = add(add(line, "label", {}, "Type a formula, ℓ ="), "input", typed);
    const problem = add(line, "span", { role: "alert" });
    const enter = () => field.value !== state.formula && type(field.value);
    field.addEventListener("change", enter);
    field.addEventListener("keydown", ({ key }) => key === "Enter" && enter());
    return { field, problem };
  }

  /** A formula that can be read is the new state; one that cannot changes nothing but the message. */
  function type(formula) {
    try {
      const nodes = parse(formula);
      typing.problem.textContent = "";
      state.set({ formula, ...begin(nodes, state.values), step: 0, node: -1, losses: [] });
    } catch (error) {
      typing.problem.textContent = error.message;
    }
  }

  // What the state says, made fit for the graph where it comes from a link.

  const count = () => shown.nodes.filter((node) => !isLeaf(node)).length;
  const last = () => count() + shown.nodes.length;
  const step = () => Math.min(Math.max(0, Math.round(state.step)), last());
  const firstOf = (name) => (typing ? begin(shown.nodes, {}).values[name] : given.find((node) => node.name === name).value);
  const valueOf = (name) => (Number.isFinite(state.values?.[name]) ? state.values[name] : firstOf(name));
  const valuesNow = () => Object.fromEntries(shown.nodes.flatMap(({ op, name }) => (op === "input" ? [[name, valueOf(name)]] : [])));
  const weightsOf = (v) => {
    const [moved, first] = [state.w?.[v], shown.nodes[v].w];
    return first && moved?.length === first.length && moved.every(Number.isFinite) ? moved : first;
  };
  const parameters = () => state.parameters.filter((name) => shown.nodes.some((node) => node.op === "input" && node.name === name));
  const weightsNow = () => shown.nodes.map((_, v) => weightsOf(v) ?? []);
  const eta = () => Math.min(Math.max(state.rate, 1e-4), 10);
  const losses = () => state.losses.filter(Number.isFinite);
  const descends = () => !isFixed && (hasWeights || parameters().length > 0);

  /** Every value, slope and gradient: by the rules, or as an engine has left them. */
  function passes() {
    const { nodes } = shown;
    const { values, slopes } = isFixed
      ? { values: nodes.map(({ value }) => value), slopes: nodes.map((node) => node.slopes) }
      : forward(nodes, valuesNow(), weightsNow());
    const sums = backward(nodes, slopes);
    const gradients = isFixed ? sums.map((sum, v) => nodes[v].grad ?? sum) : sums;
    return { values, slopes, gradients };
  }

  /** The node that a step computes, and which pass it belongs to. */
  function at(s) {
    if (s <= 0 || s > last()) return { v: -1, pass: "" };
    if (s > count()) return { v: last() - s, pass: "backward" };
    return { v: shown.nodes.flatMap((node, v) => (isLeaf(node) ? [] : [v]))[s - 1], pass: "forward" };
  }
  const hasValue = (v) => isLeaf(shown.nodes[v]) || v <= (step() > count() ? Infinity : at(step()).v);
  const hasGradient = (v) => v >= last() - step();
  const isWrong = (v, { gradients }) => {
    const right = reference[v] ?? null;
    return right !== null && differs(gradients[v], right);
  };

  // What is done.

  /** One step on, and after the last one an update; returns whether more is to come. */
  function go(to) {
    if (to > last()) return descends() && update();
    state.set({ step: Math.max(0, to), node: -1 });
    return to < last() || (descends() && losses().length > 1 && losses().length < MOST_LOSSES);
  }

  function reset() {
    const first = begun ?? {};
    begun = null;
    state.set({ ...first, step: 0, node: -1, losses: [] });
  }

  /** Other values of inputs, from which the descent begins anew. */
  function move(some) {
    begun = null;
    state.set({ values: { ...valuesNow(), ...some }, losses: [] });
  }

  /** One step of gradient descent, and the forward pass that shows the new loss; returns whether more is to come. */
  function update() {
    const met = losses();
    if (!descends() || met.length >= MOST_LOSSES) return false;
    const [values, w] = [valuesNow(), weightsNow()];
    const after = descended(shown.nodes, values, w, { rate: eta(), parameters: parameters(), weights: hasWeights });
    const numbers = [...Object.values(after.values), ...after.w.flat(), after.loss];
    if (!numbers.every((number) => Math.abs(number) <= FARTHEST)) {
      say(`This step is too long: its numbers would leave the picture. Take a rate smaller than η = ${fixed(eta(), 3)}.`);
      return false;
    }
    const kept = (numbersOf) => (hasWeights ? numbersOf : { values: numbersOf.values });
    begun ??= kept({ values, w });
    const old = met.length ? met : [passes().values.at(-1)];
    state.set({ ...kept({ values: after.values, w: after.w }), losses: [...old, after.loss], step: count(), node: -1 });
    return true;
  }

  // What is drawn once for each graph.

  function build() {
    const { nodes } = shown;
    walk.input.max = last();
    drag.forEach(({ input }) => input.closest("label").remove());
    for (const room of [drawing, ticks]) room.replaceChildren();
    drag = []; // the sliders of inputs
    boxes = [];
    const inputs = Object.keys(valuesNow());
    const names = typing ? inputs.sort() : inputs;
    for (const name of isFixed ? [] : names) {
      const far = Math.max(5, Math.ceil(Math.abs(valueOf(name))));
      drag.push({ name, ...slider(settings, name, { min: -far, max: far, step: 0.1 }, (value) => move({ [name]: value })) });
    }
    if (!isFixed && names.length) add(ticks, "span", {}, "The update changes");
    if (hasWeights) add(ticks, "span", {}, "weights and biases,");
    for (const name of isFixed ? [] : names) {
      const others = (each) => each !== name && parameters().includes(each);
      const change = (on) => state.set({ parameters: names.filter((each) => others(each) || (on && each === name)), losses: [] });
      boxes.push({ name, box: checkbox(ticks, name, change) });
    }
    drawGraph(nodes);
  }

  function drawGraph(nodes) {
    const titles = nodes.map((node) => cut(titleOf(node)));
    const wide = Math.max(reference.length ? 136 : 90, 22 + 9.6 * max(titles, (title) => title.length));
    const layout = layered(nodes.map(({ parents }) => parents), nodes.map(() => HIGH / UNIT));
    const column = [];
    layout.columns.forEach((vertices, i) => vertices.forEach((vertex) => { column[vertex] = i; }));
    const top = Math.min(...layout.y);
    const place = (vertex) => [column[vertex] * (wide + GAP) + wide / 2 + 6, (layout.y[vertex] - top) * UNIT + HIGH / 2 + 8];
    const [width, height] = [layout.columns.length * (wide + GAP) - GAP + 12, (Math.max(...layout.y) - top) * UNIT + HIGH + 16];
    const svg = picture(drawing, { width, height, role: "group" });
    svg.style.minWidth = `${SMALLEST * width}px`;
    svg.style.minHeight = `${SMALLEST * height}px`;
    const tip = arrowhead(svg);
    const arrows = nodes.flatMap(({ parents }, v) => parents.map((u, k) => {
      const points = layout.chains[v][k].map(place);
      const below = parents.length > 1 ? HIGH * (0.64 * (k / (parents.length - 1)) - 0.32) : 0; // each operand enters at its own place
      points[0][0] += wide / 2;
      points.at(-1)[0] -= wide / 2 + 2;
      points.at(-1)[1] += below;
      const [x, y] = points.at(-1);
      const line = add(svg, "path", { d: curve(points), "marker-end": tip });
      return { u, v, k, line, where: { x: x - 12, y: y + (below > 0 ? 14 : -11) } };
    }));
    const cells = nodes.map((node, v) => cell(svg, node, v, titles[v], place(v), wide));
    for (const arrow of arrows) arrow.label = add(svg, "text", { class: "slope", ...arrow.where });
    Object.assign(shown, { svg, cells, arrows, width });
  }

  /** A node's box, with room for its value and its gradient. */
  function cell(svg, node, v, title, [x, y], wide) {
    const group = add(svg, "g", { role: "button", transform: `translate(${x} ${y})` });
    add(group, "rect", { x: -wide / 2, y: -HIGH / 2, width: wide, height: HIGH, rx: isLeaf(node) ? 20 : 6 });
    add(group, "path", { class: "cross", d: `M${wide / 2 - 8} ${HIGH / 2 - 8}l16 16m0 -16l-16 16` });
    add(group, "text", { class: "name", y: -24 }, title);
    onPress(group, () => state.set({ node: v }));
    onArrows(group, (right, down) => nearest(v, right, down));
    return { group, x, y, value: add(group, "text", {}), gradient: add(group, "text", { class: "gradient", y: 24 }) };
  }

  /** To the nearest node on that side. */
  function nearest(from, dx, dy) {
    const { cells } = shown;
    const far = ({ x, y }) => {
      const [along, aside] = dx ? [dx * (x - cells[from].x), y - cells[from].y] : [dy * (y - cells[from].y), x - cells[from].x];
      return along > 1 ? along + 2 * Math.abs(aside) : Infinity;
    };
    const to = cells.reduce((best, cell, v) => (far(cell) < far(cells[best]) ? v : best), from);
    if (far(cells[to]) === Infinity) return;
    state.set({ node: to });
    cells[to].group.focus();
  }

  function lossChart() {
    const plot = chart(add(descent, "div"), {
      width: 420, height: 110, x: linear([0, 5], { title: "updates", whole: true }), y: linear([0, 1], { title: "loss", count: 3 }),
    });
    const line = add(plot.inside, "path", { class: "fall" });
    return (met) => {
      plot.svg.parentElement.hidden = met.length < 2;
      if (met.length < 2) return;
      const [low, high] = [Math.min(...met), Math.max(...met)];
      plot.x.domain([0, Math.max(5, met.length - 1)]);
      const lowest = Math.min(0, low);
      plot.y.domain([1.08 * lowest, high + (0.08 * (high - lowest) || 1)]);
      plot.ticks();
      set(line, { d: through(met.map((loss, i) => plot.at(i, loss))) });
      describe(plot.svg, `The loss after each of ${met.length - 1} updates: from ${fixed(met[0])} to ${fixed(met.at(-1))}.`);
    };
  }

  // What is drawn at every change.

  function draw(names = new Set()) {
    if (!given.length && state.formula !== shown.formula) follow();
    if (!shown.cells.length) build();
    const now = passes();
    const u = state.node >= 0 && state.node < shown.nodes.length ? state.node : at(step()).v;
    const back = step() > count();
    const users = gamma(shown.nodes, now.slopes, u);
    paintNodes(now, u, back ? new Set(users.map(({ v }) => v)) : new Set());
    paintEdges(now, u, back);
    walk.input.value = step();
    walk.show(`${step()} of ${last()}`);
    for (const { name, input, show } of drag) {
      const value = valueOf(name);
      if (Math.abs(value) > Number(input.max)) set(input, { min: -Math.ceil(Math.abs(value)), max: Math.ceil(Math.abs(value)) });
      input.value = value;
      show(fixed(value));
    }
    for (const { name, box } of boxes) box.checked = parameters().includes(name);
    rate.input.value = Math.log10(eta());
    rate.show(fixed(eta(), 3));
    descent.hidden = isFixed;
    if (descend) descend.disabled = !descends();
    fall(losses());
    text.replaceChildren();
    tell(u, now, users, back);
    say(sentence(now));
    describe(shown.svg, `The graph of ${shown.nodes.length} nodes. ${sentence(now)}`);
    if (names.has("step")) moved();
    else if (!names.size) inSight(u);
    before = step();
  }

  /** Another formula: its graph. One from a link that cannot be read is said, and the graph stays. */
  function follow() {
    try {
      Object.assign(shown, { nodes: parse(state.formula), cells: [] });
      typing.problem.textContent = "";
    } catch (error) {
      typing.problem.textContent = error.message;
      if (!shown.nodes.length) Object.assign(shown, { nodes: parse("a * a"), cells: [] });
    }
    shown.formula = state.formula;
    typing.field.value = state.formula;
    begun = null;
  }

  function paintNodes(now, u, users) {
    const next = at(step() + 1).v;
    const reach = Math.max(u, 0); // with Tab
    shown.cells.forEach(({ group, value, gradient }, v) => {
      const node = shown.nodes[v];
      const wrong = hasGradient(v) && isWrong(v, now);
      value.textContent = hasValue(v) ? fixed(now.values[v]) : "";
      gradient.textContent = hasGradient(v) ? `${fixed(now.gradients[v])}${wrong ? ` ≠ ${fixed(reference[v])}` : ""}` : "";
      const light = v === u ? "u" : users.has(v) ? "gamma" : v === next ? "next" : "";
      const kind = `pick ${light} ${isLeaf(node) ? "leaf" : ""} ${hasValue(v) ? "" : "waiting"} ${wrong ? "wrong" : ""}`;
      set(group, { class: kind, tabindex: v === reach ? 0 : -1, "aria-pressed": v === u });
      const known = hasGradient(v) ? `, gradient ${fixed(now.gradients[v])}` : "";
      const wrongly = wrong ? `, which is wrong: it is ${fixed(reference[v])}` : "";
      describe(group, `${node.name}: ${hasValue(v) ? `value ${fixed(now.values[v])}` : "not computed yet"}${known}${wrongly}`);
    });
  }

  function paintEdges({ slopes }, u, back) {
    for (const { u: from, v, k, line, label } of shown.arrows) {
      const used = back ? from === u : v === u;
      set(line, { class: used ? "edge lit" : "edge" });
      const weight = weightsOf(v)?.[k];
      label.textContent = !used ? "" : back ? fixed(slopes[v][k]) : weight === undefined ? "" : `·${fixed(weight)}`;
    }
  }

  /** Scroll a large graph to a node. */
  function inSight(v) {
    if (v < 0) return;
    const scale = drawing.scrollWidth / shown.width;
    const [left, top] = [shown.cells[v].x * scale - drawing.clientWidth / 2, shown.cells[v].y * scale - drawing.clientHeight / 2];
    drawing.scrollTo({ left, top });
  }

  /** A pulse along each arrow of the step just taken. */
  function moved() {
    const { v, pass } = at(step());
    for (const old of shown.svg.querySelectorAll(".pulse")) old.remove();
    inSight(v);
    if (v < 0 || step() !== before + 1) return;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const way = pass === "forward" ? [0.08, -1] : [-1, 0.08]; // of the dash that is the pulse, whose path counts as 1 long
    for (const arrow of shown.arrows.filter((each) => (pass === "forward" ? each.v : each.u) === v)) {
      const pulse = set(arrow.line.cloneNode(), { class: "pulse", pathLength: 1 });
      pulse.removeAttribute("marker-end");
      arrow.line.after(pulse);
      pulse.animate({ strokeDashoffset: way }, { duration: 650, easing: "ease-in-out" }).onfinish = () => pulse.remove();
    }
  }

  // Words for what is seen.

  const nameOf = (v) => shown.nodes[v].name;
  const following = () => {
    const { v, pass } = at(step() + 1);
    return v < 0 ? "" : ` Next: ${pass === "forward" ? nameOf(v) : `∂ℓ/∂${nameOf(v)}`}.`;
  };

  function sentence({ values, gradients, slopes }) {
    const { v, pass } = at(step());
    const met = losses();
    if (met.length > 1 && step() === count()) {
      const [was, is] = met.slice(-2).map((loss) => fixed(loss, 4));
      return `Updated with η = ${fixed(eta(), 3)}: the loss was ${was}, and is ${is}.${following()}`;
    }
    if (v < 0) return `Only the inputs are known.${following()}`;
    if (pass === "forward") return `Forward: ${nameOf(v)} = ${fixed(values[v])}.${following()}`;
    if (v === shown.nodes.length - 1) return `Backward: ∂ℓ/∂ℓ = 1, the base case.${following()}`;
    const shares = gamma(shown.nodes, slopes, v).map((one) => gradients[one.v] * one.slope);
    const end = following() || " Every gradient is there.";
    if (differs(gradients[v], sum(shares))) {
      return `Backward: the node says ∂ℓ/∂${nameOf(v)} = ${fixed(gradients[v])}, and its shares add up to ${fixed(sum(shares))}.${end}`;
    }
    const terms = shares.length > 1 && shares.length < 6 ? `${shares.map(factor).join(" + ")} = ` : "";
    return `Backward: ∂ℓ/∂${nameOf(v)} = ${terms}${fixed(gradients[v])}.${end}`;
  }

  function tell(u, now, users, back) {
    if (u < 0) {
      heading(text, "Before the first step");
      add(text, "p", {}, "The inputs are given. Each step computes one node: on the way forward its value, on the way back its gradient.");
      return;
    }
    if (back) tellBackward(u, now, users);
    else tellForward(u, now);
  }

  function tellForward(v, { values }) {
    const node = shown.nodes[v];
    if (isLeaf(node)) {
      const kind = node.op === "input" ? "an input: its value is given" : "a constant";
      add(text, "p", {}, `${node.name} is ${kind}, ${fixed(values[v])}.`);
      return;
    }
    const missing = [...new Set(node.parents.filter((u) => !hasValue(u)))].map(nameOf);
    if (missing.length) {
      add(text, "p", {}, `${node.name} waits for ${missing.join(", ")}.`);
      return;
    }
    const result = hasValue(v) ? fixed(values[v]) : "?";
    if (!node.w) {
      const operands = node.parents.map((u) => factor(values[u]));
      heading(text, `${node.name} = ${written(node.op, node.parents.map(nameOf))}`);
      add(text, "p", { class: "sum" }, `= ${written(node.op, operands)} = ${result}`);
      return;
    }
    const w = weightsOf(v);
    const z = weighted(w, node.parents.map((u) => values[u]));
    heading(text, `${node.name} = ${node.op}(z), z = Σ w · value + b`);
    const rows = node.parents.map((u, k) => [nameOf(u), fixed(w[k]), fixed(values[u]), fixed(w[k] * values[u])]);
    table(text, {
      label: `The sum of ${node.name}`, head: ["it uses", "w", "value", "product"],
      rows: [...rows, ["bias b", "", "", fixed(w.at(-1))]], foot: ["z", fixed(z)],
    });
    add(text, "p", { class: "sum" }, `${node.name} = ${node.op}(${fixed(z)}) = ${result}`);
  }

  function tellBackward(u, now, users) {
    const { gradients } = now;
    const name = nameOf(u);
    heading(text, `u = ${name}`);
    const missing = [...new Set(users.filter(({ v }) => !hasGradient(v)).map(({ v }) => nameOf(v)))];
    if (u === shown.nodes.length - 1) add(text, "p", {}, `${name} is the loss: nobody uses it. Base case: ∂ℓ/∂ℓ = 1.`);
    else if (!users.length) add(text, "p", {}, "Nobody uses it: Γ(u) is empty, and so is the sum. ∂ℓ/∂u = 0.");
    else if (missing.length) add(text, "p", {}, `Γ(u) = {${gammaNames(users)}}. It waits for ∂ℓ/∂${missing.join(", ∂ℓ/∂")}.`);
    else tellSum(u, now, users);
    if (hasGradient(u) && isWrong(u, now)) {
      add(text, "p", { class: "sum" }, `≠ Wrong: ∂ℓ/∂${name} is ${fixed(reference[u], 4)}, and ${fixed(gradients[u], 4)} stands there.`);
    }
    if (hasWeights && shown.nodes[u].w && hasGradient(u)) tellWeights(u, now);
  }

  const gammaNames = (users) => [...new Set(users.map(({ v }) => nameOf(v)))].join(", ");

  /** The sum over Γ(u), term by term, and what an engine has in its place. */
  function tellSum(u, { gradients }, users) {
    const total = sum(users, ({ v, slope }) => gradients[v] * slope);
    add(text, "p", {}, `∂ℓ/∂u = Σ ∂ℓ/∂v · ∂v/∂u, over v in Γ(u) = {${gammaNames(users)}}:`);
    const product = (value) => (hasGradient(u) ? fixed(value) : "?");
    const rows = users.map(({ v, slope }) => [nameOf(v), fixed(gradients[v]), fixed(slope), product(gradients[v] * slope)]);
    const head = ["v in Γ(u)", "∂ℓ/∂v", "∂v/∂u", "product"];
    table(text, { label: `The sum over Γ(${nameOf(u)})`, head, rows, foot: ["sum: ∂ℓ/∂u", product(total)] });
    if (!hasGradient(u)) return;
    const terms = users.map(({ v, slope }) => `${factor(gradients[v])} · ${factor(slope)}`);
    if (terms.length < 5) add(text, "p", { class: "sum" }, `∂ℓ/∂${nameOf(u)} = ${terms.join(" + ")} = ${fixed(total)}`);
    if (differs(gradients[u], total)) {
      add(text, "p", { class: "sum" }, `The node itself says ${fixed(gradients[u], 4)}: that is not this sum.`);
    }
  }

  function tellWeights(u, now) {
    const { nodes } = shown;
    const w = weightsOf(u);
    const operands = nodes[u].parents.map((j) => now.values[j]);
    const rise = ACTIVATIONS[nodes[u].op].slope(weighted(w, operands));
    const dw = weightGradients(nodes, now.values, now.gradients, u, w);
    add(text, "p", {}, `And its weights: ∂ℓ/∂w = ∂ℓ/∂u · g′(z) · value = ${factor(now.gradients[u])} · ${factor(rise)} · value.`);
    const rows = nodes[u].parents.map((j, k) => [`from ${nameOf(j)}`, fixed(w[k]), fixed(operands[k]), fixed(dw[k])]);
    const head = ["weight", "w", "value", "∂ℓ/∂w"];
    table(text, { label: `The weights of ${nameOf(u)}`, head, rows: [...rows, ["bias", fixed(w.at(-1)), "1", fixed(dw.at(-1))]] });
  }

  predict(view, {
    words: "the next number", nodes: [],
    truth() {
      const { values, gradients } = passes();
      const { v, pass } = at(Math.min(step() + 1, last()));
      return pass === "forward" ? values[v] : gradients[v];
    },
  });
  view.key("ArrowLeft", "one step back", () => go(step() - 1));
  if (descend) view.key("u", "update: one step of gradient descent", () => descend.click());
  state.watch(draw);
  draw();
  return view.close;
}

export default { render };

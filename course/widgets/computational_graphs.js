// A formula and its computational graph: values go forward, gradients come back, and a chosen node shows the sum over its Γ(u).

// The mathematics. Each operation: its value, and its slope towards each operand.

const OPERATIONS = {
  "+": { value: (a, b) => a + b, slopes: () => [1, 1] },
  "-": { value: (a, b) => a - b, slopes: () => [1, -1] },
  "*": { value: (a, b) => a * b, slopes: (a, b) => [b, a] },
  "/": { value: (a, b) => a / b, slopes: (a, b) => [1 / b, -a / b ** 2] },
  negative: { value: (a) => -a, slopes: () => [-1] },
  exp: { value: Math.exp, slopes: (a) => [Math.exp(a)] },
  log: { value: Math.log, slopes: (a) => [1 / a] },
  tanh: { value: Math.tanh, slopes: (a) => [1 - Math.tanh(a) ** 2] },
  relu: { value: (a) => Math.max(a, 0), slopes: (a) => [a > 0 ? 1 : 0] },
};
const power = (p) => ({ value: (a) => a ** p, slopes: (a) => [p === 0 ? 0 : p * a ** (p - 1)] });
const MOST_NODES = 24;
const MOST_INPUTS = 6;

/** The nodes of a formula, each after its operands; throws an Error in words where it cannot be read. */
export function parse(text) {
  const tokens = text.match(/\d+\.?\d*(?:e[-+]?\d+)?|\.\d+|[A-Za-z]+|\*\*|[-+*/()]|\S/g) ?? [];
  const nodes = [];
  let at = 0;
  const node = (op, parents, rest) => nodes.push({ op, parents, ...rest }) - 1;
  const take = (token) => tokens[at] === token && Boolean((at += 1));
  const expect = (token) => {
    if (!take(token)) throw new Error(`expected "${token}" ${tokens[at] ? `before "${tokens[at]}"` : "at the end"}`);
  };
  function sum() {
    let left = product();
    for (let op = tokens[at]; take("+") || take("-"); op = tokens[at]) left = node(op, [left, product()], OPERATIONS[op]);
    return left;
  }
  function product() {
    let left = signed();
    for (let op = tokens[at]; take("*") || take("/"); op = tokens[at]) left = node(op, [left, signed()], OPERATIONS[op]);
    return left;
  }
  function signed() {
    if (!take("-")) return raised();
    const inside = signed();
    return node("−", [inside], OPERATIONS.negative);
  }
  function raised() {
    const base = atom();
    if (!take("**")) return base;
    const sign = take("-") ? -1 : 1;
    const p = sign * Number(tokens[at]);
    if (!/^[\d.]/.test(tokens[at] ?? "")) throw new Error(`expected a number after "**"${tokens[at] ? `, got "${tokens[at]}"` : ""}`);
    at += 1;
    return node(`** ${p}`, [base], power(p));
  }
  function atom() {
    const token = tokens[at] ?? "";
    at += 1;
    if (/^[\d.]/.test(token)) return node("constant", [], { constant: Number(token) });
    if (token === "(") {
      const inside = sum();
      expect(")");
      return inside;
    }
    if (Object.hasOwn(OPERATIONS, token) && /^[a-z]{3,4}$/.test(token)) {
      expect("(");
      const inside = sum();
      expect(")");
      return node(token, [inside], OPERATIONS[token]);
    }
    if (!/^[A-Za-z]$/.test(token)) throw new Error(token ? `"${token}" is no letter, number, exp, log, tanh or relu` : "the formula breaks off");
    const known = nodes.findIndex(({ name }) => name === token);
    return known >= 0 ? known : node("input", [], { name: token });
  }
  const last = sum();
  if (at < tokens.length) throw new Error(`what does "${tokens[at]}" do there?`);
  if (!nodes[last].parents.length) throw new Error("one operation is needed at least");
  if (nodes.length > MOST_NODES) throw new Error(`${nodes.length} nodes are too many to read: ${MOST_NODES} at most`);
  if (nodes.filter(({ op }) => op === "input").length > MOST_INPUTS) throw new Error(`${MOST_INPUTS} letters at most`);
  return nodes;
}

/** Values, slopes, and the backward pass: gradients after `steps` nodes have handed on theirs, and the order in which they do. */
export function differentiate(nodes, inputs, steps = Infinity) {
  const values = [];
  const slopes = nodes.map((each) => {
    const operands = each.parents.map((u) => values[u]);
    values.push(each.name ? inputs[each.name] : each.constant ?? each.value(...operands));
    return each.slopes ? each.slopes(...operands) : [];
  });
  const waiting = nodes.map((_, u) => nodes.reduce((count, { parents }) => count + parents.filter((p) => p === u).length, 0));
  const gradients = nodes.map(() => 0);
  gradients[nodes.length - 1] = 1;
  const ready = [nodes.length - 1];
  const order = [];
  while (ready.length) {
    const v = ready.pop();
    order.push(v);
    nodes[v].parents.forEach((u, k) => {
      if (order.length <= steps) gradients[u] += gradients[v] * slopes[v][k];
      waiting[u] -= 1;
      if (!waiting[u]) ready.push(u);
    });
  }
  return { values, slopes, gradients, order };
}

/** The arrows that leave u: each v in Γ(u), and which operand u is. */
export const arrows = (nodes, u) => nodes.flatMap(({ parents }, v) => parents.flatMap((p, k) => (p === u ? [{ v, k }] : [])));

// The places: columns by depth, and in each an order with few crossings; long arrows pass through places of their own.

function layout(nodes) {
  const depth = [];
  nodes.forEach(({ parents }) => depth.push(1 + Math.max(-1, ...parents.map((u) => depth[u]))));
  nodes.forEach(({ parents }, v) => {
    if (!parents.length) depth[v] = Math.min(...arrows(nodes, v).map((arrow) => depth[arrow.v])) - 1;
  });
  const columns = Array.from({ length: Math.max(...depth) + 1 }, () => []);
  const vertices = nodes.map((_, v) => ({ column: depth[v], before: [], after: [] }));
  const ways = nodes.map(() => []);
  const join = (u, v) => {
    vertices[u].after.push(v);
    vertices[v].before.push(u);
  };
  nodes.forEach(({ parents }, v) => parents.forEach((u) => {
    const way = [u];
    for (let column = depth[u] + 1; column < depth[v]; column += 1) {
      vertices.push({ column, before: [], after: [] });
      join(way.at(-1), vertices.length - 1);
      way.push(vertices.length - 1);
    }
    join(way.at(-1), v);
    ways[v].push([...way, v]);
  }));
  vertices.forEach(({ column }, v) => columns[column].push(v));
  const rank = () => columns.forEach((column) => column.forEach((v, i) => { vertices[v].y = i - (column.length - 1) / 2; }));
  const mean = (list, otherwise) => (list.length ? list.reduce((sum, v) => sum + vertices[v].y, 0) / list.length : otherwise);
  rank();
  for (let sweep = 0; sweep < 8; sweep += 1) {
    const side = sweep % 2 ? "before" : "after";
    for (const column of sweep % 2 ? columns : [...columns].reverse()) {
      const wanted = new Map(column.map((v) => [v, mean(vertices[v][side], vertices[v].y)]));
      column.sort((v, w) => wanted.get(v) - wanted.get(w));
    }
    rank();
  }
  return { vertices, ways, width: columns.length, height: Math.max(...columns.map((column) => column.length)) };
}

// The picture.

const BOX = { width: 104, height: 78, across: 168, down: 100 };
const number = (x) => (!Number.isFinite(x) ? String(x) : Math.abs(x) < 0.005 ? "0.00" : Math.abs(x) < 1000 ? x.toFixed(2) : x.toPrecision(3))
  .replace("-", "−");
const factor = (x) => (x < -0.005 ? `(${number(x)})` : number(x));
const title = ({ op, name, constant }) => name ?? (op === "constant" ? String(constant) : op.replace(/^\*$/, "×").replace("-", "−"));

const STYLE = `
.computational-graph { --u: #E69F00; --gamma: #009E73; --rust: #b04a00; container-type: inline-size; max-width: 1800px;
  color: var(--jp-content-font-color1, CanvasText); font-family: inherit; font-variant-numeric: tabular-nums; }
@media (prefers-color-scheme: dark) { .computational-graph { --rust: #ff9d5c; } }
[data-jp-theme-light="true"] .computational-graph { --rust: #b04a00; }
[data-jp-theme-light="false"] .computational-graph { --rust: #ff9d5c; }
.computational-graph .body { font-size: clamp(13px, 1.32cqw, 23px); line-height: 1.4; }
.computational-graph .controls { display: flex; flex-wrap: wrap; gap: .4em 1.4em; margin: .3em 0 .7em; }
.computational-graph label { display: flex; align-items: center; gap: .5em; }
.computational-graph :is(select, input[type=text]) { font: inherit; color: inherit; background: transparent; border: 1px solid currentColor;
  border-radius: .2em; padding: .1em .3em; }
.computational-graph option { color: CanvasText; background: Canvas; }
.computational-graph input[type=text] { width: 17em; }
.computational-graph input[type=range] { width: 8em; accent-color: #0072B2; }
.computational-graph output { min-width: 3.2em; font-weight: 600; }
.computational-graph [role=alert] { color: var(--rust); font-weight: 600; min-height: 1.4em; }
.computational-graph .columns { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); gap: 1.5em; align-items: start; }
@container (max-width: 760px) { .computational-graph .columns { grid-template-columns: 1fr; } }
.computational-graph svg { width: 100%; max-height: 30em; display: block; overflow: visible; }
.computational-graph text { fill: currentColor; font-size: 19px; text-anchor: middle; dominant-baseline: central; }
.computational-graph text.name { font-weight: 700; }
.computational-graph text.gradient { fill: var(--rust); font-weight: 600; }
.computational-graph rect { fill: transparent; stroke: currentColor; stroke-opacity: .5; stroke-width: 1.5; }
.computational-graph .leaf rect { fill: color-mix(in srgb, currentColor 8%, transparent); }
.computational-graph path { fill: none; stroke: currentColor; stroke-opacity: .4; stroke-width: 1.8; }
.computational-graph path.out { stroke: var(--u); stroke-opacity: 1; stroke-width: 4; }
.computational-graph .pick { cursor: pointer; outline: none; }
.computational-graph .pick:is(:hover, :focus-visible) rect { stroke-opacity: 1; stroke-width: 5; }
.computational-graph .u rect { stroke: var(--u); stroke-opacity: 1; stroke-width: 4; }
.computational-graph .gamma rect { stroke: var(--gamma); stroke-opacity: 1; stroke-width: 4; }
.computational-graph h4 { margin: 0 0 .3em; font-size: 1.15em; }
.computational-graph p { margin: 0 0 .5em; }
`;
function render({ model, el }) {
  const given = model.get("values") ?? {};
  const inputs = {};
  const state = { nodes: [], picked: 0, steps: Infinity };
  const root = add(el, "div", { class: "computational-graph", role: "group", "aria-label": "A formula and its computational graph" });
  add(root, "style", {}, STYLE);
  const body = add(root, "div", { class: "body" });
  const chosen = add(body, "div", { class: "controls" });
  const examples = add(add(chosen, "label", {}, "Choose"), "select", { "aria-label": "Choose a formula" });
  for (const example of model.get("examples")) add(examples, "option", { value: example }, example);
  const typed = add(add(chosen, "label", {}, "or type ℓ ="), "input", { type: "text", spellcheck: "false", "aria-label": "Type a formula" });
  const problem = add(chosen, "span", { role: "alert" });
  const sliders = add(body, "div", { class: "controls" });
  const stepping = add(body, "div", { class: "controls" });
  const step = add(add(stepping, "label", {}, "Backward pass, nodes done"), "input", { type: "range", min: 0, step: 1 });
  const stepped = add(step.parentElement, "output");
  const back = add(stepping, "span");
  const columns = add(body, "div", { class: "columns" });
  const drawing = add(columns, "div");
  const story = add(columns, "div", { "aria-live": "polite" });
  let cells = [];
  let lines = [];

  /** A new formula: its graph, its sliders, its picture. One that cannot be read changes nothing but the message. */
  function choose(text) {
    try {
      state.nodes = parse(text);
      problem.textContent = "";
    } catch (error) {
      problem.textContent = error.message;
      return;
    }
    typed.value = text;
    const { nodes } = state;
    const names = nodes.flatMap(({ name }) => name ?? []);
    names.sort().forEach((name, i) => { inputs[name] ??= given[name] ?? [2, 3, -1, 1, 0.5, -2][i]; });
    state.picked = Math.max(0, nodes.findIndex((_, u) => arrows(nodes, u).length > 1));
    state.steps = nodes.length;
    step.max = nodes.length;
    sliders.replaceChildren();
    for (const name of names) {
      const frame = add(sliders, "label", {}, `${name} =`);
      const slider = add(frame, "input", { type: "range", min: -5, max: 5, step: 0.1, value: inputs[name] });
      const shown = add(frame, "output", {}, number(inputs[name]));
      slider.addEventListener("input", () => {
        inputs[name] = Number(slider.value);
        shown.textContent = number(inputs[name]);
        paint();
      });
    }
    draw();
    paint();
  }

  function draw() {
    const { nodes } = state;
    const { vertices, ways, width, height } = layout(nodes);
    const place = ({ column, y }) => [column * BOX.across + BOX.width / 2 + 4, (y + (height - 1) / 2) * BOX.down + BOX.height / 2 + 4];
    drawing.replaceChildren();
    const view = `0 0 ${(width - 1) * BOX.across + BOX.width + 8} ${(height - 1) * BOX.down + BOX.height + 8}`;
    const svg = add(drawing, "svg", { viewBox: view, role: "group", "aria-label": `The graph of ${typed.value}` });
    const tip = add(add(svg, "defs"), "marker", { id: "tip", viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 11, markerHeight: 11, orient: "auto", markerUnits: "userSpaceOnUse" });
    add(tip, "path", { d: "M0 0L10 5L0 10z", style: "fill: context-stroke; stroke: none" });
    lines = ways.flatMap((chains, v) => chains.map((way, k) => {
      const points = way.map((vertex) => place(vertices[vertex]));
      points[0][0] += BOX.width / 2;
      points.at(-1)[0] -= BOX.width / 2 + 2;
      points.at(-1)[1] += BOX.height * ((k + 1) / (chains.length + 1) - 0.5) * 0.7;
      const d = points.slice(1).reduce((path, [x, y], i) => {
        const half = (x + points[i][0]) / 2;
        return `${path}C${half} ${points[i][1]} ${half} ${y} ${x} ${y}`;
      }, `M${points[0].join(" ")}`);
      return { u: way[0], line: add(svg, "path", { d, "marker-end": "url(#tip)" }) };
    }));
    cells = nodes.map((each, v) => {
      const [x, y] = place(vertices[v]);
      const group = add(svg, "g", { class: "pick", role: "button", transform: `translate(${x} ${y})` });
      add(group, "rect", { x: -BOX.width / 2, y: -BOX.height / 2, width: BOX.width, height: BOX.height, rx: 8 });
      add(group, "text", { class: "name", y: -25 }, v === nodes.length - 1 ? `ℓ: ${title(each)}` : title(each));
      const cell = { group, value: add(group, "text", {}), gradient: add(group, "text", { class: "gradient", y: 25 }), x, y };
      group.addEventListener("click", () => pick(v));
      group.addEventListener("keydown", (event) => walk(event, v));
      return cell;
    });
  }

  function pick(v) {
    state.picked = v;
    paint();
  }

  /** Arrow keys: to the nearest node on that side. */
  function walk(event, from) {
    const [dx, dy] = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key] ?? [0, 0];
    if (!dx && !dy) return;
    event.preventDefault();
    event.stopPropagation();
    const far = ({ x, y }) => {
      const [along, aside] = dx ? [dx * (x - cells[from].x), y - cells[from].y] : [dy * (y - cells[from].y), x - cells[from].x];
      return along > 1 ? along + 2 * Math.abs(aside) : Infinity;
    };
    const to = cells.reduce((best, cell, v) => (far(cell) < far(cells[best]) ? v : best), from);
    if (far(cells[to]) === Infinity) return;
    pick(to);
    cells[to].group.focus();
  }

  /** Every number, light and sentence, from the state. */
  function paint() {
    const { nodes, picked, steps } = state;
    const now = differentiate(nodes, inputs, steps);
    const place = new Map(now.order.map((v, i) => [v, i]));
    const out = arrows(nodes, picked);
    cells.forEach(({ group, value, gradient }, v) => {
      const complete = v === nodes.length - 1 || arrows(nodes, v).every((arrow) => place.get(arrow.v) < steps);
      const shown = complete ? number(now.gradients[v]) : "…";
      value.textContent = number(now.values[v]);
      gradient.textContent = shown;
      const light = v === picked ? "u" : out.some((arrow) => arrow.v === v) ? "gamma" : "";
      group.setAttribute("class", `pick ${light} ${nodes[v].parents.length ? "" : "leaf"}`);
      group.setAttribute("tabindex", v === picked ? 0 : -1);
      group.setAttribute("aria-pressed", v === picked);
      group.setAttribute("aria-label", `${title(nodes[v])} = ${value.textContent}, gradient ${complete ? shown : "not known yet"}`);
    });
    for (const { u, line } of lines) line.setAttribute("class", u === picked ? "out" : "");
    step.value = Math.min(steps, nodes.length);
    stepped.textContent = `${step.value} of ${nodes.length}`;
    const next = now.order[step.value];
    back.textContent = next === undefined ? "" : `ready next: ${next === nodes.length - 1 ? "ℓ" : `${title(nodes[next])} = ${number(now.values[next])}`}`;
    tell(now, out, place);
  }

  /** The sum over Γ(u), a line for each arrow. */
  function tell({ values, slopes, gradients }, out, place) {
    const { nodes, picked, steps } = state;
    story.replaceChildren();
    add(story, "h4", {}, `u: ${title(nodes[picked])}, value ${number(values[picked])}`);
    if (!out.length) {
      add(story, "p", {}, "This is ℓ: nobody uses it. The base case: ∂ℓ/∂ℓ = 1.");
      return;
    }
    add(story, "p", {}, `${out.length === 1 ? "One arrow leaves" : `${out.length} arrows leave`} it. ∂ℓ/∂u = Σ ∂ℓ/∂v · ∂v/∂u:`);
    for (const { v, k } of out) {
      const done = place.get(v) < steps;
      const name = `v: ${v === nodes.length - 1 ? "ℓ" : `${title(nodes[v])} = ${number(values[v])}`}`;
      const share = `${factor(gradients[v])} · ${factor(slopes[v][k])} = ${number(gradients[v] * slopes[v][k])}`;
      add(story, "p", {}, `${name}.  ${done ? share : "Its share is not there yet."}`);
    }
    const complete = out.every(({ v }) => place.get(v) < steps);
    add(add(story, "p"), "strong", {}, complete ? `∂ℓ/∂u = ${number(gradients[picked])}` : "The sum is not complete: u has to wait.");
  }

  examples.addEventListener("change", () => choose(examples.value));
  typed.addEventListener("change", () => choose(typed.value));
  for (const event of ["keydown", "keyup", "keypress"]) typed.addEventListener(event, (each) => each.stopPropagation());
  typed.addEventListener("keydown", ({ key }) => key === "Enter" && choose(typed.value));
  step.addEventListener("input", () => {
    state.steps = Number(step.value);
    paint();
  });
  examples.value = model.get("formula");
  choose(model.get("formula"));
}

export default { render };

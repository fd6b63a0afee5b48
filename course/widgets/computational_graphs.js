// A formula and its computational graph: values go forward, gradients come back, and a chosen node shows the sum over its Γ(u).

const {
  add, arrowhead, choice, columns, controls, describe, factor, fixed, frame, heading, legend, onArrows, onPress, picture, set, slider,
} = kit;

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
    if (!token) throw new Error("the formula breaks off");
    if (!/^[A-Za-z]$/.test(token)) throw new Error(`"${token}" is no letter, number, exp, log, tanh or relu`);
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
const sign = ({ op, name, constant }) => name ?? (op === "constant" ? String(constant) : op.replace(/^\*$/, "×").replace("-", "−"));
const subscript = (i) => String(i).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);

/** A title for each node; operations of one sign are numbered, so that no two of them are called the same. */
export function titles(nodes) {
  const signs = nodes.map(sign);
  return signs.map((own, v) => {
    const alike = nodes.flatMap((each, i) => (each.parents.length && signs[i] === own ? [i] : []));
    return alike.includes(v) && alike.length > 1 ? `${own}${/\d/.test(own) ? " " : ""}${subscript(alike.indexOf(v) + 1)}` : own;
  });
}

const STYLE = `
  text { font-size: 19px; dominant-baseline: central; }
  .name { font-weight: 700; }
  .gradient { fill: var(--rust); font-weight: 600; }
  rect { fill: transparent; stroke: currentColor; stroke-opacity: .5; stroke-width: 1.5; }
  .leaf rect { fill: color-mix(in srgb, currentColor 8%, transparent); }
  .edge { fill: none; stroke: color-mix(in srgb, currentColor 50%, transparent); stroke-width: 1.8; }
  .edge.out { stroke: var(--orange); stroke-width: 4; }
  .pick:is(:hover, :focus-visible) rect { stroke-opacity: 1; stroke-width: 5; }
  rect.u, .u rect { stroke: var(--orange); stroke-opacity: 1; stroke-width: 4; }
  rect.gamma, .gamma rect { stroke: var(--green); stroke-opacity: 1; stroke-width: 4; }
  input[type=text] { width: 17em; }
  [role=alert] { color: var(--rust); font-weight: 600; }
  [role=alert]:empty { display: none; }
`;

function render({ model, el }) {
  const given = model.get("values") ?? {};
  const inputs = {};
  const state = { nodes: [], titles: [], picked: 0, steps: Infinity };
  const { body, close } = frame(el, model, { name: "computational-graph", style: STYLE });
  const formulas = controls(body);
  const examples = model.get("examples").map((example) => [example, example]);
  choice(formulas, "Choose a formula", examples, model.get("formula"), choose);
  const typing = { type: "text", spellcheck: "false", "aria-label": "Type a formula" };
  const typed = add(add(formulas, "label", {}, "or type ℓ ="), "input", typing);
  const problem = add(formulas, "span", { role: "alert" });
  const inputSliders = controls(body);
  const stepping = controls(body);
  const step = slider(stepping, "Backward pass, nodes done", { min: 0, step: 1 }, (value) => {
    state.steps = value;
    paint();
  });
  const next = add(stepping, "span");
  const [left, story] = columns(body, 2, 1);
  const drawing = add(left, "div");
  legend(left, [
    ["area", "u", "u, the node chosen"], ["area", "gamma", "Γ(u), the nodes that use it"], ["line", "edge out", "the arrows to them"],
  ]);
  story.setAttribute("aria-live", "polite");
  let cells = [];
  let lines = [];

  /** A new formula: its graph, its sliders, its picture. One that cannot be read changes nothing but the message. */
  function choose(text) {
    try {
      state.nodes = parse(text);
      state.titles = titles(state.nodes);
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
    step.input.max = nodes.length;
    inputSliders.replaceChildren();
    for (const name of names) {
      const { show } = slider(inputSliders, name, { min: -5, max: 5, step: 0.1, value: inputs[name] }, (value) => {
        inputs[name] = value;
        show(fixed(value));
        paint();
      });
      show(fixed(inputs[name]));
    }
    draw();
    paint();
  }

  function draw() {
    const { nodes } = state;
    const { vertices, ways, width, height } = layout(nodes);
    const place = ({ column, y }) => [column * BOX.across + BOX.width / 2 + 4, (y + (height - 1) / 2) * BOX.down + BOX.height / 2 + 4];
    drawing.replaceChildren();
    const size = { width: (width - 1) * BOX.across + BOX.width + 8, height: (height - 1) * BOX.down + BOX.height + 8 };
    const svg = picture(drawing, { ...size, role: "group", "aria-label": `The graph of ${typed.value}` });
    const tip = arrowhead(svg);
    lines = ways.flatMap((chains, v) => chains.map((way, k) => {
      const points = way.map((vertex) => place(vertices[vertex]));
      points[0][0] += BOX.width / 2;
      points.at(-1)[0] -= BOX.width / 2 + 2;
      points.at(-1)[1] += BOX.height * ((k + 1) / (chains.length + 1) - 0.5) * 0.7;
      const d = points.slice(1).reduce((path, [x, y], i) => {
        const half = (x + points[i][0]) / 2;
        return `${path}C${half} ${points[i][1]} ${half} ${y} ${x} ${y}`;
      }, `M${points[0].join(" ")}`);
      return { u: way[0], line: add(svg, "path", { d, "marker-end": tip }) };
    }));
    cells = nodes.map((_, v) => {
      const [x, y] = place(vertices[v]);
      const group = add(svg, "g", { role: "button", transform: `translate(${x} ${y})` });
      add(group, "rect", { x: -BOX.width / 2, y: -BOX.height / 2, width: BOX.width, height: BOX.height, rx: 8 });
      add(group, "text", { class: "name", y: -25 }, v === nodes.length - 1 ? `ℓ: ${state.titles[v]}` : state.titles[v]);
      const cell = { group, value: add(group, "text", {}), gradient: add(group, "text", { class: "gradient", y: 25 }), x, y };
      onPress(group, () => pick(v));
      onArrows(group, (right, down) => walk(v, right, down));
      return cell;
    });
  }

  function pick(v) {
    state.picked = v;
    paint();
  }

  /** To the nearest node on that side. */
  function walk(from, dx, dy) {
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
      const shown = complete ? fixed(now.gradients[v]) : "…";
      value.textContent = fixed(now.values[v]);
      gradient.textContent = shown;
      const light = v === picked ? "u" : out.some((arrow) => arrow.v === v) ? "gamma" : "";
      const kind = `pick ${light} ${nodes[v].parents.length ? "" : "leaf"}`;
      set(group, { class: kind, tabindex: v === picked ? 0 : -1, "aria-pressed": v === picked });
      describe(group, `${state.titles[v]} = ${value.textContent}, gradient ${complete ? shown : "not known yet"}`);
    });
    for (const { u, line } of lines) set(line, { class: u === picked ? "edge out" : "edge" });
    step.input.value = Math.min(steps, nodes.length);
    step.show(`${step.input.value} of ${nodes.length}`);
    const ready = now.order[step.input.value];
    next.textContent = ready === undefined ? "" : `ready next: ${called(ready, now.values)}`;
    tell(now, out, place);
  }

  const called = (v, values) => (v === state.nodes.length - 1 ? "ℓ" : `${state.titles[v]} = ${fixed(values[v])}`);

  /** The sum over Γ(u), a line for each arrow. */
  function tell({ values, slopes, gradients }, out, place) {
    const { nodes, picked, steps } = state;
    story.replaceChildren();
    heading(story, `u: ${state.titles[picked]}, value ${fixed(values[picked])}`);
    if (!out.length) {
      add(story, "p", {}, "This is ℓ: nobody uses it. The base case: ∂ℓ/∂ℓ = 1.");
      return;
    }
    add(story, "p", {}, `${out.length === 1 ? "One arrow leaves" : `${out.length} arrows leave`} it. ∂ℓ/∂u = Σ ∂ℓ/∂v · ∂v/∂u:`);
    for (const { v, k } of out) {
      const done = place.get(v) < steps;
      const name = `v: ${called(v, values)}`;
      const share = `${factor(gradients[v])} · ${factor(slopes[v][k])} = ${fixed(gradients[v] * slopes[v][k])}`;
      add(story, "p", {}, `${name}.  ${done ? share : "Its share is not there yet."}`);
    }
    const complete = out.every(({ v }) => place.get(v) < steps);
    add(add(story, "p"), "strong", {}, complete ? `∂ℓ/∂u = ${fixed(gradients[picked])}` : "The sum is not complete: u has to wait.");
  }

  typed.addEventListener("change", () => choose(typed.value));
  typed.addEventListener("keydown", ({ key }) => key === "Enter" && choose(typed.value));
  choose(model.get("formula"));
  return close;
}

export default { render };

// The vector form, entry by entry: pick an entry of dX, dW or db, and the numbers that make it light up.

// The mathematics. Z = X W + b, and for u an entry of X, W or b the notes' rule ∂ℓ/∂u = Σ over v in Γ(u) of ∂ℓ/∂v · ∂v/∂u.

export function forward({ X, W, b }) {
  return X.map((row) => b.map((bias, i) => row.reduce((sum, x, j) => sum + x * W[j][i], bias)));
}

/** Γ(u) for u the entry [row, column] of "X", "W" or "b" (b is one row): each v in Z that uses u, ∂v/∂u, and where that is read. */
export function gamma({ X, W }, name, row, column) {
  if (name === "X") return W[column].map((slope, i) => ({ v: [row, i], slope, from: ["W", column, i] }));
  if (name === "W") return X.map((x, n) => ({ v: [n, column], slope: x[row], from: ["X", n, row] }));
  return X.map((_, n) => ({ v: [n, column], slope: 1, from: null }));
}

export function gradient(arrays, name, row, column) {
  return gamma(arrays, name, row, column).reduce((sum, { v: [n, i], slope }) => sum + arrays.upstream[n][i] * slope, 0);
}

export function gradients(arrays) {
  const like = (name, matrix) => matrix.map((values, row) => values.map((_, column) => gradient(arrays, name, row, column)));
  return { dX: like("X", arrays.X), dW: like("W", arrays.W), db: like("b", [arrays.b]) };
}

// What is said about each.

const VECTOR_FORM = { X: "dX = upstream @ W.T", W: "dW = X.T @ upstream", b: "db = upstream.sum(axis=0)" };

function story(name, row, column) {
  if (name === "X") return `Example ${row} alone uses X[${row}, ${column}], in each of its outputs: a row of Z.`;
  if (name === "W") return `Every example uses W[${row}, ${column}], for its output ${column}: a column of Z.`;
  return `Every example adds b[${column}] to its output ${column}: a column of Z.`;
}

const digits = (x) => (Math.abs(x) < 0.005 ? 0 : x).toFixed(2).replace("-", "−");
/** A number's name as Python writes it; b and db are vectors. */
const label = (name, row, column) => (name.endsWith("b") ? `${name}[${column}]` : `${name}[${row}, ${column}]`);
const same = (a, b) => a !== null && b !== null && a.every((value, k) => value === b[k]);

// The picture: X @ W + b = Z above, and under each array its gradient.

const CELL = { width: 72, height: 40 };
const GAP = 58;
const HEAD = 34;

const STYLE = `
.vector-form { --u: #E69F00; --gamma: #009E73; --upstream: #56B4E9; --slope: #CC79A7; container-type: inline-size; max-width: 1800px;
  color: var(--jp-content-font-color1, CanvasText); font-family: inherit; font-variant-numeric: tabular-nums; }
.vector-form .body { font-size: clamp(13px, 1.32cqw, 23px); line-height: 1.4; }
.vector-form .controls { display: flex; flex-wrap: wrap; gap: .3em 1.4em; margin: .3em 0 .8em; }
.vector-form label { display: flex; align-items: center; gap: .6em; }
.vector-form output { min-width: 9.6em; font-weight: 600; white-space: nowrap; }
.vector-form label.short output { min-width: 1.5em; }
.vector-form input { width: 8em; accent-color: #0072B2; }
.vector-form .columns { display: grid; grid-template-columns: minmax(0, 1.5fr) minmax(0, 1fr); gap: 2.5em; align-items: start; }
@container (max-width: 760px) { .vector-form .columns { grid-template-columns: 1fr; } }
.vector-form svg { width: 100%; height: auto; display: block; overflow: visible; }
.vector-form text { fill: currentColor; font-size: 20px; text-anchor: middle; dominant-baseline: central; }
.vector-form text.name { font-weight: 700; }
.vector-form rect { fill: transparent; stroke: currentColor; stroke-opacity: .35; stroke-width: 1; transition: fill .15s, stroke .15s; }
.vector-form .pick { cursor: pointer; outline: none; }
.vector-form .pick:hover rect, .vector-form .pick:focus-visible rect { stroke-opacity: 1; stroke-width: 4; }
.vector-form .lit rect { stroke: var(--lit); stroke-opacity: 1; stroke-width: 3; fill: color-mix(in srgb, var(--lit) 32%, transparent); }
.vector-form .edited rect { stroke-dasharray: 6 4; stroke-opacity: 1; stroke-width: 3; }
.vector-form path { stroke: #D55E00; stroke-width: 3; }
.vector-form h4 { margin: 0 0 .3em; font-size: 1.15em; font-weight: 700; }
.vector-form :is(p, details) { margin: 0 0 .7em; }
.vector-form summary { cursor: pointer; }
.vector-form table { border-collapse: collapse; margin: 0 0 .8em; width: 100%; font-size: inherit; }
.vector-form :is(th, td) { text-align: right; padding: .2em .45em; border: 0; background: none; white-space: nowrap; font-weight: 400; }
.vector-form thead th { border-bottom: .3em solid var(--mark, transparent); font-weight: 600; }
.vector-form tfoot :is(th, td) { border-top: 1px solid currentColor; font-weight: 700; }
.vector-form small { font-size: .78em; opacity: .85; display: block; line-height: 1.15; }
.vector-form code { font-size: 1.05em; background: none; color: inherit; font-weight: 600; }
@media (prefers-reduced-motion: reduce) { .vector-form rect { transition: none; } }
`;

function render({ model, el }) {
  const given = Object.fromEntries(["X", "W", "b", "upstream"].map((name) => [name, structuredClone(model.get(name))]));
  const most = given.X.length;
  const reach = Math.max(2, ...given.upstream.flat().map((g) => Math.ceil(Math.abs(g))));
  const state = { N: Math.min(4, most), picked: ["W", 0, 0], edited: [0, 0] };

  const root = add(el, "div", { class: "vector-form", role: "group", "aria-label": "The vector form, entry by entry" });
  add(root, "style", {}, STYLE);
  const body = add(root, "div", { class: "body" });
  const controls = add(body, "div", { class: "controls" });
  const size = slider(controls, "Batch size N", { min: 1, max: most, step: 1, value: state.N }, "short");
  const entry = slider(controls, "Entry", { min: 0, step: 1 }, "wide");
  const change = slider(controls, "Change", { min: -reach, max: reach, step: 0.1 }, "wide");
  const columns = add(body, "div", { class: "columns" });
  const drawing = add(columns, "div");
  const beside = add(columns, "div");
  const text = add(beside, "div");
  const hint = add(beside, "details");
  add(hint, "summary", {}, "All entries at once");
  const formula = add(hint, "code");
  const legend = add(beside, "p");
  let cells = [];

  const current = () => ({ X: given.X.slice(0, state.N), W: given.W, b: given.b, upstream: given.upstream.slice(0, state.N) });
  const entries = () => cells.filter(({ of }) => of).map(({ of, row, column }) => [of, row, column]);

  /** Build the cells for this batch size; `paint` fills them. */
  function draw() {
    const { X, W, b, upstream } = current();
    const tall = HEAD + CELL.height * Math.max(X.length, W.length);
    const wide = [X[0].length, b.length, b.length, b.length];
    const width = wide.reduce((sum, n) => sum + n * CELL.width, 0) + 3 * GAP + 8;
    drawing.replaceChildren();
    const described = { role: "group", "aria-label": "X @ W + b = Z, and under each array its gradient" };
    const svg = add(drawing, "svg", { viewBox: `0 0 ${width} ${2 * tall + 34}`, ...described });
    cells = [];
    const rows = [
      [{ name: "X", like: X }, { name: "W", like: W }, { name: "b", like: [b] }, { name: "Z", like: upstream }],
      [
        { name: "dX", like: X, of: "X" }, { name: "dW", like: W, of: "W" }, { name: "db", like: [b], of: "b" },
        { name: "upstream", like: upstream },
      ],
    ];
    rows.forEach((arrays, level) => {
      const top = level * (tall + 30);
      let left = 4;
      arrays.forEach(({ name, like, of }, k) => {
        add(svg, "text", { class: "name", x: left + (wide[k] * CELL.width) / 2, y: top + HEAD / 2 }, name);
        like.forEach((values, row) => values.forEach((_, column) => {
          const x = left + column * CELL.width;
          const y = top + HEAD + row * CELL.height;
          const active = of || name === "upstream";
          const group = add(svg, "g", active ? { class: "pick", role: "button", tabindex: -1 } : {});
          add(group, "rect", { x: x + 2, y: y + 2, width: CELL.width - 4, height: CELL.height - 4, rx: 4 });
          const value = add(group, "text", { x: x + CELL.width / 2, y: y + CELL.height / 2 - 2 });
          const bar = of ? add(group, "path", { d: `M${x + 20} ${y + CELL.height - 7}h${CELL.width - 40}` }) : null;
          const cell = { group, value, bar, name, of, row, column, level, k };
          if (active) group.addEventListener("click", () => choose(cell));
          if (active) group.addEventListener("keydown", (event) => walk(event, cell));
          cells.push(cell);
        }));
        left += wide[k] * CELL.width;
        if (level === 0 && k < 3) add(svg, "text", { x: left + GAP / 2, y: top + HEAD + CELL.height * W.length / 2 }, "@+="[k]);
        left += GAP;
      });
    });
    entry.input.max = entries().length - 1;
  }

  function choose({ of, row, column }) {
    if (of) state.picked = [of, row, column];
    else state.edited = [row, column];
    paint();
  }

  /** Arrow keys: within a matrix, and from dX on to dW and db. */
  function walk(event, from) {
    const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [0, 0];
    if (!down && !right) return;
    event.preventDefault();
    event.stopPropagation();
    const inside = cells.filter(({ name }) => name === from.name);
    const neighbours = cells.filter(({ of, level, k }) => of && from.of && level === 1 && k === from.k + right);
    const nearest = (row) => (a, b) => Math.abs(a.row - row) - Math.abs(b.row - row) || right * (a.column - b.column);
    const to = inside.find(({ row, column }) => row === from.row + down && column === from.column + right)
      ?? (right ? neighbours.sort(nearest(from.row))[0] : undefined);
    if (!to) return;
    choose(to);
    to.group.focus();
  }

  /** Every number, light and sentence, from the state. */
  function paint() {
    const arrays = current();
    const all = { ...arrays, b: [arrays.b], Z: forward(arrays), ...gradients(arrays) };
    const [name, row, column] = state.picked;
    const sum = gamma(arrays, name, row, column);
    const [n, i] = state.edited;
    const lights = ({ name: on, of, row: r, column: c }) => {
      if ((on === name || of === name) && r === row && c === column) return "--u";
      if (on === "Z" && sum.some(({ v }) => same(v, [r, c]))) return "--gamma";
      if (on === "upstream" && sum.some(({ v }) => same(v, [r, c]))) return "--upstream";
      return sum.some(({ from }) => same(from, [on, r, c])) ? "--slope" : "";
    };
    const moves = ({ of, row: r, column: c }) => gamma(arrays, of, r, c).some(({ v }) => same(v, state.edited));
    for (const cell of cells) {
      const light = lights(cell);
      const edited = cell.name === "upstream" && same([cell.row, cell.column], state.edited);
      const picked = cell.of && light === "--u";
      const shown = digits(all[cell.name][cell.row][cell.column]);
      cell.value.textContent = shown;
      cell.group.classList.toggle("lit", light !== "");
      cell.group.classList.toggle("edited", edited);
      cell.group.style.setProperty("--lit", light && `var(${light})`);
      if (cell.bar) cell.bar.style.display = moves(cell) ? "" : "none";
      if (cell.of || cell.name === "upstream") {
        cell.group.setAttribute("tabindex", picked || edited ? 0 : -1);
        cell.group.setAttribute("aria-pressed", Boolean(picked || edited));
        cell.group.setAttribute("aria-label", `${label(cell.name, cell.row, cell.column)} = ${shown}`);
      }
    }
    const result = `${label("d" + name, row, column)} = ${digits(all["d" + name][row][column])}`;
    const moved = `upstream[${n}, ${i}] = ${digits(given.upstream[n][i])}`;
    size.output.textContent = state.N;
    entry.output.textContent = result;
    entry.input.value = entries().findIndex((candidate) => same(candidate, state.picked));
    entry.input.setAttribute("aria-valuetext", result);
    change.output.textContent = moved;
    change.input.value = given.upstream[n][i];
    change.input.setAttribute("aria-valuetext", `${moved}, ${result}`);
    tell(arrays, sum, name, row, column, all["d" + name][row][column]);
  }

  /** The sum over Γ(u), a line for each v. */
  function tell({ upstream }, sum, name, row, column, total) {
    text.replaceChildren();
    add(text, "h4", {}, `u = ${label(name, row, column)}`);
    add(text, "p", {}, story(name, row, column));
    add(text, "p", {}, "∂ℓ/∂u = Σ ∂ℓ/∂v · ∂v/∂u, over every v in Γ(u):");
    const table = add(text, "table", { "aria-label": `The sum over Γ(${label(name, row, column)})` });
    const head = add(add(table, "thead"), "tr");
    for (const [title, colour] of [["v in Γ(u)", "gamma"], ["∂ℓ/∂v", "upstream"], ["∂v/∂u", "slope"]]) {
      add(head, "th", { scope: "col", style: `--mark: var(--${colour})` }, title);
    }
    add(head, "th", { scope: "col" }, "product");
    const lines = add(table, "tbody");
    for (const { v: [n, i], slope, from } of sum) {
      const line = add(lines, "tr");
      add(line, "th", { scope: "row" }, label("Z", n, i));
      for (const [value, source] of [[upstream[n][i], label("upstream", n, i)], [slope, from ? label(...from) : "Z adds b"]]) {
        add(add(line, "td", {}, digits(value)), "small", {}, source);
      }
      add(line, "td", {}, digits(upstream[n][i] * slope));
    }
    const foot = add(add(table, "tfoot"), "tr");
    add(foot, "th", { scope: "row", colspan: 3 }, `sum: ∂ℓ/∂u = ${label("d" + name, row, column)}`);
    add(foot, "td", { style: "color: inherit; box-shadow: inset 0 -.3em 0 -.05em var(--u)" }, digits(total));
    formula.textContent = VECTOR_FORM[name];
    const edited = `upstream[${state.edited.join(", ")}]`;
    legend.textContent = `A vermillion bar marks each entry that changes with ${edited} (dashed). Click another, or use the arrow keys.`;
  }

  size.input.addEventListener("input", () => {
    state.N = Number(size.input.value);
    state.edited[0] = Math.min(state.edited[0], state.N - 1);
    if (state.picked[0] === "X") state.picked[1] = Math.min(state.picked[1], state.N - 1);
    draw();
    paint();
  });
  entry.input.addEventListener("input", () => {
    state.picked = entries()[Number(entry.input.value)];
    paint();
  });
  change.input.addEventListener("input", () => {
    given.upstream[state.edited[0]][state.edited[1]] = Number(change.input.value);
    paint();
  });
  draw();
  paint();
}

export default { render };

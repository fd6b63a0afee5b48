// The vector form, entry by entry: pick an entry of dX, dW or db, and the numbers that make it light up.

const { add, columns, controls, describe, fixed, frame, heading, max, onArrows, onPress, picture, set, slider, sum, table } = kit;

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

/** A number's name as Python writes it; b and db are vectors. */
const label = (name, row, column) => (name.endsWith("b") ? `${name}[${column}]` : `${name}[${row}, ${column}]`);
const same = (a, b) => a !== null && b !== null && a.every((value, k) => value === b[k]);

// The picture: X @ W + b = Z above, and under each array its gradient.

const CELL = { width: 72, height: 40 };
const GAP = 58;
const HEAD = 34;

const STYLE = `
  --u: var(--orange);
  --gamma: var(--green);
  --upstream: var(--sky);
  --slope: var(--pink);
  text { font-size: 20px; dominant-baseline: central; }
  .name { font-weight: 700; }
  rect { fill: transparent; stroke: currentColor; stroke-opacity: .35; stroke-width: 1; transition: fill .15s, stroke .15s; }
  .pick:is(:hover, :focus-visible) rect { stroke-opacity: 1; stroke-width: 4; }
  .lit rect { stroke: var(--lit); stroke-opacity: 1; stroke-width: 3; fill: color-mix(in srgb, var(--lit) 32%, transparent); }
  .edited rect { stroke-dasharray: 6 4; stroke-opacity: 1; stroke-width: 3; }
  path { stroke: var(--vermillion); stroke-width: 3; }
  summary { cursor: pointer; }
  code { font-size: 1.05em; font-weight: 600; }
  output { min-width: 9.6em; }
  label:first-child output { min-width: 1.5em; }
  thead th { border-bottom-width: .3em; }
  tfoot td { box-shadow: inset 0 -.3em 0 -.05em var(--u); }
  @media (prefers-reduced-motion: reduce) { rect { transition: none; } }
`;

function render({ model, el }) {
  const given = Object.fromEntries(["X", "W", "b", "upstream"].map((name) => [name, structuredClone(model.get(name))]));
  const most = given.X.length;
  const reach = Math.max(2, Math.ceil(max(given.upstream.flat(), Math.abs)));
  const state = { N: Math.min(4, most), picked: ["W", 0, 0], edited: [0, 0] };

  const { body, close } = frame(el, model, { name: "vector-form", style: STYLE });
  const bar = controls(body);
  const size = slider(bar, "Batch size N", { min: 1, max: most, step: 1, value: state.N }, (value) => {
    state.N = value;
    state.edited[0] = Math.min(state.edited[0], state.N - 1);
    if (state.picked[0] === "X") state.picked[1] = Math.min(state.picked[1], state.N - 1);
    draw();
    paint();
  });
  const entry = slider(bar, "Entry", { min: 0, step: 1 }, (k) => {
    state.picked = entries()[k];
    paint();
  });
  const change = slider(bar, "Change", { min: -reach, max: reach, step: 0.1 }, (value) => {
    given.upstream[state.edited[0]][state.edited[1]] = value;
    paint();
  });
  const [drawing, beside] = columns(body, 1.5, 1);
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
    const width = sum(wide) * CELL.width + 3 * GAP + 8;
    drawing.replaceChildren();
    const described = { role: "group", "aria-label": "X @ W + b = Z, and under each array its gradient" };
    const svg = picture(drawing, { width, height: 2 * tall + 34, ...described });
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
          const group = add(svg, "g", active ? { class: "pick", role: "button" } : {});
          add(group, "rect", { x: x + 2, y: y + 2, width: CELL.width - 4, height: CELL.height - 4, rx: 4 });
          const value = add(group, "text", { x: x + CELL.width / 2, y: y + CELL.height / 2 - 2 });
          const bar = of ? add(group, "path", { d: `M${x + 20} ${y + CELL.height - 7}h${CELL.width - 40}` }) : null;
          const cell = { group, value, bar, name, of, row, column, level, k };
          if (active) onPress(group, () => choose(cell));
          if (active) onArrows(group, (right, down) => walk(cell, right, down));
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
  function walk(from, right, down) {
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
    const users = gamma(arrays, name, row, column);
    const [n, i] = state.edited;
    const lights = ({ name: on, of, row: r, column: c }) => {
      if ((on === name || of === name) && r === row && c === column) return "--u";
      if (on === "Z" && users.some(({ v }) => same(v, [r, c]))) return "--gamma";
      if (on === "upstream" && users.some(({ v }) => same(v, [r, c]))) return "--upstream";
      return users.some(({ from }) => same(from, [on, r, c])) ? "--slope" : "";
    };
    const moves = ({ of, row: r, column: c }) => gamma(arrays, of, r, c).some(({ v }) => same(v, state.edited));
    for (const cell of cells) {
      const light = lights(cell);
      const edited = cell.name === "upstream" && same([cell.row, cell.column], state.edited);
      const picked = cell.of && light === "--u";
      const shown = fixed(all[cell.name][cell.row][cell.column]);
      cell.value.textContent = shown;
      cell.value.style.fontSize = `${Math.min(20, 105 / shown.length)}px`; // what a cell is wide enough for
      cell.group.classList.toggle("lit", light !== "");
      cell.group.classList.toggle("edited", edited);
      cell.group.style.setProperty("--lit", light && `var(${light})`);
      if (cell.bar) cell.bar.style.display = moves(cell) ? "" : "none";
      if (cell.of || cell.name === "upstream") {
        set(cell.group, { tabindex: picked || edited ? 0 : -1, "aria-pressed": Boolean(picked || edited) });
        describe(cell.group, `${label(cell.name, cell.row, cell.column)} = ${shown}`);
      }
    }
    const result = `${label("d" + name, row, column)} = ${fixed(all["d" + name][row][column])}`;
    const moved = `upstream[${n}, ${i}] = ${fixed(given.upstream[n][i])}`;
    size.show(String(state.N));
    entry.show(result);
    entry.input.value = entries().findIndex((candidate) => same(candidate, state.picked));
    change.show(moved);
    change.input.value = given.upstream[n][i];
    set(change.input, { "aria-valuetext": `${moved}, ${result}` });
    tell(arrays, users, name, row, column, all["d" + name][row][column]);
  }

  /** The sum over Γ(u), a line for each v. */
  function tell({ upstream }, users, name, row, column, total) {
    text.replaceChildren();
    heading(text, `u = ${label(name, row, column)}`);
    add(text, "p", {}, story(name, row, column));
    add(text, "p", {}, "∂ℓ/∂u = Σ ∂ℓ/∂v · ∂v/∂u, over every v in Γ(u):");
    table(text, {
      label: `The sum over Γ(${label(name, row, column)})`,
      head: [["v in Γ(u)", "var(--gamma)"], ["∂ℓ/∂v", "var(--upstream)"], ["∂v/∂u", "var(--slope)"], ["product", "transparent"]],
      rows: users.map(({ v: [n, i], slope, from }) => [
        label("Z", n, i), [fixed(upstream[n][i]), label("upstream", n, i)], [fixed(slope), from ? label(...from) : "Z adds b"],
        fixed(upstream[n][i] * slope),
      ]),
      foot: [`sum: ∂ℓ/∂u = ${label("d" + name, row, column)}`, fixed(total)],
    });
    formula.textContent = VECTOR_FORM[name];
    const edited = `upstream[${state.edited.join(", ")}]`;
    legend.textContent = `A vermillion bar marks each entry that changes with ${edited} (dashed). Click another, or use the arrow keys.`;
  }

  draw();
  paint();
  return close;
}

export default { render };

// The vector form, entry by entry: pick an entry of dX, dW or db, and the numbers that make it light up; or dW, a layer for each example.

const {
  add, choice, columns, controls, describe, factor, fixed, frame, heading, legend, max, onArrows, onPress, picture, player, predict, range, set,
  slider, status, sum, table,
} = kit;

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

/** What example n adds to dW: its row of X times its row of `upstream`, every number with every number. */
export const layer = ({ X, upstream }, n) => X[n].map((x) => upstream[n].map((slope) => x * slope));

/** The sum of the first k layers. */
export function addLayers(arrays, k) {
  return arrays.W.map((row, j) => row.map((_, i) => sum(range(k), (n) => layer(arrays, n)[j][i])));
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

/** A number in five characters where it can be, which a cell has room for. */
export function short(x) {
  const powers = (digits) => x.toExponential(digits).replace("e+", "e").replace("-", "−");
  const texts = Math.abs(x) < 1e4 ? [2, 1, 0].map((places) => fixed(x, places)) : [1, 0].map(powers);
  return texts.find((text) => text.length <= 5) ?? texts.at(-1);
}

// The pictures: cells of numbers.

const CELL = { width: 62, height: 34 };
const GAP = 36;
const HEAD = 30;
const WIDE = 9; // cells in a row that leave room for the sum beside them in a room
const LEAST = 0.73; // pixels to a unit, at which a number has 12

const STYLE = `
  --u: var(--orange);
  --gamma: var(--green);
  --upstream: var(--sky);
  --slope: light-dark(#9C2A6B, #C2185B); /* the theme's pink is too near to its sky for those who see no green */
  text { font-size: 20px; dominant-baseline: central; }
  .name { font-weight: 700; }
  .pick { font-weight: 400; }
  rect { fill: transparent; stroke: currentColor; stroke-opacity: .35; stroke-width: 1; transition: fill .15s, stroke .15s; }
  .pick:is(:hover, :focus-visible) rect { stroke-opacity: 1; stroke-width: 4; }
  .lit rect, rect.lit { stroke: var(--lit); stroke-opacity: 1; stroke-width: 3; fill: color-mix(in srgb, var(--lit) 32%, transparent); }
  .edited rect, rect.edited { stroke-dasharray: 6 4; stroke-opacity: 1; stroke-width: 3; }
  .u { --lit: var(--u); }
  .gamma { --lit: var(--gamma); }
  .upstream { --lit: var(--upstream); }
  .slope { --lit: var(--slope); }
  path, .moves { stroke: var(--vermillion); stroke-width: 3; }
  .player path { stroke: none; }
  .factor:not(.lit, .edited) rect { stroke: none; }
  .factor text { font-style: italic; }
  .newest :not(.factor) > rect, rect.newest { stroke-width: 3; stroke-opacity: 1; }
  .stacked, &.projector .wide { grid-template-columns: minmax(0, 1fr); gap: .3em; }
  .picture { overflow-x: auto; }
  &[data-level] .picture .layers { max-height: none; }
  &[data-level="1"]:not(.projector) .picture .arrays { max-height: max(20rem, calc(100vh - 8em - 5rem)); }
  @container (min-width: 700px) { &:not(.projector) .picture svg.layers { max-height: 27rem; } }
  &.projector .picture .arrays { max-height: calc(100vh - 10.5rem); }
  &.projector :is(.stacked, .wide) :is(.status, .summed) { margin: 0; font-size: .9em; }
  &.projector .wide .picture .arrays { max-height: calc(100vh - 16.8rem); }
  &.projector .picture .layers { max-height: calc(100vh - 17rem); }
  &.guessing .u text { visibility: hidden; }
  &.guessing .entry output { visibility: hidden; }
  summary { cursor: pointer; }
  code { font-size: 1.05em; font-weight: 600; }
  output { min-width: 1.5em; }
  .entry output, .change output { min-width: 9.2em; }
  :is(td, thead th) { white-space: normal; }
  .summed { display: none; }
  &.projector .wide .summed { display: block; }
  small { display: inline-block; white-space: nowrap; margin-left: .5em; font-size: max(14px, .85em); }
  .player { margin: 0; }
  .controls { margin: 0 0 .4em; gap: .4em 1.2em; }
  thead th { border-bottom-width: .3em; }
  tfoot td { box-shadow: inset 0 -.3em 0 -.05em var(--u); }
  &.projector :is(td, th) { padding: 0 .12em; }
  &.projector small { display: block; font-size: .75em; }
  &.projector input[type=range] { width: 6em; }
  @media (prefers-reduced-motion: reduce) { rect { transition: none; } }
`;

/** How many digits a text is as wide as: a point is half a digit wide, a minus a third wider than one. */
const digitsWide = (words) => sum([...words], (sign) => ({ ".": 0.5, "−": 1.33 }[sign] ?? 1)) || 1;

/** A cell at (x, y): its group, and the ways to write a number into it and to mark it; what stays as it was is not touched. */
function drawCell(parent, x, y, attributes = {}) {
  const group = add(parent, "g", attributes);
  add(group, "rect", { x: x + 2, y: y + 2, width: CELL.width - 4, height: CELL.height - 4, rx: 4 });
  const text = add(group, "text", { x: x + CELL.width / 2, y: y + CELL.height / 2 - 2 });
  let [written, marked] = ["", ""];
  function write(value) {
    const words = value === null ? "" : short(value);
    if (words === written) return;
    written = words;
    text.textContent = words;
    text.style.fontSize = `${Math.min(18, 88 / digitsWide(words))}px`; // what a cell is wide enough for
  }
  function mark(kind) {
    if (kind === marked) return;
    marked = kind;
    set(group, { class: kind });
  }
  return { group, write, mark };
}

/** X @ W + b = Z above, and under each array its gradient: a cell for each number. */
function drawArrays(parent, { X, W, b, upstream }) {
  const tall = HEAD + CELL.height * Math.max(X.length, W.length);
  const wide = [X[0].length, b.length, b.length, b.length].map((count) => count * CELL.width);
  const slots = [...wide.slice(0, 3), Math.max(wide[3], 112)]; // "upstream" is wider than one cell
  const described = { class: "arrays", role: "group", "aria-label": "X @ W + b = Z, and under each array its gradient" };
  const width = sum(slots) + 3 * GAP + 8;
  const svg = picture(parent, { width, height: 2 * tall + 34, ...described });
  svg.style.minWidth = `${LEAST * width}px`; // on a narrow page it is scrolled
  const rows = [
    [{ name: "X", like: X }, { name: "W", like: W }, { name: "b", like: [b] }, { name: "Z", like: upstream }],
    [
      { name: "dX", like: X, of: "X" }, { name: "dW", like: W, of: "W" }, { name: "db", like: [b], of: "b" },
      { name: "upstream", like: upstream },
    ],
  ];
  const cells = [];
  rows.forEach((arrays, level) => {
    const top = level * (tall + 30);
    let left = 4;
    arrays.forEach(({ name, like, of }, k) => {
      add(svg, "text", { class: "name", x: left + slots[k] / 2, y: top + HEAD / 2 }, name);
      like.forEach((values, row) => values.forEach((_, column) => {
        const [x, y] = [left + (slots[k] - wide[k]) / 2 + column * CELL.width, top + HEAD + row * CELL.height];
        const active = Boolean(of) || name === "upstream";
        const cell = drawCell(svg, x, y, active ? { role: "button" } : {});
        const bar = of ? add(cell.group, "path", { d: `M${x + 20} ${y + CELL.height - 7}h${CELL.width - 40}` }) : null;
        cells.push({ ...cell, bar, active, name, of, row, column, level, k });
      }));
      left += slots[k];
      if (level === 0 && k < 3) add(svg, "text", { x: left + GAP / 2, y: top + HEAD + (CELL.height * W.length) / 2 }, "@+="[k]);
      left += GAP;
    });
  });
  return cells;
}

/** The layers of dW: for each example its row of X on the left, its row of `upstream` above, their products; and the sum so far. */
function drawLayers(parent, arrays) {
  const { X, W, b } = arrays;
  const [wide, tall] = [(b.length + 1) * CELL.width, HEAD + (W.length + 1) * CELL.height];
  const count = X.length + 1;
  const fit = Math.floor(((parent.clientWidth || 1200) / LEAST + GAP) / (wide + GAP)); // so many can still be read side by side
  const across = Math.ceil(count / Math.ceil(count / Math.max(1, Math.min(4, fit))));
  const [width, height] = [across * (wide + GAP) - GAP, Math.ceil(count / across) * (tall + 10)];
  const svg = picture(parent, { class: "layers", role: "img", width, height });
  const blocks = range(count).map((n) => {
    const [left, top] = [(n % across) * (wide + GAP), Math.floor(n / across) * (tall + 10)];
    const block = add(svg, "g");
    const title = add(block, "text", { class: "name", x: left + wide / 2, y: top + HEAD / 2 }, n < X.length ? `example ${n}` : "sum so far");
    const at = (row, column) => drawCell(block, left + column * CELL.width, top + HEAD + row * CELL.height);
    const inner = W.map((row, j) => row.map((_, i) => at(j + 1, i + 1)));
    if (n === X.length) return { block, title, inner };
    return { block, inner, x: W.map((_, j) => at(j + 1, 0)), slopes: b.map((_, i) => at(0, i + 1)) };
  });

  /** The first `layers` of them added, and what the entry picked is made of lit; `edited` is the entry of `upstream` that may change. */
  function show({ X: x, upstream }, layers, [name, row, column], edited) {
    const [isRow, isColumn] = [(j) => name === "W" && j === row, (i) => name === "W" && i === column];
    blocks.forEach(({ block, title, inner, x: left, slopes }, n) => {
      const isSum = n === X.length;
      const values = isSum ? addLayers({ X: x, W, upstream }, layers) : layer({ X: x, upstream }, n);
      block.classList.toggle("newest", n === layers - 1);
      inner.forEach((cells, j) => cells.forEach(({ write, mark }, i) => {
        write(isSum || n < layers ? values[j][i] : null);
        mark(isRow(j) && isColumn(i) ? "lit u" : "");
      }));
      if (isSum) title.textContent = layers === X.length ? "sum: dW" : "sum so far";
      left?.forEach(({ write, mark }, j) => {
        write(x[n][j]);
        mark(`factor ${isRow(j) ? "lit slope" : ""}`);
      });
      slopes?.forEach(({ write, mark }, i) => {
        write(upstream[n][i]);
        mark(`factor ${isColumn(i) ? "lit upstream" : ""} ${same(edited, [n, i]) ? "edited" : ""}`);
      });
    });
  }
  return { svg, show };
}

const LIGHTS = [
  ["area", "lit u", "u, and ∂ℓ/∂u"], ["area", "lit gamma", "Γ(u): what uses u"], ["area", "lit upstream", "∂ℓ/∂v"],
  ["area", "lit slope", "∂v/∂u"], ["area", "edited", "the entry of upstream that is changed"], ["line", "moves", "moves with it"],
];
const LAYERS = [
  ["area", "lit slope", "from the example's row of X"], ["area", "lit upstream", "from its row of upstream"],
  ["area", "lit u", "their product; the sum so far"], ["area", "newest", "the layer added last"],
  ["area", "edited", "the entry of upstream that is changed"],
];

function render({ model, el }) {
  const [X, W, b] = ["X", "W", "b"].map((name) => model.get(name));
  const reach = Math.max(2, Math.ceil(max(model.get("upstream").flat(), Math.abs)));
  const view = frame(el, model, {
    name: "vector-form", style: STYLE, state: ["view", "entry", "batch", "edited", "upstream", "layers"],
  });
  const { body, state } = view;
  const size = () => Math.min(state.batch, X.length);
  const arrays = () => ({ X: X.slice(0, size()), W, b, upstream: state.upstream.slice(0, size()) });
  const inBatch = (row) => Math.min(row, size() - 1); // what has left the batch is no longer picked
  const edited = () => [inBatch(state.edited[0]), Math.min(state.edited[1], b.length - 1)];
  const entries = () => Object.entries({ X: arrays().X, W, b: [b] }).flatMap(([name, matrix]) => (
    matrix.flatMap((values, row) => values.map((_, column) => [name, row, column]))));
  function picked() {
    const [name, row, column] = state.entry;
    const wanted = [name, name === "X" ? inBatch(row) : row, column];
    return entries().find((entry) => same(entry, wanted)) ?? entries()[0]; // an address may ask for what is not there
  }
  const place = () => entries().findIndex((entry) => same(entry, picked()));
  const layered = () => state.view === "layers";
  const isWide = X[0].length + 3 * b.length > WIDE;
  const added = () => Math.min(state.layers, size());

  const bar = controls(body);
  const show = choice(bar, "Show", [["entry", "one entry"], ["layers", "dW in layers"]], state.view, (name) => state.set({ view: name }));
  const entry = slider(bar, "Entry", { min: 0, step: 1 }, (k) => state.set({ entry: entries()[k] }));
  entry.input.parentElement.classList.add("entry");
  const goTo = (k) => state.set(layered() ? { layers: k } : { entry: entries()[k] });
  const last = () => (layered() ? size() : entries().length - 1);
  const at = () => (layered() ? added() : place());
  player(view, bar, {
    every: 700,
    step() {
      goTo(Math.min(last(), at() + 1));
      return at() < last();
    },
    reset: () => goTo(0),
    each: (running) => running && at() === last() && goTo(0), // once more
  });
  const batch = slider(bar, "Batch size N", { min: 1, max: X.length, step: 1 }, (value) => state.set({ batch: value }));
  const change = slider(bar, "Change", { min: -reach, max: reach, step: 0.1 }, (value) => {
    const [n, i] = edited();
    state.set({ upstream: state.upstream.map((row, k) => row.map((old, j) => (k === n && j === i ? value : old))) });
  });
  change.input.parentElement.classList.add("change");

  const [drawing, beside] = columns(body, isWide ? 1.9 : 1.5, 1);
  drawing.classList.add("picture");
  drawing.parentElement.classList.toggle("wide", isWide);
  const say = status(beside);
  const summed = add(beside, "strong", { class: "summed" }); // where a room has no place for the table
  const text = add(beside, "div", { class: isWide ? "aside" : "" });
  const legends = [LIGHTS, LAYERS].map((marks) => {
    const room = add(beside, "div", { class: "aside" });
    legend(room, marks);
    return room;
  });
  const hint = add(beside, "details", { class: "aside" });
  add(hint, "summary", {}, "All entries at once");
  const formula = add(hint, "code");
  let cells = [];
  let layers = null;

  /** The cells for this view and batch size; `draw` fills them. */
  function build() {
    drawing.parentElement.classList.toggle("stacked", layered());
    text.hidden = layered();
    hint.hidden = layered();
    legends.forEach((room, k) => { room.hidden = layered() !== (k === 1); });
    drawing.replaceChildren();
    layers = layered() ? drawLayers(drawing, arrays()) : null;
    cells = layered() ? [] : drawArrays(drawing, arrays());
    for (const cell of cells.filter(({ active }) => active)) {
      onPress(cell.group, () => choose(cell));
      onArrows(cell.group, (right, down) => walk(cell, right, down));
    }
  }

  const choose = ({ of, row, column }) => state.set(of ? { entry: [of, row, column] } : { edited: [row, column] });

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

  /** Every number of the arrays, and the light on what belongs to the entry picked. */
  function light(now) {
    const all = { ...now, b: [b], Z: forward(now), ...gradients(now) };
    const [name, row, column] = picked();
    const users = gamma(now, name, row, column);
    const kind = ({ name: on, of, row: r, column: c }) => {
      if ((on === name || of === name) && r === row && c === column) return "u";
      if (users.some(({ v }) => same(v, [r, c])) && (on === "Z" || on === "upstream")) return on === "Z" ? "gamma" : "upstream";
      return users.some(({ from }) => same(from, [on, r, c])) ? "slope" : "";
    };
    const moves = ({ of, row: r, column: c }) => gamma(now, of, r, c).some(({ v }) => same(v, edited()));
    for (const cell of cells) {
      const value = all[cell.name][cell.row][cell.column];
      const lit = kind(cell);
      const isEdited = cell.name === "upstream" && same([cell.row, cell.column], edited());
      const chosen = isEdited || (Boolean(cell.of) && lit === "u");
      cell.write(value);
      cell.mark(`${cell.active ? "pick" : ""} ${lit && `lit ${lit}`} ${isEdited ? "edited" : ""}`);
      if (cell.bar) cell.bar.style.display = moves(cell) ? "" : "none";
      if (!cell.active) continue;
      set(cell.group, { tabindex: chosen ? 0 : -1, "aria-pressed": chosen });
      const called = label(cell.name, cell.row, cell.column);
      if (cell.of && lit === "u") describe(cell.group, called, ` = ${fixed(value)}`);
      else describe(cell.group, `${called} = ${fixed(value)}`);
    }
  }

  function draw() {
    const now = arrays();
    const [name, row, column] = picked();
    const [n, i] = edited();
    const users = gamma(now, name, row, column).map((user) => ({ ...user, upward: now.upstream[user.v[0]][user.v[1]] }));
    const total = gradient(now, name, row, column);
    show.value = state.view;
    entry.input.max = entries().length - 1;
    entry.input.value = place();
    entry.show(label(`d${name}`, row, column), ` = ${fixed(total)}`);
    batch.input.value = size();
    batch.show(String(size()));
    change.input.value = now.upstream[n][i];
    change.show(`${label("upstream", n, i)} = ${fixed(now.upstream[n][i])}`);
    formula.textContent = VECTOR_FORM[name];
    if (layered()) layers.show(now, added(), picked(), [n, i]);
    else light(now);
    const words = layered() ? layersInWords(now) : story(name, row, column);
    say(words);
    summed.textContent = layered() ? "" : asSum(name, row, column, users, total);
    if (layered()) describe(layers.svg, "dW as a sum of one layer for each example.", ` ${words}`);
    else tell(name, row, column, users, total);
  }

  function layersInWords(now) {
    const count = added();
    if (!count) return "No layer is added yet. Each example makes one: on the left its row of X, above its row of upstream, inside their products.";
    const done = count === size() ? `All ${count} layers are added: the sum is dW.` : `The layer of example ${count - 1} is added, ${count} of ${size()}.`;
    const [name, row, column] = picked();
    if (name !== "W") return done;
    const users = gamma(now, name, row, column).slice(0, count).map((user) => ({ ...user, upward: now.upstream[user.v[0]][column] }));
    return `${done} ${asSum(name, row, column, users, addLayers(now, count)[row][column])}`;
  }

  /** The sum over Γ(u), a line for each v. */
  function tell(name, row, column, users, total) {
    text.replaceChildren();
    const head = add(text, "div", { class: "aside" });
    heading(head, `u = ${label(name, row, column)}`);
    add(head, "p", {}, "∂ℓ/∂u = Σ ∂ℓ/∂v · ∂v/∂u, over every v in Γ(u):");
    table(text, {
      label: `The sum over Γ(${label(name, row, column)})`,
      head: [["v in Γ(u)", "var(--gamma)"], ["∂ℓ/∂v", "var(--upstream)"], ["∂v/∂u", "var(--slope)"], ["product", "transparent"]],
      rows: users.map(({ v: [n, i], slope, upward, from }) => [
        label("Z", n, i), [fixed(upward), label("upstream", n, i)], [fixed(slope), from ? label(...from) : "Z adds b"],
        fixed(upward * slope),
      ]),
      foot: [`sum: ∂ℓ/∂u = ${label(`d${name}`, row, column)}`, fixed(total)],
    });
  }

  predict(view, { words: "∂ℓ/∂u of the entry picked", truth: () => gradient(arrays(), ...picked()), nodes: [beside.querySelector(".status"), summed, text] });
  state.watch((names) => {
    if (names.has("view") || names.has("batch")) build();
    draw();
  });
  build();
  draw();
  return view.close;
}

/** An entry of a gradient as the sum that it is. */
function asSum(name, row, column, users, total) {
  const terms = users.map(({ slope, upward }) => `${factor(upward)} × ${factor(slope)}`).join(" + ");
  return `${label(`d${name}`, row, column)} = ${terms} = ${fixed(total)}.`;
}

export default { render };

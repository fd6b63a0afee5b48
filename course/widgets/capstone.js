// Digits to browse: chosen in a table of true and predicted classes, sorted by certainty, each with its probabilities and its map.

const {
  add, choice, colour, columns, controls, describe, fixed, frame, grey, heading, image, legend, max, maxIndex, onArrows, onPress, picture,
  player, predict, range, roving, set, signedImage, status, unique, withArticle,
} = kit;

/** The true class of each image, the predicted one, and its probability. */
export const answers = ({ labels, probabilities }) => (
  { labels, says: probabilities.map((p) => maxIndex(p)), certainty: probabilities.map((p) => max(p)) }
);

/** Numbers of the images to show. `truth` and `guess` are classes or -1 for any; `show` is "wrong", "right" or "all". */
export function chosen({ labels, says, certainty }, { truth, guess, show, order }) {
  const found = range(labels.length).filter((n) => {
    const right = says[n] === labels[n];
    return (truth < 0 || labels[n] === truth) && (guess < 0 || says[n] === guess) && (show === "all" || right === (show === "right"));
  });
  if (order === "given") return found;
  const sign = order === "surest" ? -1 : 1;
  return found.sort((m, n) => sign * (certainty[m] - certainty[n]));
}

/** How many images of each true class (row) are taken for each class (column); the last row and the last column are sums. */
export function confusion({ labels, says }, classes) {
  const table = range(classes + 1).map(() => range(classes + 1).fill(0));
  labels.forEach((truth, n) => {
    for (const row of [truth, classes]) for (const column of [says[n], classes]) table[row][column] += 1;
  });
  return table;
}

const SIDE = 8;
const [CELL, LINE] = [34, 27]; // a cell of the table
const TILE = { least: 3.4, image: 3, words: 1.2, high: 4.7 }; // of the sheet, in the widget's type size
const ORDERS = { surest: "surest first", closest: "closest call first", given: "as given" };
const KINDS = { wrong: "wrong ones", right: "right ones", all: "all" };

const STYLE = `
  .cell rect { fill: transparent; stroke: currentColor; stroke-opacity: .25; }
  .cell.wrong rect { fill: var(--vermillion); }
  .cell.right rect { fill: var(--blue); fill-opacity: .3; }
  .cell text { dominant-baseline: central; font-size: 16px; }
  .cell.total text { font-style: italic; }
  .cell.empty text { opacity: .6; }
  .cell[aria-pressed=true] rect { stroke: var(--orange); stroke-width: 4; stroke-opacity: 1; }
  .cell:focus-visible rect { stroke: currentColor; stroke-width: 4; stroke-opacity: 1; }
  .sheet { position: relative; height: max(16rem, min(27rem, 100vh - 20rem)); overflow-y: auto; cursor: pointer;
    border: 1px solid color-mix(in srgb, currentColor 40%, transparent); }
  .sheet:focus-visible { outline: 3px solid var(--blue); outline-offset: 1px; }
  .sheet canvas { position: sticky; top: 0; display: block; }
  .sheet .option { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .sheet .length { position: absolute; top: 0; width: 1px; }
  .pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .2em 1em; margin-bottom: .4em; }
  .bars text { text-anchor: start; dominant-baseline: central; }
  .bar { fill: #8A8A8A; }
  .bar.true, .shade.right { fill: var(--blue); }
  .bar.wrong, .shade.wrong { fill: var(--vermillion); }
  .shade { fill-opacity: .45; }
  .shade.right { fill-opacity: .3; }
  .lit { fill: #D55E00; }
  .dim { fill: #0072B2; }
  .edge { fill: none; stroke: var(--orange); stroke-width: 4; }
  .pair .heading { align-self: end; margin: 0; font-size: 1em; line-height: 1.2; text-wrap: balance; }
  &.projector .status { font-size: .8em; }
  &.projector .pair .heading { font-size: .75em; }
`;

/** The table of counts, a button each; returns the way to show which is chosen. */
function drawTable(parent, table, choose) {
  const any = table.length - 1;
  const most = max(table.slice(0, any).flatMap((row, r) => row.slice(0, any).filter((_, c) => r !== c))) || 1;
  const size = { x: -48, y: -56, width: 48 + CELL * (any + 1.4), height: 58 + LINE * (any + 1) };
  const svg = picture(parent, { ...size, role: "group", "aria-label": "True and predicted classes" });
  const name = (k) => (k === any ? "any" : String(k));
  add(svg, "text", { x: (CELL * any) / 2, y: -40 }, "predicted class");
  add(svg, "text", { class: "last", x: -8, y: -12 }, "true");
  const cells = table.flatMap((row, r) => row.map((count, c) => {
    if (r === 0) add(svg, "text", { x: CELL * (c + 0.5), y: -12 }, name(c));
    if (c === 0) add(svg, "text", { class: "last", x: -8, y: LINE * (r + 0.5) + 5 }, name(r));
    const kind = r === any || c === any ? "total" : r === c ? "right" : "wrong";
    const cell = add(svg, "g", { class: `pick cell ${kind}${count ? "" : " empty"}`, role: "button", "aria-pressed": false });
    const box = add(cell, "rect", { x: CELL * c + 2, y: LINE * r + 2, width: CELL - 4, height: LINE - 4, rx: 2 });
    if (kind === "wrong") set(box, { "fill-opacity": (0.55 * count) / most });
    add(cell, "text", { x: CELL * (c + 0.5), y: LINE * (r + 0.5) }, String(count));
    describe(cell, `true class ${name(r)}, predicted ${name(c)}: ${count}`);
    const [truth, guess] = [r, c].map((k) => (k === any ? -1 : k));
    onPress(cell, () => choose({ truth, guess, ...(kind === "total" ? {} : { show: "all" }) }));
    return { cell, truth, guess };
  }));
  roving(cells.map(({ cell }) => cell), table.length);
  let pressed = [];
  return (state) => {
    for (const { cell } of pressed) set(cell, { "aria-pressed": false });
    pressed = cells.filter(({ truth, guess }) => truth === state.truth && guess === state.guess);
    for (const { cell } of pressed) set(cell, { "aria-pressed": true });
  };
}

/** All images side by side, as pixels of one canvas, 64 in a row. */
function pixelsOf(images) {
  const all = set(document.createElement("canvas"), { width: 64 * SIDE, height: SIDE * Math.ceil(images.length / 64) });
  const one = set(document.createElement("canvas"), { width: SIDE, height: SIDE });
  images.forEach((pixels, n) => {
    colour(one, pixels.map(grey));
    all.getContext("2d").drawImage(one, SIDE * (n % 64), SIDE * Math.floor(n / 64));
  });
  return all;
}

/** An image on the sheet, black around it in every theme, and words below it. */
function paintTile(context, [x, y], { wide, em }, draw, words, looked) {
  const edges = [x + 3, y + 3, wide - 6, TILE.high * em - 6];
  const side = TILE.image * em;
  context.fillStyle = "#000";
  context.fillRect(...edges);
  draw(x + (wide - side) / 2, y + 8, side);
  context.fillStyle = "#fff";
  context.fillText(words, x + wide / 2, y + 8 + (TILE.image + TILE.words / 2) * em);
  context.strokeStyle = looked ? "#E69F00" : "#777";
  context.lineWidth = looked ? 4 : 1;
  context.strokeRect(...edges);
}

/**
 * A sheet of images on one canvas, of which only those in sight are drawn: one tab stop, with arrows, Home and End inside. `pick(k)` is
 * called where the k-th of those shown is to be looked at. Returns the way to show others: their numbers, the place of the one looked at,
 * what is said of it, and the words below each.
 */
function drawSheet(view, parent, images, pick) {
  const box = add(parent, "div", { class: "sheet", role: "listbox", tabindex: 0, "aria-label": "Images" });
  const canvas = add(box, "canvas", { "aria-hidden": true });
  const option = add(box, "div", { class: "option", role: "option", id: unique("image"), "aria-selected": true });
  const length = add(box, "div", { class: "length" });
  const pixels = pixelsOf(images);
  let [found, at, under, across] = [[], 0, String, 1];
  let size = {};
  const rows = (height) => Math.floor(height / (TILE.high * size.em));

  function paint() {
    const [context, { dense }] = [canvas.getContext("2d"), size];
    context.setTransform(dense, 0, 0, dense, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.translate(0, -box.scrollTop);
    Object.assign(context, { font: size.font, imageSmoothingEnabled: false, textAlign: "center", textBaseline: "middle" });
    const end = Math.min(found.length, (rows(box.scrollTop + size.height) + 1) * across);
    for (const k of range(rows(box.scrollTop) * across, end)) {
      const n = found[k];
      const source = [pixels, SIDE * (n % 64), SIDE * Math.floor(n / 64), SIDE, SIDE];
      const place = [(k % across) * size.wide, Math.floor(k / across) * TILE.high * size.em];
      paintTile(context, place, size, (x, y, side) => context.drawImage(...source, x, y, side, side), under(n), k === at);
    }
  }
  /** As many columns as there is room for. */
  function measure() {
    const [{ clientWidth: width, clientHeight: height }, dense] = [box, window.devicePixelRatio];
    const { fontSize, fontFamily } = getComputedStyle(box);
    const em = parseFloat(fontSize);
    across = Math.max(1, Math.floor(width / (TILE.least * em)));
    size = { em, height, dense, wide: width / across, font: `${0.9 * em}px ${fontFamily}` };
    set(canvas, { width: Math.round(width * dense), height: Math.round(height * dense), style: `width: ${width}px; height: ${height}px` });
    arrange();
  }
  /** The image looked at in sight. */
  function arrange() {
    const high = TILE.high * size.em;
    length.style.height = `${Math.ceil(found.length / across) * high}px`;
    const top = Math.floor(at / across) * high;
    box.scrollTop = Math.min(top, Math.max(top + high - size.height, box.scrollTop));
    paint();
  }
  const go = (k) => found.length && pick(Math.min(found.length - 1, Math.max(0, k)));
  onArrows(box, (right, down) => go(at + right + across * down));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Home" && event.key !== "End") return;
    event.preventDefault();
    go(event.key === "Home" ? 0 : found.length - 1);
  });
  box.addEventListener("scroll", paint);
  box.addEventListener("click", ({ clientX, clientY }) => {
    const edge = box.getBoundingClientRect();
    const k = rows(clientY - edge.top + box.scrollTop) * across + Math.min(across - 1, Math.floor((clientX - edge.left) / size.wide));
    if (k < found.length) go(k);
  });
  const observer = new ResizeObserver(measure);
  observer.observe(box);
  view.closing(() => observer.disconnect());
  set(box, { "aria-activedescendant": option.id });
  measure();
  return (numbers, place, said, words) => {
    [found, at, under] = [numbers, place, words];
    option.textContent = said;
    set(option, { "aria-posinset": place + 1, "aria-setsize": numbers.length });
    arrange();
  };
}

/** The image, its map, its probabilities; returns the way to show another, and the picture of the probabilities. */
function drawDetails(parent, classes) {
  const pair = add(parent, "div", { class: "pair" });
  const titles = [heading(pair), heading(pair)];
  const digit = image(pair, SIDE);
  const [map, drawMap] = signedImage(pair, SIDE);
  const svg = picture(parent, { class: "bars", x: -6, width: 350, height: 22 * classes + 22, role: "img" });
  add(svg, "text", { x: 0, y: 10 }, "probability of each class");
  const rows = range(classes).map((c) => {
    const y = 22 * c + 33;
    add(svg, "text", { x: 0, y }, String(c));
    return [add(svg, "rect", { x: 24, y: y - 8, height: 16 }), add(svg, "text", { y })];
  });
  const tell = ({ pixels, slopes, p, label, says, other }) => {
    titles[0].textContent = says === label ? `${label}, read rightly` : `${label}, taken for ${says}`;
    titles[1].textContent = `Slope of o${subscript(says)} − o${subscript(other)}`;
    colour(digit, pixels.map(grey));
    drawMap(slopes);
    describe(digit, `Image of ${withArticle(label)}`);
    const most = maxIndex(slopes, Math.abs);
    const where = `strongest at row ${Math.floor(most / SIDE)}, column ${most % SIDE}, for ${slopes[most] < 0 ? other : says}`;
    describe(map, `Map: more light speaks for ${says} where vermillion, for ${other} where blue with a minus; ${where}`);
    rows.forEach(([bar, text], c) => {
      set(bar, { class: `bar ${c === label ? "true" : c === says ? "wrong" : ""}`, width: Math.max(0.5, 180 * p[c]) });
      set(text, { x: 30 + 180 * p[c] });
      text.textContent = `${fixed(p[c])}${c === says ? " predicted" : ""}${c === label ? " true" : ""}`;
    });
    describe(svg, p.map((value, c) => `${c}: ${fixed(value)}`).join(", "));
  };
  return [tell, svg];
}

const subscript = (k) => [...String(k)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]).join("");

const LEGENDS = [ // of the table, of the map, of the bars
  [["area", "shade wrong", "errors: the fuller, the more"], ["area", "shade right", "right"], ["area", "edge", "looked at"]],
  [["area", "lit", "map: light speaks for the predicted class"], ["area", "dim", "map, with a minus: for the other class"]],
  [["area", "bar wrong", "bar: predicted class"], ["area", "bar true", "true class"], ["area", "bar", "others"]],
];

function render({ model, el }) {
  const given = Object.fromEntries(["images", "labels", "probabilities", "maps"].map((name) => [name, model.get(name)]));
  const view = frame(el, model, { name: "errors", style: STYLE, state: ["show", "truth", "guess", "order", "image"] });
  const { body, state } = view;
  const read = answers(given);
  const { says } = read;
  let [found, at] = [[], 0];

  /** Other filters, and the first image that they let through. */
  const choose = (values) => {
    const { show, truth, guess, order } = state;
    state.set({ ...values, image: chosen(read, { show, truth, guess, order, ...values })[0] ?? -1 });
  };
  const bar = controls(body);
  const show = choice(bar, "Show", Object.entries(KINDS), state.show, (kind) => choose({ show: kind }));
  const order = choice(bar, "Order", Object.entries(ORDERS), state.order, (by) => choose({ order: by }));
  const go = (k) => state.set({ image: found[k] });
  player(view, bar, {
    every: 1500,
    step() {
      if (at < found.length - 1) go(at + 1);
      return at < found.length - 1;
    },
    reset: () => found.length && go(0),
  });
  const say = status(body);
  const [left, middle, right] = columns(body, 1.15, 1.2, 1);
  const mark = drawTable(left, confusion(read, given.probabilities[0].length), choose);
  const marks = add(left, "div", { class: "aside" });
  for (const entries of LEGENDS) legend(marks, entries);
  const showSheet = drawSheet(view, middle, given.images, go);
  add(middle, "p", { class: "aside" }, "4→9: a 4, taken for a 9");
  const [tell, probabilities] = drawDetails(right, given.probabilities[0].length);

  const called = (n) => {
    const digit = withArticle(given.labels[n]);
    return says[n] === given.labels[n] ? `${digit}, read rightly` : `${digit}, taken for ${withArticle(says[n])}`;
  };
  function draw() {
    found = chosen(read, state);
    at = Math.max(0, found.indexOf(state.image));
    const n = found[at];
    const words = found.length ? called(n) : "No image is of this kind.";
    show.value = state.show;
    order.value = state.order;
    mark(state);
    showSheet(found, at, words, (k) => `${given.labels[k]}→${says[k]}`);
    right.style.visibility = found.length ? "" : "hidden";
    const count = `${found.length} of ${given.labels.length} images.`;
    if (!found.length) return say(`${count} ${words}`);
    const [p, label] = [given.probabilities[n], given.labels[n]];
    const other = says[n] === label ? maxIndex(p, (value, c) => (c === label ? -1 : value)) : label;
    tell({ pixels: given.images[n], slopes: given.maps[n], p, label, says: says[n], other });
    return say(`${count} Number ${at + 1} is ${words}, with probability ${fixed(p[says[n]])}; ${other} gets ${fixed(p[other])}.`);
  }

  predict(view, {
    words: "the probability of the predicted class, from 0 to 1", truth: () => max(given.probabilities[found[at]] ?? [NaN]),
    nodes: [probabilities, body.querySelector(".status")],
  });
  state.watch(draw);
  draw();
  return view.close;
}

export default { render };

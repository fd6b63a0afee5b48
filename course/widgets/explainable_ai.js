// A digit to draw in: hidden activations, what they contribute to a logit, an explanation of it, and what is left without its best part.

const {
  add, chart, choice, colour, columns, controls, describe, extent, factor, fixed, frame, grey, heading, image, legend, linear, max,
  maxIndex, onArrows, onDrag, onPress, picture, player, predict, range, roving, set, signedImage, slider, status, sum, through, withArticle,
} = kit;

// The mathematics: linear, ReLU, linear. W1[j][i] leads from pixel j to hidden unit i, W2[i][c] from there to the logit of class c.

function before({ W1, b1 }, x) {
  const z = [...b1];
  x.forEach((pixel, j) => pixel && W1[j].forEach((w, i) => { z[i] += pixel * w; }));
  return z;
}

/** Hidden activations and logits; a silenced unit is zero. */
export function forward(network, x, silenced = new Set()) {
  const H = before(network, x).map((z, i) => (silenced.has(i) ? 0 : Math.max(0, z)));
  return { H, logits: network.b2.map((bias, c) => H.reduce((sum, h, i) => sum + h * network.W2[i][c], bias)) };
}

/** What each unit adds to the logit of a class. With the class's bias they add up to it. */
export const contributions = ({ W2 }, H, target) => H.map((h, i) => h * W2[i][target]);

export function softmax(logits) {
  const powers = logits.map((logit) => Math.exp(logit - max(logits)));
  return powers.map((power) => power / sum(powers));
}

const back = ({ W1, W2 }, slopes, target) => W1.map((row) => row.reduce((sum, w, i) => sum + w * slopes[i] * W2[i][target], 0));

/** ∂ logit / ∂x. */
export function saliency(network, x, target, silenced = new Set()) {
  return back(network, before(network, x).map((z, i) => (silenced.has(i) ? 0 : Number(z > 0))), target);
}

/** Shares of the pixels from a black baseline, in closed form: each ReLU has its mean slope on the way from its bias to z. */
export function shares(network, x, target, silenced = new Set()) {
  const slope = (from, to) => (from === to ? Number(from > 0) : (Math.max(0, to) - Math.max(0, from)) / (to - from));
  const slopes = before(network, x).map((z, i) => (silenced.has(i) ? 0 : slope(network.b1[i], z)));
  return back(network, slopes, target).map((g, j) => g * x[j]);
}

/** Places, from the largest value to the smallest. */
export const ranking = (values) => range(values.length).sort((i, j) => values[j] - values[i]);

/**
 * The logit of a class, with none of the pixels or units in `order` deleted, with the first of them, with the first two, and so on. Plain
 * loops: it runs at every stroke, for eleven orders.
 */
export function decline({ W1, b1, W2, b2 }, x, target, silenced, what, order) {
  const z = Float64Array.from(before({ W1, b1 }, x));
  const out = Float64Array.from(W2, (row, i) => (silenced.has(i) ? 0 : row[target]));
  function logit() {
    let total = b2[target];
    for (let i = 0; i < z.length; i += 1) if (z[i] > 0) total += z[i] * out[i];
    return total;
  }
  const found = [logit()];
  for (const one of order) {
    const dark = what === "pixels" && !x[one];
    if (what === "units") out[one] = 0;
    else if (!dark) for (let i = 0; i < z.length; i += 1) z[i] -= x[one] * W1[one][i];
    found.push(dark ? found.at(-1) : logit());
  }
  return found;
}

/** All that is shown in a state; one that a link has spoilt, as far as it can be. */
export function derive({ network, images, chance }, state) {
  const { words, of } = MAPS[state.explanation] ?? MAPS.saliency;
  const seed = state.seed in chance ? state.seed : 0;
  const drawn = (images[state.image] ?? images[0].map(() => 0)).map((pixel, j) => Number(state.strokes?.[j] ?? pixel) || 0);
  const silenced = new Set(state.silenced);
  const { H, logits } = forward(network, drawn, silenced);
  const target = state.target in logits ? state.target : maxIndex(logits);
  const map = of(network, drawn, target, silenced);
  const units = state.delete === "units";
  const [values, lit] = units ? [contributions(network, H, target), H] : [map, drawn];
  const most = Math.min(lit.length, SIDE * SIDE);
  const orders = {
    largest: ranking(values).slice(0, most), // those that are lit come before those that are dark, or deleting at random does nothing
    random: chance.map((numbers) => ranking(lit.map((value, j) => numbers[j] + (value > 0))).slice(0, most)),
  };
  const gone = (state.first === "random" ? orders.random[seed] : orders.largest).slice(0, state.k);
  const left = units ? drawn : drawn.map((pixel, j) => (gone.includes(j) ? 0 : pixel));
  const off = new Set(units ? [...silenced, ...gone] : silenced);
  const now = forward(network, left, off);
  const intact = forward(network, drawn).H;
  const given = contributions(network, intact, target);
  return {
    drawn, silenced, target, map, words, seed, orders, most, gone, left, off, intact, whole: logits[target],
    ranked: { byValue: ranking(given), bySize: ranking(given.map(Math.abs)) },
    ...now, parts: contributions(network, now.H, target),
  };
}

// The picture: the image, the hidden units and the logits, the explanation.

const SIDE = 8;
const [LOOKED, TOGETHER] = [32, 30]; // so many units are shown; of more, so many, and the others as one
const MAPS = { saliency: { words: "saliency", of: saliency }, shares: { words: "shares from black", of: shares } };
const UNITS = { width: 576, floor: 66, names: [80, 95], rows: 118, row: 17, height: 74 };
const CLASS = { width: 300, top: 20, row: 17, zero: 78, longest: 42, value: 176, p: 184, full: 62 };

const STYLE = `
  .draw { position: relative; cursor: crosshair; touch-action: none; outline: none; }
  .draw svg { position: absolute; inset: 0; height: 100%; pointer-events: none; }
  .gone { stroke: var(--orange); stroke-width: 4; vector-effect: non-scaling-stroke; }
  .cursor { position: absolute; width: 12.5%; height: 12.5%; box-sizing: border-box; border: 4px solid var(--orange); pointer-events: none;
    visibility: hidden; }
  .draw:focus-visible .cursor { visibility: visible; }
  .above { fill: var(--vermillion); stroke: var(--vermillion); stroke-width: 1; }
  .below { fill: var(--paper); stroke: var(--blue); stroke-width: 2; }
  .active, .whole { fill: currentColor; fill-opacity: .55; }
  .off { fill: none; stroke: currentColor; stroke-dasharray: 3 2; }
  .link { fill: none; stroke: currentColor; stroke-opacity: .6; }
  .zero { stroke: currentColor; }
  .hit { fill: transparent; stroke: transparent; stroke-width: 2; }
  .pick:is(:hover, :focus-visible) .hit { stroke: currentColor; }
  .row, [aria-pressed=true] .hit.class { fill: none; stroke: var(--orange); stroke-width: 2.5; }
  .pick.out text { text-decoration: line-through; opacity: .7; }
  .network text, .classes text { font-size: 15px; }
  .network .name { font-size: 13px; }
  .player label { display: flex; }
  .player input[type=range] { width: 7em; }
  .controls { margin-bottom: .5em; }
  .controls .player { margin: 0; }
  output { min-width: 1.8em; }
  .best text { font-weight: 700; }
  .draw { max-width: 15.5em; }
  .map { max-width: 11em; }
  .lit { fill: #D55E00; }
  .dim { fill: #0072B2; }
  .found { fill: none; stroke: var(--vermillion); stroke-width: 3; }
  .random { fill: none; stroke: currentColor; stroke-opacity: .3; }
  .seed { fill: none; stroke: var(--blue); stroke-width: 3; stroke-dasharray: 7 5; }
  circle { fill: currentColor; }
  .brief { font-size: .9em; margin: .2em 0; }
  .brief .legend { margin: 0; }
  &.projector {
    .controls { font-size: .78em; }
    .status { font-size: .75em; }
    :is(.brief, .heading) { font-size: .73em; }
    .network :is(text, .name) { font-size: 17px; }
    .classes text { font-size: 19px; }
    .columns { grid-template-columns: .75fr 2.6fr 1.1fr; gap: 1em; }
    .map { max-width: 8.5em; }
  }
`;

const box = (x, y, width, height) => `M${x.toFixed(1)} ${y.toFixed(1)}h${width.toFixed(1)}v${height.toFixed(1)}h${(-width).toFixed(1)}z`;
const subscript = (k) => [...String(k)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]).join("");

/** Where the hidden units stand, between the bias and the logit: `count` one by one, and the others, where there are more, as one. */
function placesOf(hidden, classes) {
  const count = hidden > LOOKED ? TOGETHER : hidden;
  const others = hidden - count;
  const slot = Math.min(48, UNITS.width / (count + 2 + (others && 2)));
  const left = (k) => (k + 1) * slot;
  const below = UNITS.rows + UNITS.row * classes;
  const [top, bottom] = [below + 26, below + 26 + UNITS.height];
  return { count, others, slot, left, last: left(count + (others && 2)), below, top, bottom };
}

/** Titles and names that stay as they are. */
function nameParts(svg, { count, others, slot, left, last, bottom }, classes) {
  const text = (kind, x, y, words) => add(svg, "text", { class: kind, x, y }, words);
  text("first", 0, 12, "activation hᵢ of hidden unit i");
  text("first", 0, UNITS.rows - 8, "weights out of it, a row for each class");
  for (const c of range(classes)) text("last", -8, UNITS.rows + UNITS.row * c + 14, String(c));
  text("name", slot / 2, bottom + 14, "b");
  text("name", last + slot / 2, bottom + 14, "o");
  if (!others) return;
  text("name", left(count) + slot, UNITS.names[0], `+ ${others}`);
  text("name", left(count) + slot, bottom + 14, "rest");
}

/** A button for each unit with a place of its own, one tab stop for them all; `unitAt(k)` is the unit that stands at place k. */
function unitButtons(svg, { count, others, slot, left }, unitAt, { silence, look }) {
  const staggered = 8 * String(count + others - 1).length + 4 > slot; // or the numbers would touch
  const nodes = range(count).map((k) => {
    const group = add(svg, "g", { class: "pick", role: "button" });
    add(group, "rect", { class: "hit", x: left(k) + 0.5, y: 18, width: slot - 1, height: UNITS.names[1] - 14, rx: 3 });
    onPress(group, () => silence(unitAt(k)));
    for (const [come, go] of [["pointerenter", "pointerleave"], ["focus", "blur"]]) {
      group.addEventListener(come, () => look(unitAt(k)));
      group.addEventListener(go, () => look(-1));
    }
    return { group, name: add(group, "text", { class: "name", x: left(k) + slot / 2, y: UNITS.names[staggered ? k % 2 : 0] }) };
  });
  roving(nodes.map(({ group }) => group), count);
  return nodes;
}

/** A scale from the least to the largest of some values and 0, with a line at each round number; returns the way to fit it. */
function ruled(svg, { last, slot }, ends, count) {
  const axis = linear([0, 1], { count });
  axis.scale.range(ends);
  const lines = add(svg, "g");
  return (values) => {
    const [low, high] = extent([0, ...values]);
    axis.scale.domain([low, Math.max(high, low + 1)]).nice(2 * count);
    lines.replaceChildren();
    for (const [value, text] of axis.ticks()) {
      const y = axis.scale(value);
      add(lines, "line", { class: value ? "rule" : "rule zero", x1: 0, x2: last + slot, y1: y, y2: y });
      add(lines, "text", { class: "last name", x: -8, y: y + 5 }, text);
    }
    return axis.scale;
  };
}

/** Squares as large as the weights: paths of those above zero and of those below. */
function weightPaths(W2, heaviest, shown, { slot, left }) {
  const squares = [[], []];
  shown.forEach((i, k) => W2[i].forEach((w, c) => {
    const side = (Math.min(slot, UNITS.row) - 3) * Math.sqrt(Math.abs(w) / heaviest);
    const [x, y] = [left(k) + slot / 2, UNITS.rows + UNITS.row * (c + 0.5)];
    squares[Number(w < 0)].push(box(x - side / 2, y - side / 2, side, side));
  }));
  return squares.map((paths) => paths.join(""));
}

/** Steps from the bias to the logit: paths of those up, of those down, of the bias and the logit, and of the links between them. */
function sumPaths(parts, bias, shown, { others, count, slot, left, last }, fit) {
  const steps = shown.map((i, k) => [left(k), slot, parts[i]]);
  if (others) steps.push([left(count), 2 * slot, sum(parts) - sum(shown, (i) => parts[i])]);
  let at = bias;
  const levels = [bias, ...steps.map(([, , part]) => (at += part))];
  const scale = fit(levels);
  const bar = (x, width, from, to) => box(x + 2, Math.min(scale(from), scale(to)), width - 4, Math.abs(scale(from) - scale(to)));
  const bars = [[], []];
  steps.forEach(([x, width, part], k) => part && bars[Number(part < 0)].push(bar(x, width, levels[k], levels[k + 1])));
  const links = levels.map((level, k) => `M${(k * slot).toFixed(1)} ${scale(level).toFixed(1)}h${slot.toFixed(1)}`);
  return [...bars.map((paths) => paths.join("")), bar(0, slot, 0, bias) + bar(last, slot, 0, at), links.join("")];
}

/**
 * Hidden units side by side: activations above, the weights out of them below, a row for each class, and at the bottom their contributions,
 * which add up from the bias to the logit. Returns the way to draw them.
 */
function drawUnits(parent, { W2, b2 }, acts) {
  const places = placesOf(W2.length, b2.length);
  const { count, slot, left, below, top, bottom } = places;
  const size = { x: -48, width: UNITS.width + 52, height: bottom + 16 };
  const svg = picture(parent, { ...size, class: "network", role: "group", "aria-label": "Hidden units" });
  const row = add(svg, "rect", { class: "row", x: 0, width: left(count), height: UNITS.row });
  nameParts(svg, places, b2.length);
  const title = add(svg, "text", { class: "first", x: 0, y: below + 18 });
  const fitActivations = ruled(svg, places, [UNITS.floor, 18], 2);
  const fitSum = ruled(svg, places, [bottom, top], 4);
  const heaviest = max(W2.flat(), Math.abs) || 1;
  let shown = [];
  const nodes = unitButtons(svg, places, (k) => shown[k], acts);
  const [active, off, above, under, ...steps] = ["active", "off", "above", "below", "above", "below", "whole", "link"]
    .map((kind) => add(svg, "path", { class: kind, "pointer-events": "none" }));

  return ({ H, intact, ranked, parts, target, off: out }, order) => {
    const largest = new Set(ranked.bySize.slice(0, count));
    const next = ranked.byValue.filter((i) => largest.has(i));
    if (order === "number") next.sort((i, j) => i - j);
    if (String(next) !== String(shown)) {
      shown = next;
      const [positive, negative] = weightPaths(W2, heaviest, shown, places);
      set(above, { d: positive });
      set(under, { d: negative });
    }
    const scale = fitActivations(intact);
    const bar = (value, k) => box(left(k) + 3, scale(value), slot - 6, UNITS.floor - scale(value));
    set(active, { d: shown.map((i, k) => bar(H[i], k)).join("") });
    set(off, { d: shown.map((i, k) => (out.has(i) ? bar(intact[i], k) : "")).join("") });
    shown.forEach((i, k) => {
      const { group, name } = nodes[k];
      name.textContent = i;
      group.classList.toggle("out", out.has(i));
      set(group, { "aria-pressed": out.has(i) });
      describe(group, `hidden unit ${i}: ${fixed(H[i])}${out.has(i) ? ", silenced" : ""}, contributes ${fixed(parts[i])}`);
    });
    set(row, { y: UNITS.rows + UNITS.row * target });
    const [bias, logit] = ["b", "o"].map((letter) => letter + subscript(target));
    title.textContent = `contributions, hᵢ · weight to ${target}, from the bias ${bias} to the logit ${logit}`;
    sumPaths(parts, b2[target], shown, places, fitSum).forEach((d, k) => set(steps[k], { d }));
  };
}

/** A button for each class, with its logit and its probability; returns the way to draw them, and what tells the probabilities. */
function drawClasses(parent, classes, explain) {
  const size = { width: CLASS.width, height: CLASS.top + CLASS.row * classes + 4 };
  const svg = picture(parent, { ...size, class: "classes", role: "group", "aria-label": "Logits" });
  add(svg, "text", { class: "first", x: 0, y: 12 }, "class");
  add(svg, "text", { x: CLASS.zero + 8, y: 12 }, "logit");
  const rows = range(classes).map((c) => {
    const y = CLASS.top + CLASS.row * c;
    const group = add(svg, "g", { class: "pick", role: "button" });
    add(group, "rect", { class: "hit class", x: 1, y: y + 0.5, width: CLASS.width - 2, height: CLASS.row - 1, rx: 3 });
    add(group, "text", { x: 10, y: y + 14 }, String(c));
    onPress(group, () => explain(c));
    const bar = add(group, "rect", { y: y + 3, height: CLASS.row - 6 });
    return { group, bar, value: add(group, "text", { class: "last", x: CLASS.value, y: y + 14 }) };
  });
  roving(rows.map(({ group }) => group));
  add(svg, "line", { class: "zero", x1: CLASS.zero, x2: CLASS.zero, y1: CLASS.top, y2: size.height - 4 });
  const hidden = add(svg, "g", { "pointer-events": "none" });
  add(hidden, "text", { class: "first", x: CLASS.p, y: 12 }, "probability");
  const probabilities = range(classes).map((c) => {
    const y = CLASS.top + CLASS.row * c;
    const bar = add(hidden, "rect", { class: "active", x: CLASS.p, y: y + 3, height: CLASS.row - 6 });
    return { bar, text: add(hidden, "text", { class: "last", x: CLASS.width - 6, y: y + 14 }) };
  });
  const paint = (logits, p, target) => {
    const scale = CLASS.longest / Math.max(12, max(logits, Math.abs));
    const best = maxIndex(logits);
    rows.forEach(({ group, value, bar }, c) => {
      const width = Math.abs(logits[c]) * scale;
      set(bar, { class: logits[c] < 0 ? "below" : "above", x: logits[c] < 0 ? CLASS.zero - width : CLASS.zero, width });
      value.textContent = fixed(logits[c]);
      set(probabilities[c].bar, { width: CLASS.full * p[c] });
      probabilities[c].text.textContent = fixed(p[c]);
      group.classList.toggle("best", c === best);
      describe(set(group, { "aria-pressed": c === target }), `logit of ${c}: ${fixed(logits[c])}`);
    });
  };
  return [paint, hidden];
}

/** The image to draw in, by mouse and by keys; `paint(j)` is called where pixel j is drawn on. Returns the way to show it. */
function drawImage(parent, paint) {
  const node = add(parent, "div", { class: "draw", tabindex: 0, role: "application" });
  const canvas = set(image(node, SIDE), { "aria-hidden": true });
  const crosses = add(add(node, "svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, "aria-hidden": true }), "path", { class: "gone" });
  const cursor = add(node, "div", { class: "cursor" });
  let [at, pixels] = [27, []];
  const within = (...place) => place.every((k) => k >= 0 && k < SIDE);
  function move(j) {
    at = j;
    const [row, column] = [Math.floor(at / SIDE), at % SIDE];
    Object.assign(cursor.style, { left: `${12.5 * column}%`, top: `${12.5 * row}%` });
    describe(node, `Image, arrow keys move, space paints. Row ${row}, column ${column}: ${fixed(pixels[at])}`);
  }
  function under(event) {
    const { left, top, width, height } = node.getBoundingClientRect();
    const [column, row] = [(event.clientX - left) / width, (event.clientY - top) / height].map((part) => Math.floor(SIDE * part));
    if (!within(row, column)) return;
    at = row * SIDE + column;
    paint(at);
  }
  onDrag(node, { begin: under, move: under });
  onArrows(node, (across, down) => {
    const [row, column] = [Math.floor(at / SIDE) + down, (at % SIDE) + across];
    if (within(row, column)) move(row * SIDE + column);
  });
  node.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    paint(at);
  });
  return (x, gone) => {
    pixels = x;
    colour(canvas, x.map(grey));
    const cross = (j) => `M${(j % SIDE) + 0.2} ${Math.floor(j / SIDE) + 0.2}l.6 .6m0 -.6l-.6 .6`;
    set(crosses, { d: gone.map(cross).join("") });
    move(at);
  };
}

/** How the logit declines as more and more is deleted: by its size, and at random; returns the way to draw it. */
function drawDecline(parent) {
  const plot = chart(parent, {
    width: 250, height: 105, x: linear([0, 64], { title: "deleted, k", whole: true }), y: linear([0, 1], { title: "the logit", count: 4 }),
  });
  const random = add(plot.inside, "path", { class: "random" });
  const [found, seed] = ["found", "seed"].map((kind) => add(plot.inside, "path", { class: kind }));
  const here = add(plot.over, "circle", { r: 6 });
  return (network, { drawn, target, silenced, orders, most, seed: which }, { delete: what, first, k }) => {
    const lines = [orders.largest, ...orders.random].map((order) => decline(network, drawn, target, silenced, what, order));
    plot.x.domain([0, most]);
    plot.y.domain(extent([0, ...lines.flat()])).nice(4);
    plot.ticks();
    const [largest, ...others] = lines.map((line) => through(line.map((value, at) => plot.at(at, value))));
    set(found, { d: largest });
    set(random, { d: others.join("") });
    set(seed, { d: others[which] });
    const at = Math.min(k, most);
    const [cx, cy] = plot.at(at, lines[first === "random" ? 1 + which : 0][at]);
    set(here, { cx, cy });
    const end = (line) => fixed(line[at]);
    describe(plot.svg, `Logit of ${target} without ${at} ${what}: ${end(lines[0])} by size, ${end(lines[1 + which])} at random`);
  };
}

const LEGEND = [
  ["area", "above", "positive"], ["area", "below", "negative"], ["area", "active", "activation, probability, sum"],
  ["area", "off", "silenced or deleted"], ["area", "row", "class explained"], ["area", "lit", "map: raises the logit"],
  ["area", "dim", "map, with a minus: lowers it"], ["cross", "gone", "pixel deleted"], ["line", "found", "deleted largest first"],
  ["line", "seed", "at random"], ["line", "random", "other random orders"], ["dot", "", "now"],
];
const NAMES = ["image", "strokes", "target", "explanation", "silenced", "order", "delete", "first", "k", "seed", "brush"];

function render({ model, el }) {
  const network = Object.fromEntries(["W1", "b1", "W2", "b2"].map((name) => [name, model.get(name)]));
  const given = { network, images: model.get("images"), chance: model.get("chance") };
  const view = frame(el, model, { name: "explainable-ai", style: STYLE, state: NAMES });
  const { body, state } = view;
  let [now, looked] = [{}, -1];

  const bar = controls(body);
  const numbers = [...given.images.map((_, k) => [k, String(k)]), [-1, "black"]];
  const which = choice(bar, "Image", numbers, state.image, (k) => state.set({ image: Number(k), strokes: {}, target: -1, k: 0 }));
  const pick = (parent, title, name, options) => {
    const control = choice(parent, title, options, state[name], (value) => state.set({ [name]: value }));
    return () => { control.value = state[name]; };
  };
  const slide = (parent, title, name, limits, text = String) => {
    const control = slider(parent, title, limits, (value) => state.set({ [name]: value }));
    return () => {
      control.input.value = state[name];
      control.show(text(state[name]));
    };
  };
  const explained = pick(bar, "Explanation", "explanation", Object.entries(MAPS).map(([name, { words }]) => [name, words]));
  const { bar: running } = player(view, bar, {
    every: 300,
    step() {
      state.set({ k: Math.min(state.k + 1, now.most) });
      return state.k < now.most;
    },
    reset: () => state.set({ k: 0 }),
  });
  const more = controls(add(body, "div", { class: "aside" }));
  const shows = [
    explained,
    slide(running, "k deleted", "k", { name: "k", min: 0, max: SIDE * SIDE, step: 1 }),
    pick(more, "Delete", "delete", [["pixels", "pixels"], ["units", "units"]]),
    pick(more, "chosen", "first", [["largest", "largest first"], ["random", "at random"]]),
    slide(more, "Seed", "seed", { min: 0, max: given.chance.length - 1, step: 1 }),
    slide(more, "Brush, black to white", "brush", { name: "Brush", min: 0, max: 1, step: 0.125 }, fixed),
    pick(more, "Units", "order", [["number", "by number"], ["largest", "largest first"]]),
  ];
  const say = status(body);

  const [left, middle, right] = columns(body, 1, 2.42, 1.15);
  heading(left, "The image: draw");
  const showImage = drawImage(left, (j) => {
    if (state.strokes?.[j] === state.brush) return;
    state.set({ strokes: { ...state.strokes, [j]: state.brush }, target: now.target, k: 0 });
  });
  const showDecline = drawDecline(add(left, "div", { class: "aside" }));
  const silence = (i) => state.set({ silenced: now.silenced.has(i) ? state.silenced.filter((k) => k !== i) : [...state.silenced, i] });
  const look = (i) => {
    looked = i;
    tellUnit();
  };
  const showUnits = drawUnits(middle, network, { silence, look });
  const unit = add(middle, "p", { class: "brief" });
  const title = heading(right);
  const [map, drawMap] = signedImage(add(right, "div", { class: "map" }), SIDE);
  const reach = add(right, "p", { class: "brief" });
  const [showClasses, probabilities] = drawClasses(right, network.b2.length, (c) => state.set({ target: c === state.target ? -1 : c }));
  legend(add(body, "div", { class: "aside brief" }), LEGEND);

  /** The sum that makes the logit, or the part of the unit pointed at. */
  function tellUnit() {
    const { H, parts, target, logits } = now;
    const c = subscript(target);
    unit.textContent = looked < 0
      ? `o${c} = b${c} + contributions: ${fixed(network.b2[target])} + ${factor(sum(parts))} = ${fixed(logits[target])}`
      : `Unit ${looked} contributes its activation times its weight to ${target}: `
        + `${fixed(H[looked])} · ${factor(network.W2[looked][target])} = ${fixed(parts[looked])}`;
  }

  /** The map, and what its numbers add up to: shares, to what the image adds to the logit of a black one. */
  function explain() {
    const { drawn, map: values, words, target, silenced, whole } = now;
    drawMap(values);
    title.textContent = `Logit of ${target}: ${words}`;
    const most = maxIndex(values, Math.abs);
    const place = `row ${Math.floor(most / SIDE)}, column ${most % SIDE}`;
    describe(map, values[most] ? `${words}, largest ${fixed(values[most])} at ${place}` : `${words}: all zero`);
    const black = forward(network, drawn.map(() => 0), silenced).logits[target];
    reach.textContent = state.explanation === "shares"
      ? `Sum ${fixed(sum(values))} = ${fixed(whole)} − ${factor(black)} for black`
      : `Reaches ±${fixed(Math.abs(values[most]))}`;
  }

  function draw() {
    now = derive(given, state);
    const { H, logits, parts, target, gone, left: pixels } = now;
    const p = softmax(logits);
    showImage(pixels, state.delete === "pixels" ? gone : []);
    showUnits(now, state.order);
    showClasses(logits, p, target);
    showDecline(network, now, state);
    explain();
    tellUnit();
    which.value = state.image;
    shows.forEach((show) => show());
    const best = maxIndex(logits);
    const most = maxIndex(parts);
    const without = gone.length ? `Without ${gone.length} ${state.delete} the` : "The";
    say(`${without} network reads ${withArticle(best)}, with probability ${fixed(p[best])}. `
      + `Active: ${H.filter((h) => h > 0).length} of ${H.length} units. `
      + `Unit ${most} gives most to the logit of ${target}: ${fixed(parts[most])}.`);
  }

  predict(view, {
    words: "the probability of the class explained, from 0 to 1", truth: () => softmax(now.logits)[now.target],
    nodes: [probabilities, body.querySelector(".status")],
  });
  state.watch(draw);
  draw();
  return view.close;
}

export default { render };

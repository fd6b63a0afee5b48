// A digit to draw in: its hidden activations, its logits, and an explanation of one of them, at every stroke.

// The mathematics: linear, ReLU, linear. W1[j][i] leads from pixel j to hidden unit i, W2[i][t] from there to the logit of class t.

const before = ({ W1, b1 }, x) => b1.map((bias, i) => x.reduce((sum, pixel, j) => sum + pixel * W1[j][i], bias));

/** Hidden activations and logits; a silenced unit is zero. */
export function forward(network, x, silenced = new Set()) {
  const H = before(network, x).map((z, i) => (silenced.has(i) ? 0 : Math.max(0, z)));
  return { H, logits: network.b2.map((bias, t) => H.reduce((sum, h, i) => sum + h * network.W2[i][t], bias)) };
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

// The picture: the image, the hidden units and the logits, the explanation.

const SIDE = 8;
const CELL = 36;
const MAPS = { saliency: ["saliency", saliency], shares: ["integrated gradients, from black", shares] };

const STYLE = `
.explainable-ai { --below: #0072B2; --above: #D55E00; container-type: inline-size; max-width: 1500px;
  color: var(--jp-content-font-color1, CanvasText); font-family: inherit; font-variant-numeric: tabular-nums; }
.explainable-ai .body { font-size: clamp(13px, 1.4cqw, 21px); line-height: 1.4; }
.explainable-ai .controls { display: flex; flex-wrap: wrap; gap: .4em 1.4em; align-items: center; margin: .3em 0 .8em; }
.explainable-ai label { display: flex; align-items: center; gap: .5em; }
.explainable-ai :is(select, button) { font: inherit; padding: .1em .5em; }
.explainable-ai input { width: 7em; accent-color: #0072B2; }
.explainable-ai .columns { display: grid; grid-template-columns: 1fr 1.25fr 1fr; gap: 2em; align-items: start; }
@container (max-width: 640px) { .explainable-ai .columns { grid-template-columns: 1fr; } }
.explainable-ai h4 { margin: 0 0 .3em; font-size: 1em; font-weight: 700; }
.explainable-ai svg { width: 100%; height: auto; display: block; overflow: visible; }
.explainable-ai text { fill: currentColor; font-size: 14px; dominant-baseline: central; }
.explainable-ai .frame { fill: none; stroke: currentColor; stroke-opacity: .5; }
.explainable-ai .draw { cursor: crosshair; outline: none; touch-action: none; }
.explainable-ai .cursor { fill: none; stroke: #E69F00; stroke-width: 4; pointer-events: none; visibility: hidden; }
.explainable-ai .draw:focus-visible .cursor { visibility: visible; }
.explainable-ai .pick { cursor: pointer; outline: none; }
.explainable-ai .pick .hit { fill: transparent; stroke: transparent; stroke-width: 2; }
.explainable-ai .pick:is(:hover, :focus-visible) .hit { stroke: currentColor; }
.explainable-ai .pick.on .hit { stroke: #E69F00; stroke-width: 3; }
.explainable-ai .pick.off text { text-decoration: line-through; opacity: .7; }
.explainable-ai p { margin: .4em 0 .6em; }
`;

const digits = (x) => (Math.abs(x) < 0.005 ? 0 : x).toFixed(2).replace("-", "−");
const grey = (value) => `rgb(${[0, 0, 0].fill(Math.round(255 * value)).join()})`;
/** White at zero, blue below, vermillion above. */
function tint(share) {
  const end = share < 0 ? [0, 114, 178] : [213, 94, 0];
  return `rgb(${end.map((c) => Math.round(255 + (c - 255) * Math.min(1, Math.abs(share)))).join()})`;
}

/** An image of 8 × 8 squares; returns them, row by row. */
function squares(svg) {
  const found = Array.from({ length: SIDE * SIDE }, (_, j) => add(svg, "rect", {
    x: (j % SIDE) * CELL, y: Math.floor(j / SIDE) * CELL, width: CELL + 0.5, height: CELL + 0.5,
  }));
  add(svg, "rect", { class: "frame", x: 0, y: 0, width: SIDE * CELL, height: SIDE * CELL });
  return found;
}

/** A click, or Enter or the space bar on the focused element. */
function onPick(node, act) {
  node.addEventListener("click", act);
  node.addEventListener("keydown", (event) => {
    if (!["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
}

function render({ model, el }) {
  const network = Object.fromEntries(["W1", "b1", "W2", "b2"].map((name) => [name, model.get(name)]));
  const images = model.get("images");
  const first = Math.min(3, images.length - 1);
  const state = { x: [...images[first]], target: 0, map: "saliency", silenced: new Set(), at: 27, stroke: null };
  state.target = winner(forward(network, state.x).logits);

  const root = add(el, "div", { class: "explainable-ai", role: "group", "aria-label": "Alter a digit, and watch the network" });
  add(root, "style", {}, STYLE);
  const body = add(root, "div", { class: "body" });
  const controls = add(body, "div", { class: "controls" });
  const start = add(add(controls, "label", {}, "Image"), "select", { "aria-label": "Image" });
  images.forEach((_, k) => add(start, "option", { value: k }, String(k)));
  add(start, "option", { value: -1 }, "black");
  start.value = first;
  const brush = add(add(controls, "label", {}, "Brush, black to white"), "input", {
    type: "range", min: 0, max: 1, step: 0.125, value: 1, "aria-label": "Brush",
  });
  const kind = add(add(controls, "label", {}, "Explanation"), "select", { "aria-label": "Explanation" });
  for (const [name, [title]] of Object.entries(MAPS)) add(kind, "option", { value: name }, title);
  const all = add(controls, "button", { type: "button" }, "All units at work");

  const columns = add(body, "div", { class: "columns" });
  const [left, middle, right] = [0, 0, 0].map(() => add(columns, "div"));
  const size = SIDE * CELL;
  add(left, "h4", {}, "The image: draw");
  const canvas = add(left, "svg", { class: "draw", viewBox: `-2 -2 ${size + 4} ${size + 4}`, tabindex: 0, role: "application" });
  const pixels = squares(canvas);
  const cursor = add(canvas, "rect", { class: "cursor", width: CELL, height: CELL });
  add(middle, "h4", {}, "Hidden units (click: silence one)");
  const units = network.b1.length;
  const across = Math.min(16, units);
  const tall = 62;
  const layer = add(middle, "svg", { viewBox: `0 0 ${across * 26} ${Math.ceil(units / across) * (tall + 16)}` });
  const hidden = network.b1.map((_, i) => {
    const [x, y] = [(i % across) * 26, Math.floor(i / across) * (tall + 16)];
    const group = add(layer, "g", { class: "pick", role: "button", tabindex: 0 });
    add(group, "rect", { class: "hit", x: x + 1, y, width: 24, height: tall + 12, rx: 3 });
    add(group, "text", { x: x + 13, y: y + tall + 4, "text-anchor": "middle", style: "font-size: 11px" }, String(i));
    onPick(group, () => { state.silenced.delete(i) || state.silenced.add(i); paint(); });
    return { group, bar: add(group, "rect", { x: x + 5, width: 16, fill: "var(--below)" }), floor: y + tall - 6 };
  });
  add(middle, "h4", { style: "margin-top: .8em" }, "Logits (click: explain one)");
  const classes = network.b2.length;
  const scores = add(middle, "svg", { viewBox: `0 0 416 ${classes * 22}` });
  const logits = network.b2.map((_, t) => {
    const group = add(scores, "g", { class: "pick", role: "button", tabindex: 0 });
    add(group, "rect", { class: "hit", x: 1, y: t * 22 + 1, width: 414, height: 20, rx: 3 });
    add(group, "text", { x: 10, y: t * 22 + 11, style: "font-weight: 700" }, String(t));
    const value = add(group, "text", { x: 408, y: t * 22 + 11, "text-anchor": "end" });
    onPick(group, () => { state.target = t; paint(); });
    return { group, value, bar: add(group, "rect", { y: t * 22 + 5, height: 12 }) };
  });
  add(scores, "line", { x1: 190, x2: 190, y1: 0, y2: classes * 22, stroke: "currentColor" });
  const title = add(right, "h4");
  const drawn = add(right, "svg", { viewBox: `-2 -2 ${size + 4} ${size + 4}`, role: "img" });
  const map = squares(drawn);
  const told = add(body, "p", { "aria-live": "polite" });

  function winner(values) {
    return values.indexOf(Math.max(...values));
  }

  function bar({ bar: rect }, value, scale) {
    const length = Math.min(150, Math.abs(value) * scale);
    rect.setAttribute("x", value < 0 ? 190 - length : 190);
    rect.setAttribute("width", length);
    rect.setAttribute("fill", `var(${value < 0 ? "--below" : "--above"})`);
  }

  /** Every number and colour, from the state. */
  function paint() {
    const { H, logits: values } = forward(network, state.x, state.silenced);
    pixels.forEach((rect, j) => rect.setAttribute("fill", grey(state.x[j])));
    cursor.setAttribute("x", (state.at % SIDE) * CELL);
    cursor.setAttribute("y", Math.floor(state.at / SIDE) * CELL);
    const [row, column] = [Math.floor(state.at / SIDE), state.at % SIDE];
    canvas.setAttribute("aria-label", `Image, arrow keys move, space paints. Row ${row}, column ${column}: ${digits(state.x[state.at])}`);
    hidden.forEach(({ group, bar: rect, floor }, i) => {
      const height = Math.min(tall - 8, H[i] * 9);
      rect.setAttribute("y", floor - height);
      rect.setAttribute("height", height);
      group.classList.toggle("off", state.silenced.has(i));
      group.setAttribute("aria-pressed", state.silenced.has(i));
      group.setAttribute("aria-label", `hidden unit ${i}: ${digits(H[i])}${state.silenced.has(i) ? ", silenced" : ""}`);
    });
    const scale = 150 / Math.max(12, ...values.map(Math.abs));
    logits.forEach((one, t) => {
      bar(one, values[t], scale);
      one.value.textContent = digits(values[t]);
      one.group.classList.toggle("on", t === state.target);
      one.group.setAttribute("aria-pressed", t === state.target);
      one.group.setAttribute("aria-label", `logit of ${t}: ${digits(values[t])}`);
    });
    const [name, explain] = MAPS[state.map];
    const found = explain(network, state.x, state.target, state.silenced);
    const limit = Math.max(1e-9, ...found.map(Math.abs));
    map.forEach((rect, j) => rect.setAttribute("fill", tint(found[j] / limit)));
    const most = found.findIndex((value) => Math.abs(value) === limit);
    title.textContent = `Logit of ${state.target}: ${name}`;
    const place = `row ${Math.floor(most / SIDE)}, column ${most % SIDE}`;
    drawn.setAttribute("aria-label", most < 0 ? `${name}: all zero` : `${name}, largest ${digits(found[most])} at ${place}`);
    const black = forward(network, state.x.map(() => 0), state.silenced).logits[state.target];
    const [whole, less] = [digits(values[state.target]), black < 0 ? `(${digits(black)})` : digits(black)];
    const sum = digits(found.reduce((total, value) => total + value, 0));
    const complete = `; its sum is ${sum}, the logit less that of black: ${whole} − ${less} = ${digits(values[state.target] - black)}.`;
    told.textContent = `The network says ${winner(values)}. Active: ${H.filter((h) => h > 0).length} of ${units} units. `
      + `The map reaches ±${digits(limit)}` + (state.map === "shares" ? complete : ".");
  }

  function colour(j) {
    state.at = j;
    state.x[j] = Number(brush.value);
    paint();
  }
  function under(event) {
    const box = canvas.getBoundingClientRect();
    const at = (place, from, length) => Math.floor(((place - from) / length) * (size + 4) / CELL - 2 / CELL);
    const [column, row] = [at(event.clientX, box.left, box.width), at(event.clientY, box.top, box.height)];
    return [row, column].every((k) => k >= 0 && k < SIDE) ? row * SIDE + column : null;
  }
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    state.stroke = event.pointerId;
    const j = under(event);
    if (j !== null) colour(j);
  });
  canvas.addEventListener("pointermove", (event) => {
    const j = state.stroke === event.pointerId ? under(event) : null;
    if (j !== null && (j !== state.at || state.x[j] !== Number(brush.value))) colour(j);
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { state.stroke = null; });
  canvas.addEventListener("keydown", (event) => {
    const [down, across_] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [0, 0];
    if (!down && !across_ && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === " ") return colour(state.at);
    const [row, column] = [Math.floor(state.at / SIDE) + down, (state.at % SIDE) + across_];
    if ([row, column].every((k) => k >= 0 && k < SIDE)) state.at = row * SIDE + column;
    paint();
  });
  start.addEventListener("change", () => {
    state.x = Number(start.value) < 0 ? images[0].map(() => 0) : [...images[Number(start.value)]];
    state.target = winner(forward(network, state.x, state.silenced).logits);
    paint();
  });
  kind.addEventListener("change", () => { state.map = kind.value; paint(); });
  all.addEventListener("click", () => { state.silenced.clear(); paint(); });
  paint();
}

export default { render };

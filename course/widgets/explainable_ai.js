// A digit to draw in: its hidden activations, its logits, and an explanation of one of them, at every stroke.

const {
  add, button, choice, colour, columns, controls, describe, factor, fixed, frame, grey, heading, image, legend, max, maxIndex, onArrows,
  onDrag, onPress, picture, range, set, slider, sum, tint,
} = kit;

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
const MAPS = { saliency: ["saliency", saliency], shares: ["integrated gradients, from black", shares] };
const UNIT = { width: 26, height: 78, floor: 56 };
const LOGIT = { width: 416, height: 22, zero: 190, longest: 150 };

const STYLE = `
  text { font-size: 15px; dominant-baseline: central; }
  .draw { position: relative; cursor: crosshair; touch-action: none; outline: none; }
  .cursor { position: absolute; width: 12.5%; height: 12.5%; box-sizing: border-box; border: 4px solid var(--orange); pointer-events: none;
    visibility: hidden; }
  .draw:focus-visible .cursor { visibility: visible; }
  .above { fill: var(--vermillion); }
  .below, .active { fill: var(--blue); }
  .zero { stroke: currentColor; }
  .hit { fill: transparent; stroke: transparent; stroke-width: 2; }
  .pick:is(:hover, :focus-visible) .hit { stroke: currentColor; }
  .on .hit { stroke: var(--orange); stroke-width: 3; }
  .off text { text-decoration: line-through; opacity: .7; }
  .units text { font-size: 13px; }
  .logits .name { font-weight: 700; text-anchor: start; }
  @container (max-width: 700px) { .columns { grid-template-columns: 1fr 1fr; } .middle { grid-column: 1 / 3; grid-row: 2; } }
`;

/** A button for each hidden unit, with a bar for its activation. */
function drawUnits(parent, units, silence) {
  const across = Math.min(16, units);
  const size = { width: across * UNIT.width, height: Math.ceil(units / across) * UNIT.height };
  const svg = picture(parent, { ...size, class: "units", role: "group", "aria-label": "Hidden units" });
  return range(units).map((i) => {
    const [x, y] = [(i % across) * UNIT.width, Math.floor(i / across) * UNIT.height];
    const group = add(svg, "g", { class: "pick", role: "button", tabindex: 0 });
    add(group, "rect", { class: "hit", x: x + 1, y, width: UNIT.width - 2, height: UNIT.height - 4, rx: 3 });
    add(group, "text", { x: x + UNIT.width / 2, y: y + UNIT.floor + 10 }, String(i));
    onPress(group, () => silence(i));
    return { group, bar: add(group, "rect", { class: "active", x: x + 5, width: UNIT.width - 10 }), floor: y + UNIT.floor };
  });
}

/** A button for each logit, with a bar to the left or right of zero. */
function drawLogits(parent, classes, explain) {
  const size = { width: LOGIT.width, height: classes * LOGIT.height };
  const svg = picture(parent, { ...size, class: "logits", role: "group", "aria-label": "Logits" });
  const logits = range(classes).map((t) => {
    const y = t * LOGIT.height;
    const group = add(svg, "g", { class: "pick", role: "button", tabindex: 0 });
    add(group, "rect", { class: "hit", x: 1, y: y + 1, width: LOGIT.width - 2, height: LOGIT.height - 2, rx: 3 });
    add(group, "text", { class: "name", x: 10, y: y + 11 }, String(t));
    onPress(group, () => explain(t));
    return { group, value: add(group, "text", { class: "last", x: 408, y: y + 11 }), bar: add(group, "rect", { y: y + 5, height: 12 }) };
  });
  add(svg, "line", { class: "zero", x1: LOGIT.zero, x2: LOGIT.zero, y1: 0, y2: classes * LOGIT.height });
  return logits;
}

function render({ model, el }) {
  const network = Object.fromEntries(["W1", "b1", "W2", "b2"].map((name) => [name, model.get(name)]));
  const images = model.get("images");
  const first = Math.min(3, images.length - 1);
  const state = { x: [...images[first]], target: 0, map: "saliency", silenced: new Set(), at: 27, brush: 1 };
  state.target = maxIndex(forward(network, state.x).logits);

  const { body, close } = frame(el, model, { name: "explainable-ai", style: STYLE });
  const bar = controls(body);
  choice(bar, "Image", [...images.map((_, k) => [k, String(k)]), [-1, "black"]], first, (k) => {
    state.x = k < 0 ? images[0].map(() => 0) : [...images[k]];
    state.target = maxIndex(forward(network, state.x, state.silenced).logits);
    paint();
  });
  const brush = slider(bar, "Brush, black to white", { name: "Brush", min: 0, max: 1, step: 0.125, value: 1 }, (value) => {
    state.brush = value;
    paint();
  });
  choice(bar, "Explanation", Object.entries(MAPS).map(([name, [title]]) => [name, title]), state.map, (name) => {
    state.map = name;
    paint();
  });
  button(bar, "All units at work", () => {
    state.silenced.clear();
    paint();
  });

  const [left, middle, right] = columns(body, 1, 1.25, 1);
  middle.classList.add("middle");
  heading(left, "The image: draw");
  const draw = add(left, "div", { class: "draw", tabindex: 0, role: "application" });
  const drawing = image(draw, SIDE);
  const cursor = add(draw, "div", { class: "cursor" });
  heading(middle, "Hidden units (click: silence one)");
  const hidden = drawUnits(middle, network.b1.length, (i) => {
    state.silenced.delete(i) || state.silenced.add(i);
    paint();
  });
  heading(middle, "Logits (click: explain one)");
  const logits = drawLogits(middle, network.b2.length, (t) => {
    state.target = t;
    paint();
  });
  const title = heading(right);
  const map = image(right, SIDE);
  legend(right, [["area", "above", "more light raises the logit"], ["area", "below", "lowers it"]]);
  const told = add(body, "p", { "aria-live": "polite" });

  /** Every number and colour, from the state. */
  function paint() {
    const { H, logits: values } = forward(network, state.x, state.silenced);
    colour(drawing, state.x.map(grey));
    const [row, column] = [Math.floor(state.at / SIDE), state.at % SIDE];
    Object.assign(cursor.style, { left: `${12.5 * column}%`, top: `${12.5 * row}%` });
    describe(draw, `Image, arrow keys move, space paints. Row ${row}, column ${column}: ${fixed(state.x[state.at])}`);
    brush.show(fixed(state.brush));
    paintUnits(H);
    paintLogits(values);
    explain(H, values);
  }

  function paintUnits(H) {
    hidden.forEach(({ group, bar: rect, floor }, i) => {
      const height = Math.min(UNIT.floor - 2, H[i] * 9);
      set(rect, { y: floor - height, height });
      const off = state.silenced.has(i);
      group.classList.toggle("off", off);
      describe(set(group, { "aria-pressed": off }), `hidden unit ${i}: ${fixed(H[i])}${off ? ", silenced" : ""}`);
    });
  }

  function paintLogits(values) {
    const scale = LOGIT.longest / Math.max(12, max(values, Math.abs));
    logits.forEach(({ group, value, bar: rect }, t) => {
      const width = Math.abs(values[t]) * scale;
      set(rect, { class: values[t] < 0 ? "below" : "above", x: values[t] < 0 ? LOGIT.zero - width : LOGIT.zero, width });
      value.textContent = fixed(values[t]);
      group.classList.toggle("on", t === state.target);
      describe(set(group, { "aria-pressed": t === state.target }), `logit of ${t}: ${fixed(values[t])}`);
    });
  }

  /** The map, and what is said of it. */
  function explain(H, values) {
    const [name, of] = MAPS[state.map];
    const found = of(network, state.x, state.target, state.silenced);
    const most = maxIndex(found, Math.abs);
    const limit = Math.abs(found[most]);
    colour(map, found.map((value) => tint(limit ? value / limit : 0)));
    title.textContent = `Logit of ${state.target}: ${name}`;
    const place = `row ${Math.floor(most / SIDE)}, column ${most % SIDE}`;
    describe(map, limit ? `${name}, largest ${fixed(found[most])} at ${place}` : `${name}: all zero`);
    told.textContent = `The network says ${maxIndex(values)}. Active: ${H.filter((h) => h > 0).length} of ${H.length} units. `
      + `The map reaches ±${fixed(limit)}${state.map === "shares" ? completeness(found, values) : "."}`;
  }

  /** Shares sum to what the image adds to the logit of a black one. */
  function completeness(found, values) {
    const black = forward(network, state.x.map(() => 0), state.silenced).logits[state.target];
    const whole = values[state.target];
    return `; its sum is ${fixed(sum(found))}, the logit less that of black: ${fixed(whole)} − ${factor(black)} = ${fixed(whole - black)}.`;
  }

  function paintAt(j) {
    state.at = j;
    state.x[j] = state.brush;
    paint();
  }

  function under(event) {
    const box = draw.getBoundingClientRect();
    const parts = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    const [column, row] = parts.map((part) => Math.floor(SIDE * part));
    const inside = [row, column].every((k) => k >= 0 && k < SIDE);
    if (inside && (state.at !== row * SIDE + column || state.x[state.at] !== state.brush)) paintAt(row * SIDE + column);
  }

  onDrag(draw, { begin: under, move: under });
  onArrows(draw, (across, down) => {
    const [row, column] = [Math.floor(state.at / SIDE) + down, (state.at % SIDE) + across];
    if ([row, column].every((k) => k >= 0 && k < SIDE)) state.at = row * SIDE + column;
    paint();
  });
  draw.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    paintAt(state.at);
  });
  paint();
  return close;
}

export default { render };

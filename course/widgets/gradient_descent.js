// Gradient descent on a loss surface: drag the ball or the learning rate, and the whole path is drawn at once.

// The mathematics: three losses of two parameters, each at least 0, with its gradient and its minima (where, name, curvatures).

const TURN = Math.PI / 6;
const [COS, SIN] = [Math.cos(TURN), Math.sin(TURN)];
const along = ([x, y]) => [COS * x + SIN * y, COS * y - SIN * x];
const ROOTS = [-1.5, 0.5, 1.5]; // of the slope of "two valleys": a minimum, the ridge, a minimum
const ridge = (x) => (x ** 4 / 4 - x ** 3 / 6 - (9 * x ** 2) / 8 + (9 * x) / 8) / 1.2;

export const SURFACES = {
  "round bowl": {
    loss: ([x, y]) => (x * x + y * y) / 2,
    gradient: ([x, y]) => [x, y],
    minima: [{ at: [0, 0], name: "the minimum", curvatures: [1, 1] }],
  },
  "narrow valley": {
    loss: (p) => (along(p)[0] ** 2 / 2 + 8 * along(p)[1] ** 2 / 2) / 2,
    gradient: (p) => {
      const [a, b] = along(p);
      return [COS * a / 2 - SIN * 4 * b, SIN * a / 2 + COS * 4 * b];
    },
    minima: [{ at: [0, 0], name: "the minimum", curvatures: [0.5, 4] }],
  },
  "two valleys": {
    loss: ([x, y]) => ridge(x) - ridge(ROOTS[0]) + y * y / 2,
    gradient: ([x, y]) => [(x - ROOTS[0]) * (x - ROOTS[1]) * (x - ROOTS[2]) / 1.2, y],
    minima: [
      { at: [ROOTS[0], 0], name: "the deep, narrow valley", curvatures: [1, 5] },
      { at: [ROOTS[2], 0], name: "the shallow, wide valley", curvatures: [1, 2.5] },
    ],
  },
};

export function descend(name, start, rate, steps) {
  const path = [start];
  for (let t = 0; t < steps; t += 1) {
    const slope = SURFACES[name].gradient(path[t]);
    path.push(path[t].map((value, i) => value - rate * slope[i]));
  }
  return path;
}

/** Above this learning rate no descent settles in a minimum. */
export const limit = ({ curvatures }) => 2 / Math.max(...curvatures);

/** Where a long walk ends: the minimum it settles in, "away" where it diverges, or "restless". */
export function fate(name, start, rate) {
  const end = descend(name, start, rate, 3000).at(-1);
  const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
  if (!end.every((value) => Math.abs(value) < 1e3)) return "away";
  return SURFACES[name].minima.find(({ at }) => distance(at, end) < 1e-3) ?? "restless";
}

// The picture: the surface from above on the left, the loss of each step on the right.

const [WIDE, TALL, UNIT] = [3, 2, 100]; // the frame is 2 * 3 by 2 * 2, in units of 100 pixels
const CHART = { left: 64, top: 14, width: 330, height: 316, low: -6, high: 4 }; // powers of ten
const toPixels = ([x, y]) => [(Math.max(-1e3, Math.min(1e3, x)) + WIDE) * UNIT, (TALL - Math.max(-1e3, Math.min(1e3, y))) * UNIT];

/** The contour of one level, as line segments on a grid: each cell whose corners lie on both sides is crossed (marching squares). */
function contour(loss, level, cell = 0.05) {
  const pieces = [];
  for (let x = -WIDE; x < WIDE - 1e-9; x += cell) {
    for (let y = -TALL; y < TALL - 1e-9; y += cell) {
      const corners = [[x, y], [x + cell, y], [x + cell, y + cell], [x, y + cell]];
      const heights = corners.map((corner) => loss(corner) - level);
      const crossings = corners.flatMap((from, k) => {
        const [to, above, below] = [corners[(k + 1) % 4], heights[k], heights[(k + 1) % 4]];
        return above > 0 === below > 0 ? [] : [from.map((value, i) => value + (to[i] - value) * above / (above - below))];
      });
      for (let k = 0; k + 1 < crossings.length; k += 2) {
        pieces.push(`M${toPixels(crossings[k]).map(Math.round)}L${toPixels(crossings[k + 1]).map(Math.round)}`);
      }
    }
  }
  return pieces.join("");
}

const STYLE = `
.descent { --path: #0072B2; --away: #D55E00; container-type: inline-size; max-width: 1800px;
  color: var(--jp-content-font-color1, CanvasText); font-family: inherit; font-variant-numeric: tabular-nums; }
.descent .body { font-size: clamp(13px, 1.32cqw, 23px); line-height: 1.4; }
.descent .controls { display: flex; flex-wrap: wrap; gap: .3em 1.6em; margin: .3em 0 .8em; }
.descent label { display: flex; align-items: center; gap: .6em; }
.descent output { min-width: 3.2em; font-weight: 600; }
.descent input { width: 13em; accent-color: #0072B2; }
.descent select { font: inherit; }
.descent .columns { display: grid; grid-template-columns: minmax(0, 1.5fr) minmax(0, 1fr); gap: 1.6em; align-items: start; }
@container (max-width: 700px) { .descent .columns { grid-template-columns: 1fr; } }
.descent svg { width: 100%; height: auto; display: block; }
.descent text { fill: currentColor; font-size: 15px; }
.descent .frame { fill: none; stroke: currentColor; stroke-opacity: .5; }
.descent .contour { fill: none; stroke: currentColor; stroke-opacity: .3; }
.descent .walk { fill: none; stroke: var(--now); stroke-width: 2; }
.descent .points circle { fill: var(--now); }
.descent .least { stroke: currentColor; stroke-width: 3; }
.descent .ball { fill: #E69F00; stroke: currentColor; stroke-width: 2; cursor: grab; outline: none; touch-action: none; }
.descent .ball:focus-visible { stroke-width: 5; }
.descent .verdict { font-weight: 700; margin: .4em 0; min-height: 2.8em; border-left: .35em solid var(--now); padding-left: .6em; }
.descent p { margin: .3em 0; }
`;

const TICKS = { "-6": "10⁻⁶", "-4": "10⁻⁴", "-2": "10⁻²", 0: "1", 2: "10²", 4: "10⁴" };
const digits = (value, n = 2) => value.toFixed(n).replace("-", "−");

function render({ model, el }) {
  const state = { name: model.get("surface"), start: [...model.get("start")], rate: model.get("learning_rate"), steps: model.get("steps") };
  const root = add(el, "div", { class: "descent", role: "group", "aria-label": "Gradient descent on a loss surface" });
  add(root, "style", {}, STYLE);
  const body = add(root, "div", { class: "body" });
  const controls = add(body, "div", { class: "controls" });
  const choice = add(add(controls, "label", {}, "Surface"), "select");
  for (const name of Object.keys(SURFACES)) add(choice, "option", { value: name }, name);
  choice.value = state.name;
  const rate = slider(controls, "Learning rate η", { min: 0.01, step: 0.01 });
  const steps = slider(controls, "Steps", { min: 1, max: 200, step: 1, value: state.steps });
  const columns = add(body, "div", { class: "columns" });

  const map = add(columns, "svg", { viewBox: "-1 -1 602 402", role: "group", "aria-label": "The loss surface from above, and the path" });
  const lines = add(map, "path", { class: "contour" });
  const least = add(map, "path", { class: "least" });
  const walk = add(map, "path", { class: "walk" });
  const points = add(map, "g", { class: "points" });
  add(map, "rect", { class: "frame", width: 600, height: 400 });
  add(map, "text", { x: 592, y: 392, "text-anchor": "end" }, "θ[0] →");
  add(map, "text", { x: 8, y: 20 }, "↑ θ[1]");
  const ball = add(map, "circle", { class: "ball", r: 11, tabindex: 0, role: "button" });

  const beside = add(columns, "div");
  const chart = add(beside, "svg", { viewBox: "0 0 410 386", role: "img" });
  for (let power = CHART.low; power <= CHART.high; power += 2) {
    const y = CHART.top + CHART.height * (CHART.high - power) / (CHART.high - CHART.low);
    add(chart, "path", { class: "contour", d: `M${CHART.left} ${y}h${CHART.width}` });
    add(chart, "text", { x: CHART.left - 8, y: y + 5, "text-anchor": "end" }, TICKS[power]);
  }
  add(chart, "rect", { class: "frame", x: CHART.left, y: CHART.top, width: CHART.width, height: CHART.height });
  add(chart, "text", { x: CHART.left, y: 354 }, "0");
  const last = add(chart, "text", { x: CHART.left + CHART.width, y: 354, "text-anchor": "end" });
  add(chart, "text", { x: CHART.left + CHART.width / 2, y: 376, "text-anchor": "middle" }, "step (loss ℓ, logarithmic)");
  const curve = add(chart, "path", { class: "walk" });
  const verdict = add(beside, "p", { class: "verdict", role: "status" });
  const facts = add(beside, "div");

  /** What a surface alone decides: contours, minima, and how far the slider goes. */
  function draw() {
    const { loss, minima } = SURFACES[state.name];
    const highest = loss([-WIDE, TALL]);
    lines.setAttribute("d", Array.from({ length: 14 }, (_, k) => contour(loss, highest * ((k + 1) / 14) ** 2.2)).join(""));
    least.setAttribute("d", minima.map(({ at }) => toPixels(at)).map(([x, y]) => `M${x - 7} ${y}h14M${x} ${y - 7}v14`).join(""));
    rate.input.max = (1.3 * Math.max(...minima.map(limit))).toFixed(2);
    state.rate = Math.min(state.rate, Number(rate.input.max));
    rate.input.value = state.rate;
  }

  /** What is said, from where a long walk ends. */
  function tell() {
    const { minima } = SURFACES[state.name];
    const end = fate(state.name, state.start, state.rate);
    const said = {
      away: "It diverges: each step ends farther away than the one before.",
      restless: "It never settles: where it walks, the surface bends too sharply for this step.",
    };
    if (end === "restless" && minima.length === 1) said.restless = "On the edge, or nearly: it settles too slowly to tell.";
    verdict.textContent = said[end] ?? `It settles in ${end.name}.`;
    facts.replaceChildren();
    for (const minimum of minima) {
      const factors = [...new Set(minimum.curvatures)].map((L) => `${digits(1 - state.rate * L)} (curvature ${L})`);
      const where = minima.length > 1 ? `${minimum.name}: `.replace("the ", "") : "";
      add(facts, "p", {}, `${where}2/L = ${digits(limit(minimum))}; each step multiplies the distance by ${factors.join(" and ")}.`);
    }
    root.style.setProperty("--now", end === "away" || end === "restless" ? "var(--away)" : "var(--path)");
  }

  function paint() {
    const path = descend(state.name, state.start, state.rate, state.steps);
    const inside = path.findIndex((point) => !point.every((value) => Math.abs(value) < 1e6));
    const shown = path.slice(0, inside < 0 ? path.length : inside + 1).filter((point) => point.every(Number.isFinite));
    walk.setAttribute("d", `M${shown.map((point) => toPixels(point).map((value) => value.toFixed(1))).join("L")}`);
    const visible = shown.map(toPixels).filter(([x, y]) => x >= 0 && x <= 600 && y >= 0 && y <= 400);
    points.replaceChildren();
    for (const [cx, cy] of visible) add(points, "circle", { cx, cy, r: 3 });
    const [cx, cy] = toPixels(state.start);
    ball.setAttribute("cx", cx);
    ball.setAttribute("cy", cy);
    const at = `${digits(state.start[0], 1)}, ${digits(state.start[1], 1)}`;
    ball.setAttribute("aria-label", `Start at ${at}: drag it, or move it with the arrow keys`);
    const losses = shown.map(SURFACES[state.name].loss);
    const drawn = losses.map((loss, t) => {
      const power = Math.max(CHART.low, Math.min(CHART.high, Math.log10(Math.max(loss, 1e-300))));
      const y = CHART.top + CHART.height * (CHART.high - power) / (CHART.high - CHART.low);
      return [CHART.left + CHART.width * t / state.steps, y].map((value) => value.toFixed(1));
    });
    curve.setAttribute("d", `M${drawn.join("L")}`);
    chart.setAttribute("aria-label", `Loss at each step: from ${losses[0].toPrecision(2)} to ${losses.at(-1).toPrecision(2)}`);
    last.textContent = state.steps;
    rate.output.textContent = digits(state.rate);
    steps.output.textContent = state.steps;
    tell();
  }

  function move([x, y]) {
    const within = (value, reach) => Math.max(-reach, Math.min(reach, value));
    state.start = [within(x, WIDE), within(y, TALL)];
    paint();
  }

  const point = ({ clientX, clientY }) => {
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(map.getScreenCTM().inverse());
    return [x / UNIT - WIDE, TALL - y / UNIT];
  };
  ball.addEventListener("pointerdown", (event) => ball.setPointerCapture(event.pointerId));
  ball.addEventListener("pointermove", (event) => ball.hasPointerCapture(event.pointerId) && move(point(event)));
  ball.addEventListener("keydown", (event) => {
    const way = { ArrowUp: [0, 0.1], ArrowDown: [0, -0.1], ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0] }[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    move(state.start.map((value, i) => value + way[i]));
  });
  choice.addEventListener("change", () => {
    state.name = choice.value;
    draw();
    paint();
  });
  rate.input.addEventListener("input", () => {
    state.rate = Number(rate.input.value);
    paint();
  });
  steps.input.addEventListener("input", () => {
    state.steps = Number(steps.input.value);
    paint();
  });
  draw();
  paint();
}

export default { render };

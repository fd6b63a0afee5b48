// Mini-batch descent: a line y = w x + b is fitted to points, and the loss surface over (w, b) shows the path, noise and all.

// The mathematics: the mean squared error, its gradient on a batch, and the steps m ← β m + ∇ℓ, θ ← θ - η m.

export function loss({ x, y }, [w, b]) {
  return x.reduce((sum, value, n) => sum + (w * value + b - y[n]) ** 2, 0) / x.length;
}

export function gradient({ x, y }, [w, b], batch) {
  const errors = batch.map((n) => w * x[n] + b - y[n]);
  const mean = (terms) => (2 * terms.reduce((sum, term) => sum + term, 0)) / batch.length;
  return [mean(errors.map((error, k) => error * x[batch[k]])), mean(errors)];
}

/** Numbers in [0, 1) from a seed (mulberry32). */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function shuffled(n, random) {
  const order = Array.from({ length: n }, (_, k) => k);
  for (let k = n - 1; k > 0; k -= 1) {
    const other = Math.floor(random() * (k + 1));
    [order[k], order[other]] = [order[other], order[k]];
  }
  return order;
}

/** So many batches of T, epoch after epoch in a fresh order; the last batch of an epoch may be smaller. */
export function batches(n, size, count, random) {
  const found = [];
  while (found.length < count) {
    const order = shuffled(n, random);
    for (let first = 0; first < n && found.length < count; first += size) found.push(order.slice(first, first + size));
  }
  return found;
}

export function descend(data, start, path, rate, momentum) {
  let velocity = [0, 0];
  return path.reduce((points, batch) => {
    const at = points.at(-1);
    const slope = gradient(data, at, batch);
    velocity = velocity.map((m, i) => momentum * m + slope[i]);
    return [...points, at.map((value, i) => value - rate * velocity[i])];
  }, [start]);
}

/** The minimum θ*, and the curvature: ℓ = ℓ* + (θ - θ*)ᵀ A (θ - θ*), A = [[mean x², mean x], [mean x, 1]]. */
export function bowl({ x, y }) {
  const mean = (terms) => terms.reduce((sum, term) => sum + term, 0) / terms.length;
  const [mx, my, xx] = [mean(x), mean(y), mean(x.map((value) => value * value))];
  const w = mean(x.map((value, n) => (value - mx) * (y[n] - my))) / (xx - mx * mx);
  const root = Math.hypot((xx - 1) / 2, mx);
  return { at: [w, my - w * mx], curvatures: [(xx + 1) / 2 - root, (xx + 1) / 2 + root], angle: Math.atan2(mx, (xx - 1) / 2) / 2 };
}

// The picture: the surface from above on the left, the loss of each step on the right.

const FRAME = { width: 600, height: 420 };
const CHART = { left: 62, top: 12, width: 332, height: 286, low: -4, high: 2 }; // powers of ten

const STYLE = `
.minibatch { --path: #0072B2; --noise: #E69F00; --away: #D55E00; container-type: inline-size; max-width: 1800px;
  color: var(--jp-content-font-color1, CanvasText); font-family: inherit; font-variant-numeric: tabular-nums; }
.minibatch .body { font-size: clamp(13px, 1.32cqw, 23px); line-height: 1.4; }
.minibatch .controls { display: flex; flex-wrap: wrap; gap: .3em 1.6em; margin: .3em 0 .8em; align-items: center; }
.minibatch label { display: flex; align-items: center; gap: .6em; }
.minibatch output { min-width: 2.8em; font-weight: 600; }
.minibatch input { width: 9em; accent-color: #0072B2; }
.minibatch button { font: inherit; padding: .15em .8em; }
.minibatch .columns { display: grid; grid-template-columns: minmax(0, 1.5fr) minmax(0, 1fr); gap: 1.6em; align-items: start; }
@container (max-width: 700px) { .minibatch .columns { grid-template-columns: 1fr; } }
.minibatch svg { width: 100%; height: auto; display: block; }
.minibatch text { fill: currentColor; font-size: 15px; }
.minibatch .frame { fill: none; stroke: currentColor; stroke-opacity: .5; }
.minibatch .contour { fill: none; stroke: currentColor; stroke-opacity: .3; }
.minibatch .walk { fill: none; stroke: var(--now); stroke-width: 1.8; stroke-linejoin: round; }
.minibatch .points circle { fill: var(--now); }
.minibatch .rays { stroke: var(--noise); stroke-width: 2; stroke-opacity: .75; fill: none; }
.minibatch .full { stroke: currentColor; stroke-width: 4; fill: none; }
.minibatch .least { stroke: currentColor; stroke-width: 3; }
.minibatch p { margin: .3em 0; }
.minibatch .verdict { font-weight: 700; min-height: 2.8em; border-left: .35em solid var(--now); padding-left: .6em; }
`;

const digits = (value, n = 2) => value.toFixed(n).replace("-", "−");
const within = (value, low, high) => Math.max(low, Math.min(high, value));

function render({ model, el }) {
  const data = { x: [...model.get("x")], y: [...model.get("y")] };
  const n = data.x.length;
  const everyone = data.x.map((_, k) => k);
  const start = [...model.get("start")];
  const { at: best, curvatures, angle } = bowl(data);
  const least = loss(data, best);
  const state = {
    T: model.get("batch_size"), rate: model.get("learning_rate"), momentum: model.get("momentum"), steps: model.get("steps"), seed: 1,
  };

  // The frame holds the start, the minimum, and as much again on the other side; one unit of w and of b are equally long.
  const reach = Math.max(Math.abs(start[0] - best[0]) / FRAME.width, Math.abs(start[1] - best[1]) / FRAME.height) * 1.45 || 0.01;
  const toPixels = ([w, b]) => [
    within(FRAME.width / 2 + (w - best[0]) / (2 * reach), -1e4, 1e4), within(FRAME.height / 2 - (b - best[1]) / (2 * reach), -1e4, 1e4),
  ];

  const root = add(el, "div", { class: "minibatch", role: "group", "aria-label": "Mini-batch descent on a loss surface" });
  add(root, "style", {}, STYLE);
  const body = add(root, "div", { class: "body" });
  const controls = add(body, "div", { class: "controls" });
  const sliders = {
    T: slider(controls, "Batch size T", { min: 1, max: n, step: 1, value: state.T }),
    rate: slider(controls, "Learning rate η", { min: 0.01, max: (1.15 / curvatures[1]).toFixed(2), step: 0.01, value: state.rate }),
    momentum: slider(controls, "Momentum β", { min: 0, max: 0.98, step: 0.02, value: state.momentum }),
    steps: slider(controls, "Steps", { min: 1, max: 200, step: 1, value: state.steps }),
  };
  const again = add(controls, "button", { type: "button" }, "Draw other batches");
  const columns = add(body, "div", { class: "columns" });

  const map = add(columns, "svg", { viewBox: `-1 -1 ${FRAME.width + 2} ${FRAME.height + 2}`, role: "img" });
  const [cx, cy] = toPixels(best);
  for (let k = 1; k <= 12; k += 1) {
    const level = (k / 9) ** 2.4 * (loss(data, start) - least);
    const [rx, ry] = [curvatures[1], curvatures[0]].map((curvature) => Math.sqrt(level / curvature) / (2 * reach));
    add(map, "ellipse", { class: "contour", cx, cy, rx, ry, transform: `rotate(${(-angle * 180) / Math.PI} ${cx} ${cy})` });
  }
  const walk = add(map, "path", { class: "walk" });
  const points = add(map, "g", { class: "points" });
  const rays = add(map, "path", { class: "rays" });
  const full = add(map, "path", { class: "full" });
  add(map, "path", { class: "least", d: `M${cx - 7} ${cy}h14M${cx} ${cy - 7}v14` });
  add(map, "rect", { class: "frame", width: FRAME.width, height: FRAME.height });
  add(map, "text", { x: FRAME.width - 8, y: FRAME.height - 8, "text-anchor": "end" }, "slope w →");
  add(map, "text", { x: 8, y: 20 }, "intercept b ↑");

  const beside = add(columns, "div");
  const chart = add(beside, "svg", { viewBox: "0 0 410 350", role: "img" });
  const height = (power) => CHART.top + (CHART.height * (CHART.high - power)) / (CHART.high - CHART.low);
  for (let power = CHART.low; power <= CHART.high; power += 2) {
    add(chart, "path", { class: "contour", d: `M${CHART.left} ${height(power)}h${CHART.width}` });
    add(chart, "text", { x: CHART.left - 8, y: height(power) + 5, "text-anchor": "end" }, String(10 ** power));
  }
  add(chart, "rect", { class: "frame", x: CHART.left, y: CHART.top, width: CHART.width, height: CHART.height });
  add(chart, "text", { x: CHART.left, y: 318 }, "0");
  const last = add(chart, "text", { x: CHART.left + CHART.width, y: 318, "text-anchor": "end" });
  add(chart, "text", { x: CHART.left + CHART.width / 2, y: 340, "text-anchor": "middle" }, "step (loss above its minimum)");
  const curve = add(chart, "path", { class: "walk" });
  const verdict = add(beside, "p", { class: "verdict", role: "status" });
  const noise = add(beside, "p");
  add(beside, "p", {}, "Cross: the minimum. From the last point, orange: a step by each of 40 random batches; thick: by all examples.");

  function paint() {
    const random = generator(state.seed);
    const path = descend(data, start, batches(n, state.T, state.steps, random), state.rate, state.momentum);
    const away = path.findIndex((point) => !point.every((value) => Math.abs(value) < 1e6));
    const shown = away < 0 ? path : path.slice(0, away);
    walk.setAttribute("d", `M${shown.map((point) => toPixels(point).map((value) => value.toFixed(1))).join("L")}`);
    points.replaceChildren();
    for (const point of shown) {
      const [px, py] = toPixels(point);
      if (px >= 0 && px <= FRAME.width && py >= 0 && py <= FRAME.height) add(points, "circle", { cx: px, cy: py, r: 3 });
    }
    const end = shown.at(-1);
    const slope = gradient(data, end, everyone);
    const drawn = Array.from({ length: 40 }, () => gradient(data, end, shuffled(n, random).slice(0, state.T)));
    const spread = Math.sqrt(drawn.reduce((sum, g) => sum + (g[0] - slope[0]) ** 2 + (g[1] - slope[1]) ** 2, 0) / drawn.length);
    const ray = (g) => `M${toPixels(end)}L${toPixels(end.map((value, i) => value - state.rate * g[i]))}`;
    rays.setAttribute("d", drawn.map(ray).join(""));
    full.setAttribute("d", ray(slope));
    const above = shown.map((point) => Math.max(loss(data, point) - least, 1e-12));
    curve.setAttribute("d", `M${above.map((value, t) => [
      CHART.left + (CHART.width * t) / state.steps, height(within(Math.log10(value), CHART.low, CHART.high)),
    ].map((number) => number.toFixed(1))).join("L")}`);
    const tail = above.slice(-20);
    const rest = tail.reduce((sum, value) => sum + value, 0) / tail.length;
    const diverged = away >= 0 || rest > above[0];
    root.style.setProperty("--now", diverged ? "var(--away)" : "var(--path)");
    const [began, now] = [above[0].toPrecision(2), rest.toPrecision(2)];
    verdict.textContent = diverged
      ? `It moves away: the loss above its minimum grows from ${began} to ${now} and more.`
      : `The loss is ${now} above its minimum (mean of the last ${tail.length} points); it began at ${began}.`;
    const epoch = Math.ceil(n / state.T);
    noise.textContent = `At the last point the gradient of all examples has length ${digits(Math.hypot(...slope))}; batches of `
      + `${state.T} are off by ${digits(spread)} (root mean square). An epoch is ${epoch} step${epoch > 1 ? "s" : ""}.`;
    map.setAttribute("aria-label", `The loss surface from above. ${verdict.textContent}`);
    chart.setAttribute("aria-label", `Loss above its minimum at each of ${state.steps} steps. ${verdict.textContent}`);
    last.textContent = state.steps;
    for (const [name, { output }] of Object.entries(sliders)) {
      output.textContent = Number.isInteger(state[name]) && name !== "momentum" ? state[name] : digits(state[name]);
    }
  }

  for (const [name, { input }] of Object.entries(sliders)) {
    input.addEventListener("input", () => {
      state[name] = Number(input.value);
      paint();
    });
  }
  again.addEventListener("click", () => {
    state.seed += 1;
    paint();
  });
  paint();
}

export default { render };

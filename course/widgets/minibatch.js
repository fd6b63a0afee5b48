// Mini-batch descent: a line y = w x + b is fitted to points, and the loss surface over (w, b) shows the path, noise and all.

const {
  add, brief, button, chart, columns, controls, describe, dotted, extent, fixed, frame, legend, linear, logarithmic, mean, mulberry, player,
  plus, predict, range, roomFor, seen, set, slider, status, sum, through, walked,
} = kit;

// The mathematics: the mean squared error, its gradient on a batch, and the steps m ← β m + ∇ℓ, θ ← θ - η m.

export function loss({ x, y }, [w, b]) {
  return mean(x, (value, n) => (w * value + b - y[n]) ** 2);
}

export function gradient({ x, y }, [w, b], batch) {
  const errors = batch.map((n) => w * x[n] + b - y[n]);
  return [2 * mean(errors, (error, k) => error * x[batch[k]]), 2 * mean(errors)];
}

/** So many batches of T, epoch after epoch in a fresh order; the last batch of an epoch may be smaller. */
export function batches(n, size, count, rng) {
  const found = [];
  while (found.length < count) {
    const order = rng.order(n);
    for (let first = 0; first < n && found.length < count; first += size) found.push(order.slice(first, first + size));
  }
  return found;
}

export const descend = (data, start, path, rate, momentum) => (
  walked(start, path.length, (at, t) => gradient(data, at, path[t]), rate, momentum)
);

/** The minimum θ*, and the curvature: ℓ = ℓ* + (θ - θ*)ᵀ A (θ - θ*), A = [[mean x², mean x], [mean x, 1]]. */
export function bowl({ x, y }) {
  const [mx, my, xx] = [mean(x), mean(y), mean(x, (value) => value * value)];
  const w = mean(x, (value, n) => (value - mx) * (y[n] - my)) / (xx - mx * mx);
  const root = Math.hypot((xx - 1) / 2, mx);
  return { at: [w, my - w * mx], curvatures: [(xx + 1) / 2 - root, (xx + 1) / 2 + root], angle: Math.atan2(mx, (xx - 1) / 2) / 2 };
}

// The picture: the surface from above, the points with the line, and the loss of each step.

const [WIDTH, HEIGHT] = [480, 330];
const MOST = 200; // steps
const LAST = 20; // points that the mean loss is taken over

const STYLE = `
  .contour { fill: none; stroke: currentColor; stroke-opacity: .35; }
  .walk { fill: none; stroke: var(--blue); stroke-width: 1.8; stroke-linejoin: round; }
  .dots { fill: none; stroke: var(--blue); stroke-width: 6; stroke-linecap: round; }
  .end { fill: var(--blue); stroke: var(--paper); stroke-width: 2; }
  .start { fill: var(--orange); stroke: currentColor; stroke-width: 2; }
  .rays { stroke: var(--orange); stroke-width: 2; stroke-opacity: .75; fill: none; }
  .full { stroke: currentColor; stroke-width: 4; fill: none; }
  .least { fill: none; stroke: currentColor; stroke-width: 3; }
  .example { fill: currentColor; fill-opacity: .75; }
  .drawn { fill: none; stroke: var(--vermillion); stroke-width: 2.5; }
  .fit { fill: none; stroke: var(--blue); stroke-width: 3; }
  .best { fill: none; stroke: currentColor; stroke-width: 2; stroke-dasharray: 8 5; }
  .controls { gap: .4em .9em; }
  .columns { gap: 1em 1.4em; }
  .controls input { width: 6em; }
  .seed { display: flex; gap: .6em; align-items: center; }
`;

/** The points, the line of the last step, the line of least squares, and rings around the batch of the last step. */
function dataChart(parent, { x, y }, best) {
  const around = (values, share) => {
    const [low, high] = extent(values);
    const margin = share * (high - low || 1);
    return [low - margin, high + margin];
  };
  const self = chart(parent, {
    width: 330, height: HEIGHT,
    x: linear(around(x, 0.08), { title: "x", count: 4 }), y: linear(around(y, 0.25), { title: "y" }),
  });
  for (const [n, value] of x.entries()) {
    const [cx, cy] = self.at(value, y[n]);
    add(self.inside, "circle", { class: "example", cx, cy, r: 4 });
  }
  const ends = self.x.domain();
  const line = (node, [w, b]) => set(node, { d: through(ends.map((at) => self.at(at, w * at + b))) });
  const [ideal, fit, rings] = ["best", "fit", "drawn"].map((kind) => add(self.inside, "path", { class: kind }));
  line(ideal, best);
  const ring = (n) => {
    const [cx, cy] = self.at(x[n], y[n]);
    return `M${(cx - 8).toFixed(1)} ${cy.toFixed(1)}a8 8 0 1 0 16 0a8 8 0 1 0 -16 0z`;
  };
  return {
    svg: self.svg,
    draw(theta, batch) {
      line(fit, theta);
      set(rings, { d: batch.map(ring).join("") });
    },
  };
}

/** The bowl from above; its frame holds the start, the minimum and as much again on the other side, and w and b have one unit. */
function surfaceChart(parent, data, { at: best, curvatures, angle }) {
  const [x, y] = [["slope w", 6], ["intercept b", 5]].map(([title, count]) => linear([0, 1], { title, count }));
  const self = chart(parent, { width: WIDTH, height: HEIGHT, x, y });
  const ellipses = range(1, 13).map(() => add(self.inside, "ellipse", { class: "contour" }));
  const [walk, dots, rays, full, least] = ["walk", "dots", "rays", "full", "least"].map((kind) => add(self.inside, "path", { class: kind }));
  const [end, begin] = [["end", 7], ["start", 9]].map(([kind, r]) => add(self.inside, "circle", { class: kind, r }));
  const lowest = loss(data, best);

  function frameStart(start) {
    const reach = Math.max(Math.abs(start[0] - best[0]) / WIDTH, Math.abs(start[1] - best[1]) / HEIGHT) * 1.45 || 0.01;
    self.x.domain([best[0] - reach * WIDTH, best[0] + reach * WIDTH]);
    self.y.domain([best[1] - reach * HEIGHT, best[1] + reach * HEIGHT]);
    self.ticks();
    const [cx, cy] = self.at(...best);
    ellipses.forEach((ellipse, k) => {
      const level = ((k + 1) / 9) ** 2.4 * (loss(data, start) - lowest);
      const [rx, ry] = [curvatures[1], curvatures[0]].map((curvature) => Math.sqrt(level / curvature) / (2 * reach));
      set(ellipse, { cx, cy, rx, ry, transform: `rotate(${(-angle * 180) / Math.PI} ${cx} ${cy})` });
    });
    set(least, { d: plus([cx, cy]) });
  }

  function draw(path, steps, slope) {
    frameStart(path[0]);
    const places = path.map((point) => self.at(...point));
    set(walk, { d: through(places) });
    set(dots, { d: dotted(places) });
    [[begin, places[0]], [end, places.at(-1)]].forEach(([node, [cx, cy]]) => set(node, { cx, cy }));
    const from = path.at(-1);
    const ray = (step) => through([from, from.map((value, i) => value - step[i])].map((point) => self.at(...point)));
    set(rays, { d: steps.map(ray).join("") });
    set(full, { d: ray(slope) });
  }
  return { svg: self.svg, draw };
}

function render({ model, el }) {
  const data = { x: model.get("x"), y: model.get("y") };
  const n = data.x.length;
  const bottom = bowl(data);
  const least = loss(data, bottom.at);
  const names = ["start", "batch_size", "learning_rate", "momentum", "steps", "seed"];
  const view = frame(el, model, { name: "minibatch", style: STYLE, state: names });
  const { body, state } = view;
  const bar = controls(body);
  const shown = [
    ["batch_size", "Batch size T", { min: 1, max: n, step: 1 }, 0],
    ["learning_rate", "Learning rate η", { min: 0.01, max: (1.15 / bottom.curvatures[1]).toFixed(2), step: 0.01 }, 2],
    ["momentum", "Momentum β", { min: 0, max: 0.98, step: 0.02 }, 2],
    ["steps", "Steps", { min: 0, max: MOST, step: 1 }, 0],
  ].map(([name, title, limits, places]) => {
    const { input, show } = slider(bar, title, limits, (value) => state.set({ [name]: value }));
    return () => {
      input.value = state[name];
      show(fixed(state[name], places));
    };
  });
  const [left, middle, beside] = columns(body, 1.3, 0.95, 0.8);
  for (const column of [left, middle]) column.classList.add("picture");
  const map = surfaceChart(left, data, bottom);
  const points = dataChart(middle, data, bottom.at);
  legend(left, [
    ["dot", "start", "start"], ["line", "walk", "path"], ["dot", "end", "now"], ["cross", "least", "minimum"],
    ["line", "contour", "equal loss"], ["line", "rays", "next steps of 40 random batches"], ["line", "full", "of all examples"],
  ]);
  player(view, beside, {
    every: 60,
    step() {
      state.set({ steps: Math.min(MOST, state.steps + 1) });
      return state.steps < MOST;
    },
    reset: () => state.set({ steps: 0 }),
  });
  const draws = add(beside, "div", { class: "seed aside" });
  button(draws, "Draw other batches", () => state.set({ seed: state.seed + 1 }));
  const seed = add(draws, "span");
  const say = status(beside);
  const noise = add(beside, "p", { class: "aside" });
  const across = linear([0, 20], { title: "step", whole: true, count: 4 });
  const above = logarithmic([1e-4, 1e2], { title: "loss above its minimum" });
  const losses = chart(add(beside, "div", { class: "aside" }), { width: 260, height: 110, x: across, y: above });
  const curve = add(losses.inside, "path", { class: "walk" });

  legend(beside, [
    ["dot", "example", "example"], ["dot", "drawn", "in the last batch"], ["line", "fit", "the line now"],
    ["line", "best", "least squares: the minimum"],
  ]);

  /** The path as far as it can be drawn, the last batch on it, and whether it leaves. */
  function drawPath(rng) {
    const drawn = batches(n, state.batch_size, state.steps, rng);
    const path = seen(descend(data, state.start, drawn, state.learning_rate, state.momentum));
    return { path, last: drawn[path.length - 2] ?? [], away: path.length <= drawn.length };
  }
  const heightsOf = (path) => path.map((point) => Math.max(loss(data, point) - least, 1e-12));

  function draw() {
    const rng = mulberry(state.seed);
    const { path, last, away } = drawPath(rng);
    const end = path.at(-1);
    const slope = gradient(data, end, range(n));
    const drawn = range(40).map(() => gradient(data, end, rng.order(n).slice(0, state.batch_size)));
    const step = (g) => g.map((value) => state.learning_rate * value);
    map.draw(path, drawn.map(step), step(slope));
    points.draw(end, last);
    const heights = heightsOf(path);
    losses.x.domain([0, roomFor(state.steps)]);
    losses.ticks();
    set(curve, { d: through(heights.map((value, t) => losses.at(t, value))) });
    for (const show of shown) show();
    seed.textContent = `seed ${state.seed}`;
    tell(end, heights, away, slope, drawn);
  }

  /** What is said: where it went, and how far the batches are off. */
  function tell(end, heights, away, slope, drawn) {
    const tail = heights.slice(-LAST);
    const [began, now] = [brief(heights[0]), brief(mean(tail))];
    const words = away || mean(tail) > heights[0]
      ? `It moves away: the loss above its minimum grows from ${began} to ${now} and more.`
      : `The loss is ${now} above its minimum (mean of the last ${tail.length} points); it began at ${began}.`;
    say(words);
    const spread = Math.sqrt(mean(drawn, (g) => sum(g, (value, i) => (value - slope[i]) ** 2)));
    const epoch = Math.ceil(n / state.batch_size);
    noise.textContent = `At the last point the gradient of all examples has length ${fixed(Math.hypot(...slope))}; batches of `
      + `${state.batch_size} are off by ${fixed(spread)} (root mean square). An epoch is ${epoch} step${epoch > 1 ? "s" : ""}.`;
    const [w, b] = end.map((value) => fixed(value));
    describe(map.svg, "The loss surface from above.", ` ${words}`);
    describe(points.svg, `${n} examples, and the line of slope ${w} and intercept ${b}; least squares gives `
      + `${bottom.at.map((value) => fixed(value)).join(" and ")}.`);
    describe(losses.svg, `Loss above its minimum, step by step, to step ${state.steps}.`, ` ${words}`);
  }

  predict(view, {
    words: `the loss above its minimum (mean of the last ${LAST} points)`,
    truth: () => mean(heightsOf(drawPath(mulberry(state.seed)).path).slice(-LAST)),
    nodes: [beside.querySelector(".status"), noise, curve],
  });
  state.watch(draw);
  draw();
  return view.close;
}

export default { render };

// Mini-batch descent: a line y = w x + b is fitted to points, and the loss surface over (w, b) shows the path, noise and all.

const {
  add, brief, button, chart, columns, controls, describe, fixed, frame, generator, legend, linear, logarithmic, mean, range, set, slider,
  status, sum, through,
} = kit;

// The mathematics: the mean squared error, its gradient on a batch, and the steps m ← β m + ∇ℓ, θ ← θ - η m.

export function loss({ x, y }, [w, b]) {
  return mean(x, (value, n) => (w * value + b - y[n]) ** 2);
}

export function gradient({ x, y }, [w, b], batch) {
  const errors = batch.map((n) => w * x[n] + b - y[n]);
  return [2 * mean(errors, (error, k) => error * x[batch[k]]), 2 * mean(errors)];
}

export function shuffled(n, random) {
  const order = range(n);
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
  const [mx, my, xx] = [mean(x), mean(y), mean(x, (value) => value * value)];
  const w = mean(x, (value, n) => (value - mx) * (y[n] - my)) / (xx - mx * mx);
  const root = Math.hypot((xx - 1) / 2, mx);
  return { at: [w, my - w * mx], curvatures: [(xx + 1) / 2 - root, (xx + 1) / 2 + root], angle: Math.atan2(mx, (xx - 1) / 2) / 2 };
}

// The picture: the surface from above on the left, the loss of each step on the right.

const [WIDTH, HEIGHT] = [600, 380];

const STYLE = `
  --now: var(--blue);
  .contour { fill: none; stroke: currentColor; stroke-opacity: .35; }
  .walk { fill: none; stroke: var(--now); stroke-width: 1.8; stroke-linejoin: round; }
  .point { fill: var(--now); }
  .rays { stroke: var(--orange); stroke-width: 2; stroke-opacity: .75; fill: none; }
  .full { stroke: currentColor; stroke-width: 4; fill: none; }
  .least { stroke: currentColor; stroke-width: 3; }
  .status { min-height: 2.8em; border-left: .35em solid var(--now); padding-left: .6em; }
`;

function render({ model, el }) {
  const data = { x: [...model.get("x")], y: [...model.get("y")] };
  const n = data.x.length;
  const start = [...model.get("start")];
  const { at: best, curvatures, angle } = bowl(data);
  const least = loss(data, best);
  const state = {
    T: model.get("batch_size"), rate: model.get("learning_rate"), momentum: model.get("momentum"), steps: model.get("steps"), seed: 1,
  };

  const { root, body, close } = frame(el, model, { name: "minibatch", style: STYLE });
  const bar = controls(body);
  const sliders = {
    T: { title: "Batch size T", min: 1, max: n, step: 1 },
    rate: { title: "Learning rate η", min: 0.01, max: (1.15 / curvatures[1]).toFixed(2), step: 0.01 },
    momentum: { title: "Momentum β", min: 0, max: 0.98, step: 0.02 },
    steps: { title: "Steps", min: 1, max: 200, step: 1 },
  };
  const shown = Object.entries(sliders).map(([name, { title, ...limits }]) => {
    const { show } = slider(bar, title, { ...limits, value: state[name] }, (value) => {
      state[name] = value;
      paint();
    });
    return () => show(limits.step === 1 ? String(state[name]) : fixed(state[name]));
  });
  button(bar, "Draw other batches", () => {
    state.seed += 1;
    paint();
  });
  const [left, beside] = columns(body, 1.5, 1);

  // The frame holds the start, the minimum, and as much again on the other side; one unit of w and of b are equally long.
  const reach = Math.max(Math.abs(start[0] - best[0]) / WIDTH, Math.abs(start[1] - best[1]) / HEIGHT) * 1.45 || 0.01;
  const around = (middle, length) => [middle - reach * length, middle + reach * length];
  const map = chart(left, {
    width: WIDTH, height: HEIGHT, x: linear(around(best[0], WIDTH), { title: "slope w", count: 7 }),
    y: linear(around(best[1], HEIGHT), { title: "intercept b" }),
  });
  const [cx, cy] = map.at(...best);
  for (const k of range(1, 13)) {
    const level = (k / 9) ** 2.4 * (loss(data, start) - least);
    const [rx, ry] = [curvatures[1], curvatures[0]].map((curvature) => Math.sqrt(level / curvature) / (2 * reach));
    add(map.inside, "ellipse", { class: "contour", cx, cy, rx, ry, transform: `rotate(${(-angle * 180) / Math.PI} ${cx} ${cy})` });
  }
  const walk = add(map.inside, "path", { class: "walk" });
  const points = add(map.inside, "g");
  const [rays, full] = ["rays", "full"].map((kind) => add(map.inside, "path", { class: kind }));
  add(map.inside, "path", { class: "least", d: `M${cx - 7} ${cy}h14M${cx} ${cy - 7}v14` });
  legend(left, [
    ["dot", "point", "a step"], ["cross", "least", "the minimum"], ["line", "contour", "the same loss all along"],
    ["line", "rays", "a step from the last point, by each of 40 random batches"], ["line", "full", "by all examples"],
  ]);

  const across = linear([0, state.steps], { title: "step", whole: true });
  const above = logarithmic([1e-4, 1e2], { title: "loss above its minimum" });
  const losses = chart(beside, { width: 330, height: 260, x: across, y: above });
  const curve = add(losses.inside, "path", { class: "walk" });
  const say = status(beside);
  const noise = add(beside, "p");

  /** The path as far as it can be drawn: numbers beyond a million are left out. */
  function walked(random) {
    const path = descend(data, start, batches(n, state.T, state.steps, random), state.rate, state.momentum);
    const away = path.findIndex((point) => !point.every((value) => Math.abs(value) < 1e6));
    return { path: away < 0 ? path : path.slice(0, away), away: away >= 0 };
  }

  function paint() {
    const random = generator(state.seed);
    const { path, away } = walked(random);
    set(walk, { d: through(path.map((point) => map.at(...point))) });
    points.replaceChildren();
    for (const [px, py] of path.map((point) => map.at(...point))) {
      if (px >= 0 && px <= WIDTH && py >= 0 && py <= HEIGHT) add(points, "circle", { class: "point", cx: px, cy: py, r: 3 });
    }
    const end = path.at(-1);
    const slope = gradient(data, end, range(n));
    const drawn = range(40).map(() => gradient(data, end, shuffled(n, random).slice(0, state.T)));
    const ray = (g) => through([end, end.map((value, i) => value - state.rate * g[i])].map((point) => map.at(...point)));
    set(rays, { d: drawn.map(ray).join("") });
    set(full, { d: ray(slope) });
    const heights = path.map((point) => Math.max(loss(data, point) - least, 1e-12));
    losses.x.domain([0, state.steps]);
    losses.ticks();
    set(curve, { d: through(heights.map((value, t) => losses.at(t, value))) });
    for (const show of shown) show();
    tell(heights, away, slope, drawn);
  }

  /** What is said: where it went, and how far the batches are off. */
  function tell(heights, away, slope, drawn) {
    const tail = heights.slice(-20);
    const diverged = away || mean(tail) > heights[0];
    root.style.setProperty("--now", diverged ? "var(--vermillion)" : "var(--blue)");
    const [began, now] = [brief(heights[0]), brief(mean(tail))];
    const words = diverged
      ? `It moves away: the loss above its minimum grows from ${began} to ${now} and more.`
      : `The loss is ${now} above its minimum (mean of the last ${tail.length} points); it began at ${began}.`;
    say(words);
    const spread = Math.sqrt(mean(drawn, (g) => sum(g, (value, i) => (value - slope[i]) ** 2)));
    const epoch = Math.ceil(n / state.T);
    noise.textContent = `At the last point the gradient of all examples has length ${fixed(Math.hypot(...slope))}; batches of `
      + `${state.T} are off by ${fixed(spread)} (root mean square). An epoch is ${epoch} step${epoch > 1 ? "s" : ""}.`;
    describe(map.svg, `The loss surface from above. ${words}`);
    describe(losses.svg, `Loss above its minimum at each of ${state.steps} steps. ${words}`);
  }

  paint();
  return close;
}

export default { render };

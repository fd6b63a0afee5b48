// Gradient descent with momentum, m ← β m + ∇ℓ and θ ← θ − η m, and what a picture of it needs.

const FAR = 1e6;

/** One step from a point `at`, with `m` of the slopes before. */
export function stepped({ at, m }, slope, rate, momentum) {
  const sum = m.map((value, i) => momentum * value + slope[i]);
  return { at: at.map((value, i) => value - rate * sum[i]), m: sum };
}

/** The points of so many steps from `start`; `slope(point, t)` is what step t goes by. */
export function walked(start, count, slope, rate, momentum) {
  const path = [start];
  let now = { at: start, m: start.map(() => 0) };
  for (let t = 0; t < count; t += 1) {
    now = stepped(now, slope(now.at, t), rate, momentum);
    path.push(now.at);
  }
  return path;
}

/** The path as far as it can be drawn: points beyond a million are left out. */
export function seen(path) {
  const gone = path.findIndex((point) => !point.every((value) => Math.abs(value) < FAR));
  return gone < 0 ? path : path.slice(0, gone);
}

/** A dot at each place, for a line with round ends. */
export const dotted = (places) => places.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join("");

/** A plus, at a minimum. */
export const plus = ([x, y]) => `M${x - 7} ${y}h14M${x} ${y - 7}v14`;

/** Where an axis ends that has to show so many steps, 200 at most: it grows seldom. */
export const roomFor = (steps) => [20, 60, 100, 200].find((end) => steps <= end);

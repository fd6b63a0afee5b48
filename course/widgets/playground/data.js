// The points: made as `course.data` makes them, or drawn, and split in three.

const { max, mulberry, range } = kit;

export const REACH = 2; // of what can be drawn, on either side of 0
export const VIEWS = { // what is shown of the plane: a point, and how far around it
  moons: [0.5, 0.25, 2], spirals: [0, 0, 1.25], XOR: [0, 0, 2], circles: [0, 0, 1.5], digits: [0, 0, 2], drawn: [0, 0, REACH],
};

/** The centres of n points and their classes: [x₁, x₂, class], as `course.data` makes them. */
const CENTRES = {
  moons: (n, rng) => range(n).map((k) => [k % 2, Math.PI * rng.random()])
    .map(([y, angle]) => (y ? [1 - Math.cos(angle), 0.5 - Math.sin(angle), 1] : [Math.cos(angle), Math.sin(angle), 0])),
  spirals: (n, rng) => range(n).map((k) => [k % 2, rng.random()]).map(([y, radius]) => {
    const angle = 2 * Math.PI * (0.75 * radius + y / 2);
    return [radius * Math.cos(angle), radius * Math.sin(angle), y];
  }),
  circles: (n, rng) => range(n).map((k) => [k % 2, 2 * Math.PI * rng.random()])
    .map(([y, angle]) => [(1 - y / 2) * Math.cos(angle), (1 - y / 2) * Math.sin(angle), y]),
  XOR: (n) => range(n).map((k) => [k >> 1 & 1, k & 1]).map(([a, b]) => [2 * a - 1, 2 * b - 1, a ^ b]),
};

/** All points of a state, [x₁, x₂, class]. */
export function points({ data, count, noise, drawn, digits }, rng) {
  if (data === "drawn") return drawn;
  if (data === "digits") return digits;
  return CENTRES[data](count, rng).map(([x, y, label]) => [x + noise * rng.normal(), y + noise * rng.normal(), label]);
}

const examples = (rows) => ({
  n: rows.length, X: Float64Array.from(rows.flatMap(([x, y]) => [x, y])), y: Uint8Array.from(rows, (row) => row[2]),
});

/** Half of the points to learn from, a quarter to choose by, a quarter to report on. */
export function split(state) {
  const rng = mulberry(state.seed);
  const rows = points(state, rng);
  const chosen = rng.order(rows.length).slice(0, state.data === "drawn" ? rows.length : state.count).map((k) => rows[k]);
  const [half, rest] = [Math.floor(chosen.length / 2), Math.floor((3 * chosen.length) / 4)];
  return {
    classes: max([2, ...chosen.map((row) => row[2] + 1)]),
    training: examples(chosen.slice(0, half)), validation: examples(chosen.slice(half, rest)), test: examples(chosen.slice(rest)),
  };
}

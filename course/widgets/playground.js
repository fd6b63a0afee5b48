// A small network that learns in the browser, with its data, gradients, steps, dropout, and early stopping; and the same in Python.

const {
  add, button, chart, checkbox, choice, columns, describe, fixed, frame, legend, linear, max, mulberry, onArrows, onDrag, picture, player, pointIn,
  predict, range, set, slider, stack, status, table, through,
} = kit;

// The mathematics. Arrays of numbers are flat, row by row.

const [MOST_LAYERS, MOST_NODES, MOST_DRAWN, REACH] = [4, 200, 500, 2];
const MOST_EPOCHS = 5000;
const CHUNK = 64; // examples between two looks at the clock
const ROOM = 4e6; // numbers that a run may keep of its past

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

/** Activations a = g(z), and their slopes g′(z) as functions of a. */
export const ACTIVATIONS = {
  tanh: { g: Math.tanh, slope: (a) => 1 - a * a },
  ReLU: { g: (z) => (z > 0 ? z : 0), slope: (a) => (a > 0 ? 1 : 0) },
  sigmoid: { g: (z) => 1 / (1 + Math.exp(-z)), slope: (a) => a * (1 - a) },
  identity: { g: (z) => z, slope: () => 1 },
};

const nodesOf = (layers) => layers.reduce((sum, size) => sum + size, 0);

/** How many numbers layers of these sizes have, inputs first. */
const countOf = (sizes) => range(1, sizes.length).reduce((sum, l) => sum + (sizes[l - 1] + 1) * sizes[l], 0);

/** Layers of these sizes over one array θ of all their numbers: W is (rows, cols), b (cols). */
export function network(sizes, theta = new Float64Array(countOf(sizes))) {
  let at = 0;
  const part = (length) => theta.subarray(at, at += length);
  const layers = range(1, sizes.length).map((l) => {
    const [rows, cols] = [sizes[l - 1], sizes[l]];
    return { rows, cols, W: part(rows * cols), b: part(cols) };
  });
  return { sizes, theta, layers };
}

/** Weights even in ±√(6 / (rows + cols)), biases 0 (Glorot and Bengio 2010). */
export function start(net, rng) {
  for (const { rows, cols, W } of net.layers) {
    const bound = Math.sqrt(6 / (rows + cols));
    for (let k = 0; k < W.length; k += 1) W[k] = -bound + 2 * bound * rng.random();
  }
}

/** Room for what n examples are in each layer: `H` activations, `A` those that dropout leaves, `G` gradients, `M` masks. */
export function room(sizes, n) {
  const arrays = () => sizes.slice(1).map((size) => new Float64Array(n * size));
  return { H: arrays(), A: arrays(), G: arrays(), M: arrays() };
}

/** Inverted dropout: each hidden activation is kept with probability P, and divided by it, or is 0. */
export function drawMasks({ layers }, n, P, rng, { M }) {
  for (let l = 0; l < layers.length - 1; l += 1) {
    for (let k = 0; k < n * layers[l].cols; k += 1) M[l][k] = rng.random() < P ? 1 / P : 0;
  }
}

/** Z = A W + b, for n rows of A. */
function affine(A, n, { rows, cols, W, b }, Z) {
  for (let e = 0; e < n; e += 1) {
    for (let j = 0; j < cols; j += 1) {
      let z = b[j];
      for (let i = 0; i < rows; i += 1) z += A[e * rows + i] * W[i * cols + j];
      Z[e * cols + j] = z;
    }
  }
}

/** Z = A W + b, H = g(Z), A = H or, with dropout, H times the mask; returns the last Z, the scores. */
export function forward({ layers }, X, n, { g }, { H, A, M }, dropout = false) {
  const last = layers.length - 1;
  for (let l = 0; l <= last; l += 1) {
    affine(l ? A[l - 1] : X, n, layers[l], H[l]);
    if (l < last) activate(H[l], n * layers[l].cols, g, dropout ? M[l] : null, A[l]);
  }
  return H[last];
}

function activate(H, count, g, mask, A) {
  for (let k = 0; k < count; k += 1) {
    H[k] = g(H[k]);
    A[k] = mask ? H[k] * mask[k] : H[k];
  }
}

/** The probabilities of one row of scores, into `p`; returns log Σ exp z. */
function softmax(Z, at, classes, p) {
  let [most, total] = [-Infinity, 0];
  for (let c = 0; c < classes; c += 1) most = Math.max(most, Z[at + c]);
  for (let c = 0; c < classes; c += 1) total += p[c] = Math.exp(Z[at + c] - most);
  for (let c = 0; c < classes; c += 1) p[c] /= total;
  return most + Math.log(total);
}

/** The place of the largest of so many numbers, the first of equal ones. */
export function highest(values, at, count) {
  let place = 0;
  for (let c = 1; c < count; c += 1) if (values[at + c] > values[at + place]) place = c;
  return place;
}

/** The mean of −log p[label], and the share of the examples whose own class has the highest score. */
export function figures(net, { X, y, n }, g, space) {
  const [Z, classes] = [forward(net, X, n, g, space), net.sizes.at(-1)];
  const p = new Float64Array(classes);
  let [loss, right] = [0, 0];
  for (let e = 0; e < n; e += 1) {
    loss += softmax(Z, e * classes, classes, p) - Z[e * classes + y[e]];
    right += highest(p, 0, classes) === y[e];
  }
  return { loss: loss / n, accuracy: right / n };
}

/**
 * After a forward pass: what these n of `all` examples add to the gradient of the mean loss, in `gradient`, a network of the same sizes.
 */
export function backward({ sizes, layers }, X, y, n, { slope }, { H, A, G, M }, gradient, { all = n, dropout = false } = {}) {
  const [last, classes] = [layers.length - 1, sizes.at(-1)];
  for (let e = 0; e < n; e += 1) { // ∂ℓ/∂Z = (softmax(Z) − onehot(y)) / all
    const row = G[last].subarray(e * classes, (e + 1) * classes);
    softmax(H[last], e * classes, classes, row);
    row[y[e]] -= 1;
    for (let c = 0; c < classes; c += 1) row[c] /= all;
  }
  for (let l = last; l >= 0; l -= 1) {
    weightGradients(l ? A[l - 1] : X, n, G[l], gradient.layers[l]);
    if (l) inputGradients(G[l], n, layers[l], H[l - 1], slope, dropout ? M[l - 1] : null, G[l - 1]);
  }
}

/** ∂ℓ/∂W = Aᵀ ∂ℓ/∂Z, and ∂ℓ/∂b, the sum of the rows of ∂ℓ/∂Z. */
function weightGradients(A, n, dZ, { rows, cols, W, b }) {
  for (let e = 0; e < n; e += 1) {
    for (let j = 0; j < cols; j += 1) b[j] += dZ[e * cols + j];
    for (let i = 0; i < rows; i += 1) {
      const a = A[e * rows + i];
      for (let j = 0; j < cols; j += 1) W[i * cols + j] += a * dZ[e * cols + j];
    }
  }
}

/** ∂ℓ/∂Z of the layer before: ∂ℓ/∂Z Wᵀ, times the mask, times g′. */
function inputGradients(dZ, n, { rows, cols, W }, H, slope, mask, before) {
  for (let e = 0; e < n; e += 1) {
    for (let i = 0; i < rows; i += 1) {
      const at = e * rows + i;
      let sum = 0;
      for (let j = 0; j < cols; j += 1) sum += dZ[e * cols + j] * W[i * cols + j];
      before[at] = (mask ? sum * mask[at] : sum) * slope(H[at]);
    }
  }
}

/** v ← β v + ∂ℓ/∂θ, with 2 λ w added for weights, and θ ← θ − η v. */
export function descend(net, gradient, velocity, { lr, lam, momentum }) {
  gradient.layers.forEach(({ W }, l) => {
    for (let k = 0; k < W.length; k += 1) W[k] += 2 * lam * net.layers[l].W[k];
  });
  for (let k = 0; k < net.theta.length; k += 1) {
    velocity[k] = momentum * velocity[k] + gradient.theta[k];
    net.theta[k] -= lr * velocity[k];
  }
}

/** Early stopping on losses[0], before training, to the last: the best epoch, where it stops, and how long it has waited; 0 never stops. */
export function stopping(losses, patience) {
  let [best, at] = [Infinity, 0];
  for (let epoch = 1; epoch < losses.length; epoch += 1) {
    if (losses[epoch] < best) [best, at] = [losses[epoch], epoch];
    if (patience && epoch - at >= patience) return { best: at, epoch, early: true };
  }
  return { best: at, epoch: losses.length - 1, early: false };
}

/** What can be changed while it trains, in the order of a row of the schedule, behind the epoch until which the row holds. */
const SETTINGS = ["lr", "lam", "keep_prob", "lr_b", "lam_b", "keep_prob_b", "batch_size", "momentum"];

/** What run "A" or "B" is trained with after so many epochs: the settings of the present, or of a row of the schedule. */
export function settingsAt(state, epoch, name) {
  const [, ...row] = state.schedule.find(([until]) => epoch < until) ?? [0, ...SETTINGS.map((each) => state[each])];
  const [lr, lam, keep_prob] = name === "A" ? row : row.slice(3);
  const [batch_size, momentum] = row.slice(6);
  return { lr, lam, keep_prob, batch_size, momentum };
}

const SETS = ["training", "validation", "test"];

/** A generator run to its end; returns what it returns. */
function throughout(steps) {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/**
 * One training, epoch by epoch. `losses` and `accuracies` have a number for each finished epoch, the first before training. What it needs
 * to go back is kept for every epoch, or for every second, fourth, …, where that is too much: the rest is trained again.
 */
export class Run {
  constructor(state, data = split(state)) {
    this.sizes = [2, ...state.layers, data.classes];
    this.state = state;
    this.data = data;
    this.g = ACTIVATIONS[state.activation];
    this.net = network(this.sizes);
    this.gradient = network(this.sizes);
    this.velocity = new Float64Array(this.net.theta.length);
    this.space = room(this.sizes, Math.max(...SETS.map((name) => data[name].n)));
    [this.batches, this.masks] = [2, 3].map((stream) => mulberry(state.seed, stream));
    start(this.net, mulberry(state.seed, 1));
    this.epoch = 0;
    [this.losses, this.accuracies] = [0, 1].map(() => Object.fromEntries(SETS.map((name) => [name, []])));
    this.kept = new Map();
    this.every = 1;
    this.record(SETS.map((name) => throughout(this.measure(name))));
  }

  /** One epoch; stops for breath after each step, and within long ones. */
  * train({ batch_size, keep_prob, ...step }) {
    const { X, y, n } = this.data.training;
    const order = this.batches.order(n);
    for (let first = 0; first < n; first += batch_size) {
      const batch = order.slice(first, first + batch_size);
      const [rows, labels] = [Float64Array.from(batch.flatMap((e) => [X[2 * e], X[2 * e + 1]])), batch.map((e) => y[e])];
      drawMasks(this.net, batch.length, keep_prob, this.masks, this.space);
      this.gradient.theta.fill(0);
      for (let from = 0; from < batch.length; from += CHUNK) {
        const to = Math.min(from + CHUNK, batch.length);
        const some = { ...this.space, M: this.space.M.map((mask, l) => mask.subarray(from * this.sizes[l + 1], to * this.sizes[l + 1])) };
        const [part, own] = [rows.subarray(2 * from, 2 * to), labels.slice(from, to)];
        forward(this.net, part, to - from, this.g, some, true);
        backward(this.net, part, own, to - from, this.g, some, this.gradient, { all: batch.length, dropout: true });
        if (to < batch.length) yield;
      }
      descend(this.net, this.gradient, this.velocity, step);
      yield;
    }
    const found = [];
    for (const name of SETS) found.push(yield* this.measure(name));
    this.epoch += 1;
    this.record(found);
  }

  /** Figures of a set, some examples at a time. */
  * measure(name) {
    const { X, y, n } = this.data[name];
    const mean = { loss: 0, accuracy: 0 };
    for (let from = 0; from < n; from += CHUNK) {
      const to = Math.min(from + CHUNK, n);
      const some = { X: X.subarray(2 * from, 2 * to), y: y.subarray(from, to), n: to - from };
      const found = figures(this.net, some, this.g, this.space);
      for (const key of Object.keys(mean)) mean[key] += (found[key] * (to - from)) / n;
      yield;
    }
    return mean;
  }

  /** Figures of the three sets, and what it takes to come back. */
  record(found) {
    found.forEach(({ loss, accuracy }, s) => {
      this.losses[SETS[s]].push(loss);
      this.accuracies[SETS[s]].push(accuracy);
    });
    if (this.epoch % this.every === 0) this.keep();
    if (this.kept.size * 2 * this.net.theta.length <= ROOM) return;
    this.every *= 2;
    for (const epoch of this.kept.keys()) if (epoch % this.every) this.kept.delete(epoch);
  }

  keep() {
    const [theta, velocity] = [this.net.theta, this.velocity].map((numbers) => numbers.slice());
    this.kept.set(this.epoch, { theta, velocity, batches: this.batches.state, masks: this.masks.state });
  }

  take(epoch, { theta, velocity, batches, masks }) {
    this.epoch = epoch;
    this.net.theta.set(theta);
    this.velocity.set(velocity);
    this.batches.state = batches;
    this.masks.state = masks;
  }

  /** What is kept of an epoch that is over; trained again from the nearest one before it, where nothing is. */
  past(epoch, settings) {
    if (!this.kept.has(epoch)) {
      const again = new Run(this.state, this.data);
      const from = max([...this.kept.keys()].filter((key) => key < epoch));
      again.take(from, this.kept.get(from));
      while (again.epoch < epoch) throughout(again.train(settings(again.epoch)));
      again.keep();
      this.kept.set(epoch, again.kept.get(epoch));
    }
    return this.kept.get(epoch);
  }

  /** Back to an epoch: what came after it is forgotten. */
  goBack(epoch, settings) {
    this.take(epoch, this.past(epoch, settings));
    for (const name of SETS) this.losses[name].length = this.accuracies[name].length = epoch + 1;
    for (const key of this.kept.keys()) if (key > epoch) this.kept.delete(key);
  }

  /** Whether it has left the numbers that a computer knows. */
  get lost() {
    return !Number.isFinite(this.losses.training.at(-1) + this.losses.validation.at(-1));
  }
}

/** Losses and accuracies after each epoch, as the page has them: for the tests. */
export function whole(state) {
  const run = new Run(state);
  while (run.epoch < state.epoch) throughout(run.train(settingsAt(state, run.epoch, "A")));
  return { losses: run.losses, accuracies: run.accuracies, theta: [...run.net.theta] };
}

// The same run as a cell of Python, with the course.

const LAYERS = { tanh: "Tanh", ReLU: "ReLU", sigmoid: "Sigmoid", identity: null };
const MAKERS = {
  moons: ({ count, noise }) => ["two_moons", `two_moons(${count}, ${noise}, rng)`],
  spirals: ({ count, noise }) => ["spirals", `spirals(${count}, 2, ${noise}, rng)`],
  circles: ({ count, noise }) => ["circles", `circles(${count}, ${noise}, rng)`],
  XOR: ({ count, noise }) => ["xor", `xor(${count}, ${noise}, rng)`],
  digits: () => ["digits_by_halves", "digits_by_halves()"],
};

/** A cell that repeats run "A" or "B", number by number. */
export function asPython(state, name) {
  const epochs = state.epoch || 100;
  const { training, validation, test, classes } = split(state);
  const ends = state.schedule.map(([until]) => until).filter((until) => until < epochs);
  const all = [0, ...ends].map((epoch) => settingsAt(state, epoch, name));
  const [{ lr, lam, keep_prob: P, momentum }] = all;
  const drops = all.some(({ keep_prob }) => keep_prob < 1);
  const sizes = all.map(({ batch_size }) => Math.min(batch_size, training.n));
  const sized = sizes.some((size) => size !== sizes[0]);
  const last = state.restore_best ? "" : ", restore_best=False";
  const early = state.patience ? `, early_stopping=EarlyStopping(${state.patience}${last})` : "";
  const drawn = state.data === "drawn";
  const [maker, call] = drawn ? [] : MAKERS[state.data](state);
  const g = LAYERS[state.activation];
  const names = ["SGD", drops && "Dropout", early && "EarlyStopping", "Linear", "Sequential", state.layers.length && g, "fit"];
  return [
    `# Playground, run ${name}: ${epochs} epochs, with the numbers that the page has drawn`,
    "# The two agree up to rounding. Where the loss jumps about from step to step, rounding grows, and after some epochs they part.",
    "import numpy as np",
    "",
    `from course import ${names.filter(Boolean).join(", ")}`,
    ...(drawn ? [] : [`from course.data import ${maker}`]),
    "from course.widgets.mulberry import Mulberry",
    "",
    `rng = Mulberry(${state.seed})`,
    ...(drawn ? [
      `X = np.array(${JSON.stringify(state.drawn.map((row) => row.slice(0, 2)))}, float)`,
      `y = np.array(${JSON.stringify(state.drawn.map((row) => row[2]))})`,
    ] : [`X, y = ${call}`]),
    `order = rng.permutation(len(y))[:${training.n + validation.n + test.n}]`,
    `training, validation, test = np.split(order, [${training.n}, ${training.n + validation.n}])`,
    "",
    `start${drops ? ", masks" : ""} = Mulberry(${state.seed}, 1)${drops ? `, Mulberry(${state.seed}, 3)` : ""}`,
    "network = Sequential(",
    ...state.layers.map((size, l) => `    Linear(${l ? state.layers[l - 1] : 2}, ${size}, start),${g ? ` ${g}(),` : ""}`
      + (drops ? ` Dropout(${P}, inverted=True, rng=masks),` : "")),
    `    Linear(${state.layers.at(-1) ?? 2}, ${classes}, start),`,
    ")",
    "# lam * sum(w**2) adds 2 * lam * w to a weight's gradient",
    `optimizer = SGD(network.parameters(), lr=${lr}, momentum=${momentum}, weight_decay=2 * ${lam})`,
    ...(sized ? [`sizes = {${sizes.map((size, k) => `${[0, ...ends][k]}: ${size}`).join(", ")}}  # after so many epochs: batch_size`] : []),
    ...(ends.length ? changing(ends, all.slice(1), drops) : []),
    "history = fit(",
    `    network, X[training], y[training], rng=Mulberry(${state.seed}, 2), optimizer=optimizer,`,
    `    batch_size=${sized ? "lambda epochs: sizes[max(end for end in sizes if end <= epochs)]" : sizes[0]},`,
    `    epochs=${epochs}, validation=(X[validation], y[validation])${early},`,
    ...(ends.length ? ["    on_epoch=change,"] : []),
    ")",
    "history",
  ].join("\n");
}

/** The settings that were changed on the way. */
function changing(ends, later, drops) {
  return [
    "",
    "changes = {  # after so many epochs: lr, momentum, lam, keep_prob",
    ...ends.map((until, k) => `    ${until}: (${later[k].lr}, ${later[k].momentum}, ${later[k].lam}, ${later[k].keep_prob}),`),
    "}",
    "",
    "",
    "def change(history):",
    "    if history.epochs in changes:",
    "        optimizer.lr, optimizer.momentum, lam, keep_prob = changes[history.epochs]",
    "        optimizer.weight_decay = 2 * lam",
    ...(drops ? [
      "        for layer in network.layers:",
      "            if isinstance(layer, Dropout):",
      "                layer.keep_prob = keep_prob",
    ] : []),
    "",
    "",
  ];
}

// What a link may say.

const LIMITS = {
  noise: [0, 0.6], count: [20, 1000], seed: [0, 9999], batch_size: [1, 512], momentum: [0, 0.99], patience: [0, 200],
  epoch: [0, MOST_EPOCHS],
  lr: [1e-4, 3], lam: [0, 1], keep_prob: [0.05, 1], lr_b: [1e-4, 3], lam_b: [0, 1], keep_prob_b: [0.05, 1],
};
const WHOLE = new Set(["count", "seed", "batch_size", "patience", "epoch"]);

/** What of a state is out of reach, and what is shown in its place: Python refuses such values, a link may hold them. */
export function mended(state) {
  const found = {};
  for (const [name, [low, high]] of Object.entries(LIMITS)) {
    const value = Math.max(low, Math.min(high, WHOLE.has(name) ? Math.round(state[name]) : state[name]));
    if (value !== state[name]) found[name] = value;
  }
  if (!Object.hasOwn(VIEWS, state.data) || (state.data === "digits" && !state.digits.length)) found.data = "moons";
  if (!Object.hasOwn(ACTIVATIONS, state.activation)) found.activation = "tanh";
  const sizes = state.layers.every((size) => Number.isInteger(size) && size > 0);
  if (!sizes || state.layers.length > MOST_LAYERS || nodesOf(state.layers) > MOST_NODES) found.layers = [8, 8];
  const isPoint = (row) => row.length === 3 && Math.max(Math.abs(row[0]), Math.abs(row[1])) <= REACH && [0, 1, 2].includes(row[2]);
  if (state.drawn.length > MOST_DRAWN || !state.drawn.every(isPoint)) found.drawn = state.drawn.filter(isPoint).slice(0, MOST_DRAWN);
  const fits = (value, name) => value >= LIMITS[name][0] && value <= LIMITS[name][1] && (!WHOLE.has(name) || Number.isInteger(value));
  const isRow = (row) => row.length === 1 + SETTINGS.length && ["epoch", ...SETTINGS].every((name, k) => fits(row[k], name));
  if (!state.schedule.every(isRow)) found.schedule = [];
  return found;
}

// The pictures. Planes and nodes are drawn on a grid, in the colours of the theme.

const FINE = 40; // values to a side of the grid, fewer for large networks
const COARSE = 24;
const LARGE = 64; // hidden nodes of such a network
const PLANE = 360; // pixels to a side of a plane
const DENSE = globalThis.devicePixelRatio > 1 ? 2 : 1; // dots of a canvas to a pixel
const NET = { width: 560, height: 330, top: 26 };
const ONE_COLUMN = 16; // nodes that stand one below the other; more stand in a block, without edges
const CLASSES = ["zero", "one", "two"];
const SHAPES = [ // of a class, around a point
  (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
  (x, y, r) => `M${x} ${y - 1.2 * r}L${x + 1.1 * r} ${y + 0.9 * r}H${x - 1.1 * r}z`,
  (x, y, r) => `M${x - 0.9 * r} ${y - 0.9 * r}h${1.8 * r}v${1.8 * r}h${-1.8 * r}z`,
];
const VIEWS = { // what is shown of the plane: a point, and how far around it
  moons: [0.5, 0.25, 2], spirals: [0, 0, 1.25], XOR: [0, 0, 2], circles: [0, 0, 1.5], digits: [0, 0, 2], drawn: [0, 0, REACH],
};

const STYLE = `
  .zero { --mark: var(--blue); } .one { --mark: var(--vermillion); } .two { --mark: var(--green); }
  .points { fill: var(--mark); stroke: var(--paper); stroke-width: 1; }
  .points.validation { fill: var(--paper); stroke: var(--mark); stroke-width: 2; }
  .points.test { fill: none; stroke: currentColor; stroke-width: 1.5; }
  .ink { color: CanvasText; } .paper { color: var(--paper); } .probe { color: var(--mark); }
  .probes { display: none; }
  .boundary { stroke: currentColor; stroke-width: 2.5; }
  canvas { display: block; width: 100%; height: 100%; }
  .edge { fill: none; stroke: var(--vermillion); stroke-opacity: .75; }
  .edge.negative { stroke: var(--blue); stroke-dasharray: 5 4; }
  .node { fill: transparent; stroke: currentColor; stroke-width: 1; }
  .node.chosen, .node.pick:hover { stroke-width: 4; }
  .training-loss, .validation-loss, .test-loss { fill: none; stroke-width: 3; }
  .training-loss { stroke: var(--blue); stroke-dasharray: 7 4; }
  .validation-loss { stroke: var(--vermillion); }
  .test-loss { stroke: currentColor; stroke-dasharray: 2 4; }
  .run-B { stroke-width: 1.6; }
  .unseen { stroke-width: 1.2; stroke-opacity: .75; }
  .waiting { fill: var(--orange); fill-opacity: .35; }
  .best { stroke: var(--green); stroke-width: 3; }
  .stop { stroke: currentColor; stroke-width: 3; stroke-dasharray: 3 4; }
  .cursor { fill: none; stroke: currentColor; stroke-width: 2; pointer-events: none; }
  .pad { fill: transparent; cursor: crosshair; touch-action: none; outline: none; }
  .pad:focus-visible { stroke: var(--blue); stroke-width: 3; }
  [hidden] { display: none !important; }
  .columns { gap: .6em 1.4em; }
  .controls { margin: 0 0 .3em; }
  .legend { font-size: .92em; gap: 0 1.2em; margin: .3em 0; }
  .sizes { display: flex; flex-wrap: wrap; gap: .3em .5em; align-items: center; }
  .sizes .sizes { display: contents; }
  .sizes input { width: 3.2em; font: inherit; color: inherit; background: transparent; border: 1px solid; border-radius: .3em; }
  .stack { gap: .15em; }
  .stack label { grid-template-columns: 5.4em minmax(0, 1fr) 3.4em; }
  .player { margin: .3em 0; }
  .player label { flex: 1; min-width: 9em; }
  .player input[type=range] { flex: 1; width: 4em; }
  table { margin: .2em 0 .4em; }
  .row { flex-wrap: nowrap; }
  .row label { min-width: 0; flex: none; }
  .row label:last-child { flex: 0 1 auto; }
  button { white-space: nowrap; }
  .beside { width: 75%; margin: 0 auto; }
  &.projector {
    table, .player { font-size: .8em; }
    :is(th, td) { padding: .1em .3em; }
    .legend { font-size: .7em; }
    .beside { width: 68%; }
  }
  pre { overflow: auto; max-height: 22em; padding: .5em; border: 1px solid currentColor; user-select: all; font-size: max(12px, .85em); }
`;

/** A canvas inside of a drawing. */
function canvasIn(parent, { x = 0, y = 0, width, height }) {
  const frameOf = document.createElementNS("http://www.w3.org/2000/svg", "foreignObject");
  parent.append(set(frameOf, { x, y, width, height }));
  return add(frameOf, "canvas", { width: DENSE * width, height: DENSE * height, "aria-hidden": "true" });
}

/** The theme's colours as numbers, and shades of them to look up: `signed` from −1 to 1, `strong[class]` from 0 to 1. */
function palette(parent) {
  const box = add(parent, "div", { class: "probes", "aria-hidden": "true" });
  const nodes = ["probe zero", "probe one", "probe two", "paper", "ink"].map((kind) => add(box, "i", { class: kind }));
  const self = { read, version: 0 };
  let known = "";
  const mix = (from, to, share) => { // as one number of four bytes, the way a canvas has them
    const [r, g, b] = from.map((part, k) => part + (to[k] - part) * share);
    return (255 << 24) | (b << 16) | (g << 8) | r;
  };
  const shades = (paper, end, most) => Int32Array.from(range(256), (k) => mix(paper, end, (most * k) / 255));
  function read() {
    const texts = nodes.map((node) => getComputedStyle(node).color);
    if (texts.join() === known) return;
    known = texts.join();
    const [zero, one, two, paper] = texts.map((text) => text.match(/[\d.]+/g).slice(0, 3).map(Number));
    Object.assign(self, { marks: texts.slice(0, 3), paper: texts[3], ink: texts[4], version: self.version + 1 });
    self.strong = [zero, one, two].map((end) => shades(paper, end, 0.6));
    self.signed = [zero, one].map((end) => shades(paper, end, 0.9));
  }
  read();
  return self;
}

/** A painter of images of a grid, pixel by pixel, to be drawn somewhere else. */
function painter() {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  let [side, data, pixels] = [0, null, null];
  return (wanted, pixel) => {
    if (side !== wanted) {
      side = canvas.width = canvas.height = wanted;
      data = new ImageData(side, side);
      pixels = new Int32Array(data.data.buffer);
    }
    for (let k = 0; k < pixels.length; k += 1) pixels[k] = pixel(k);
    context.putImageData(data, 0, 0);
    return canvas;
  };
}

const shade = (shades, share) => shades[Math.min(255, Math.round(255 * share))];
const signed = ({ signed: [below, above] }, share) => (share < 0 ? shade(below, -share) : shade(above, share));

/** Where f, given at each point of the grid, is 0: pairs of ends, from cell to cell, in units of a cell. */
export function zeroLines(f, side) {
  const lines = [];
  for (let row = 0; row < side - 1; row += 1) {
    for (let column = 0; column < side - 1; column += 1) {
      const at = row * side + column;
      const [a, b, c, d] = [f[at], f[at + 1], f[at + side + 1], f[at + side]];
      if ((a > 0) === (b > 0) && (a > 0) === (c > 0) && (a > 0) === (d > 0)) continue;
      const ends = [];
      if (a > 0 !== b > 0) ends.push([column + a / (a - b), row]);
      if (b > 0 !== c > 0) ends.push([column + 1, row + b / (b - c)]);
      if (c > 0 !== d > 0) ends.push([column + d / (d - c), row + 1]);
      if (d > 0 !== a > 0) ends.push([column, row + a / (a - d)]);
      for (let k = 0; k + 1 < ends.length; k += 2) lines.push([ends[k], ends[k + 1]]);
    }
  }
  return lines;
}

/** What a network makes of each point of a grid: `chances` of each class, and `node(layer, j)`, from −1 to 1. */
export function seenBy(net, g, space, grid) {
  const count = grid.length / 2;
  const [scores, last, classes] = [forward(net, grid, count, g, space), net.layers.length - 1, net.sizes.at(-1)];
  const chances = range(classes).map(() => new Float64Array(count));
  const p = new Float64Array(classes);
  for (let k = 0; k < count; k += 1) {
    softmax(scores, k * classes, classes, p);
    for (let c = 0; c < classes; c += 1) chances[c][k] = p[c];
  }
  const middle = g === ACTIVATIONS.sigmoid ? 0.5 : 0;
  function node(layer, j) {
    const size = net.sizes[layer];
    const values = new Float64Array(count);
    const from = layer ? space.H[layer - 1] : grid;
    let most = 1e-9;
    for (let k = 0; k < count; k += 1) {
      values[k] = from[k * size + j] - middle * (layer > 0);
      most = Math.max(most, Math.abs(values[k]));
    }
    for (let k = 0; k < count; k += 1) values[k] /= most;
    return values;
  }
  return { chances, node, last, side: Math.sqrt(count) };
}

/** How much more likely a class is than the most likely of the others, at each place. */
const leads = (chances, c) => chances[c].map((p, k) => {
  let other = 0;
  for (let d = 0; d < chances.length; d += 1) if (d !== c) other = Math.max(other, chances[d][k]);
  return p - other;
});

const STAMP = 14 * DENSE;

/** The mark of a point of a set and a class, on a canvas of its own. */
function stamp({ marks, paper, ink }, name, c) {
  const canvas = Object.assign(document.createElement("canvas"), { width: STAMP, height: STAMP });
  const brush = canvas.getContext("2d");
  const path = new Path2D(SHAPES[c](STAMP / 2, STAMP / 2, 4 * DENSE));
  const [fill, stroke, width] = { training: [marks[c], paper, 1], validation: [paper, marks[c], 2], test: [paper, ink, 2] }[name];
  Object.assign(brush, { fillStyle: fill, strokeStyle: stroke, lineWidth: width * DENSE });
  brush.fill(path);
  brush.stroke(path);
  return canvas;
}

/** A plane of two inputs: what a network says of it, the points, and room to draw some. */
function planeOf(parent, title, colours) {
  const self = chart(parent, {
    width: PLANE, height: PLANE, x: linear([-1, 1], { title: "x₁", count: 5 }), y: linear([-1, 1], { title, count: 5 }), left: 46,
  });
  const context = canvasIn(self.inside, { width: PLANE, height: PLANE }).getContext("2d");
  const size = DENSE * PLANE;
  const dots = Object.assign(document.createElement("canvas"), { width: size, height: size }); // the points, drawn once
  const brush = dots.getContext("2d");
  const paint = painter();
  let [version, stamps] = [0, null];

  function show([x, y, reach], data, withTest) {
    self.x.domain([x - reach, x + reach]);
    self.y.domain([y - reach, y + reach]);
    self.ticks();
    if (version !== colours.version) {
      version = colours.version;
      stamps = Object.fromEntries(SETS.map((name) => [name, range(3).map((c) => stamp(colours, name, c))]));
    }
    brush.clearRect(0, 0, size, size);
    for (const name of SETS.slice(0, withTest ? 3 : 2).reverse()) {
      const { X, y: labels, n } = data[name];
      for (let e = 0; e < n; e += 1) {
        const [across, down] = self.at(X[2 * e], X[2 * e + 1]).map((at) => Math.round(DENSE * at) - STAMP / 2);
        brush.drawImage(stamps[name][labels[e]], across, down);
      }
    }
  }

  /** The likeliest class at each place, the stronger the surer, or one node; and the lines between. */
  function colour({ chances, node, side }, look) {
    const cell = size / (side - 1);
    const [layer, j] = look === "classes" ? [] : look.split(".").map(Number);
    const values = layer && node(layer, j - 1);
    const fair = 1 / chances.length;
    const pixel = values ? (k) => signed(colours, values[k]) : (k) => {
      let best = 0;
      for (let c = 1; c < chances.length; c += 1) if (chances[c][k] > chances[best][k]) best = c;
      return shade(colours.strong[best], (chances[best][k] - fair) / (1 - fair));
    };
    context.drawImage(paint(side, pixel), 0.5, 0.5, side - 1, side - 1, 0, 0, size, size);
    context.beginPath();
    const several = chances.length > 2 ? range(chances.length) : [0];
    for (const f of values ? [values] : several.map((c) => leads(chances, c))) {
      for (const [[x1, y1], [x2, y2]] of zeroLines(f, side)) {
        context.moveTo(x1 * cell, y1 * cell);
        context.lineTo(x2 * cell, y2 * cell);
      }
    }
    Object.assign(context, { strokeStyle: colours.ink, lineWidth: 2.5 * DENSE });
    context.stroke();
    context.drawImage(dots, 0, 0);
  }

  function bare() {
    context.clearRect(0, 0, size, size);
    context.drawImage(dots, 0, 0);
  }

  return { ...self, show, colour, bare };
}

/** The points of a grid over a plane that shows `reach` on either side of (x, y), row by row from above. */
const gridOf = ([x, y, reach], side) => Float64Array.from(range(side * side).flatMap((k) => [
  x - reach + (2 * reach * (k % side)) / (side - 1), y + reach - (2 * reach * Math.floor(k / side)) / (side - 1),
]));

/** Where the nodes of layers of these sizes stand: their centres and sides. */
export function placesOf(sizes) {
  const [wide, high] = [NET.width / sizes.length, NET.height - NET.top - (Math.max(...sizes) > ONE_COLUMN ? 22 : 0)];
  return sizes.map((size, l) => {
    const across = size <= ONE_COLUMN ? 1 : Math.ceil(Math.sqrt((0.85 * wide * size) / high));
    const down = Math.ceil(size / across);
    const cell = Math.min(60, high / down, across > 1 ? (0.85 * wide) / across : 0.5 * wide);
    return range(size).map((j) => ({
      x: (l + 0.5) * wide + ((j % across) - (across - 1) / 2) * cell,
      y: NET.top + high / 2 + (Math.floor(j / across) - (down - 1) / 2) * cell,
      side: cell * (cell > 20 ? 0.82 : 0.9),
    }));
  });
}

/** The network: a picture of the plane for every node, and weights as edges. */
function netOf(parent, colours, pick) {
  const svg = picture(parent, { ...NET, y: -8, height: NET.height + 12, role: "img" });
  const context = canvasIn(svg, NET).getContext("2d");
  context.scale(DENSE, DENSE);
  const over = add(svg, "g");
  const paint = painter();
  let [places, boxes, known] = [[], [], ""];

  /** Frames and titles, which stay while it trains. */
  function build(sizes) {
    places = placesOf(sizes);
    over.replaceChildren();
    const titles = sizes.map((size, l) => (l === 0 ? "inputs" : l === sizes.length - 1 ? "classes" : `hidden ${l}: ${size}`));
    titles.forEach((words, l) => add(over, "text", { x: (l + 0.5) * (NET.width / sizes.length), y: 8 }, words));
    places[0].forEach(({ x, y, side }, j) => add(over, "text", { class: "last", x: x - side / 2 - 6, y: y + 5 }, ["x₁", "x₂"][j]));
    places.at(-1).forEach(({ x, y, side }, j) => {
      add(over, "path", { class: `points ${CLASSES[j]}`, d: SHAPES[j](x + side / 2 + 12, y, 7) });
    });
    if (sizes.some((size) => size > ONE_COLUMN)) {
      add(over, "text", { x: NET.width / 2, y: NET.height - 2 }, `no lines for weights: a layer has more than ${ONE_COLUMN} nodes`);
    }
    boxes = places.flatMap((layer, l) => layer.map(({ x, y, side }, j) => {
      const node = add(over, "rect", { class: "node", x: x - side / 2, y: y - side / 2, width: side, height: side });
      const name = `${l}.${j + 1}`;
      if (l && l < sizes.length - 1) {
        node.classList.add("pick");
        node.addEventListener("click", () => pick(name));
      }
      return { node, name };
    }));
  }

  /** A line for each weight: the wider the larger, dashed below 0. */
  function edges({ sizes, layers }) {
    layers.forEach(({ rows, cols, W }, l) => {
      if (Math.max(sizes[l], sizes[l + 1]) > ONE_COLUMN) return;
      for (let i = 0; i < rows; i += 1) {
        for (let j = 0; j < cols; j += 1) edge(places[l][i], places[l + 1][j], W[i * cols + j]);
      }
    });
  }
  function edge(from, to, weight) {
    context.strokeStyle = colours.marks[weight < 0 ? 0 : 1];
    context.lineWidth = Math.min(6, 0.3 + 2 * Math.abs(weight));
    context.setLineDash(weight < 0 ? [5, 4] : []);
    context.beginPath();
    context.moveTo(from.x + from.side / 2, from.y);
    context.lineTo(to.x - to.side / 2, to.y);
    context.stroke();
  }

  function draw(net, { chances, node, last, side: fine }, look) {
    if (net.sizes.join() !== known) build(net.sizes);
    known = net.sizes.join();
    context.clearRect(0, 0, NET.width, NET.height);
    edges(net);
    places.forEach((layer, l) => layer.forEach(({ x, y, side }, j) => {
      const values = l > last ? chances[j] : node(l, j);
      const image = paint(fine, l > last ? (k) => shade(colours.strong[j], values[k]) : (k) => signed(colours, values[k]));
      context.drawImage(image, x - side / 2, y - side / 2, side, side);
    }));
    for (const { node: box, name } of boxes) box.classList.toggle("chosen", name === look);
  }
  return { svg, draw };
}

/** Losses against epochs: as far as they are looked at, and beyond; where each run is best, waits, and stops. */
function lossesOf(parent) {
  const self = chart(parent, {
    width: 470, height: 165,
    x: linear([0, 20], { title: "epoch", count: 6, whole: true }), y: linear([0, 1], { title: "loss ℓ", count: 5 }),
  });
    const parts = ["A", "B"].map((name) => ({
    waiting: add(self.inside, "rect", { class: "waiting" }),
    curves: SETS.map((each) => ["", "unseen"].map((more) => add(self.inside, "path", { class: `${each}-loss ${more} run-${name}` }))),
    best: add(self.inside, "line", { class: "best" }), stop: add(self.inside, "line", { class: "stop" }),
    name: add(self.over, "text", { class: "first" }, name),
  }));
  const path = (losses, from, to) => {
    const every = Math.ceil((to - from + 1) / 400);
    const epochs = range(from, to, every).concat(to > from ? [to] : []);
    const above = 2 * self.y.domain()[1]; // where a loss is drawn that is too large, or no number
    return epochs.length ? through(epochs.map((epoch) => self.at(epoch, losses[epoch] < above ? losses[epoch] : above))) : "";
  };

  function draw(runs, withTest) {
    const end = max([20, ...runs.map(({ run }) => run.epoch)]);
    const shown = runs.flatMap(({ run }) => SETS.slice(0, withTest ? 3 : 2).flatMap((name) => run.losses[name])).filter(Number.isFinite);
    const round = 10 ** Math.floor(Math.log10(end));
    self.x.domain([0, [1, 2, 3, 5, 10].map((k) => k * round).find((most) => most >= end)]);
    self.y.domain([0, Math.min(5, Math.ceil(5 * 1.05 * max([0.5, ...shown])) / 5)]);
    self.ticks();
    const height = self.y.range()[0];
    const ends = runs.map(({ run, rule }) => Math.max(14, self.y(run.losses.validation[rule.epoch]) || 0));
    if (runs.length > 1 && Math.abs(ends[0] - ends[1]) < 16) ends[ends[0] < ends[1] ? 1 : 0] += 16; // names, one below the other
    parts.forEach((part, k) => {
      const found = runs[k];
      for (const node of [part.waiting, part.best, part.stop, part.name]) node.style.display = found ? "" : "none";
      SETS.forEach((name, s) => part.curves[s].forEach((node, unseen) => {
        const losses = found && (name !== "test" || withTest) ? found.run.losses[name] : [];
        set(node, { d: losses.length ? path(losses, ...(unseen ? [found.rule.epoch, losses.length - 1] : [0, found.rule.epoch])) : "" });
      }));
      if (!found) return;
      const [y1, y2] = runs.length > 1 ? [(k * height) / 2, ((k + 1) * height) / 2] : [0, height];
      const [best, stop] = [found.rule.best, found.rule.epoch].map((epoch) => self.x(epoch));
      set(part.waiting, { x: best, y: y1, width: found.waits ? stop - best : 0, height: y2 - y1 });
      set(part.best, { x1: best, x2: best, y1, y2 });
      set(part.stop, { x1: stop, x2: stop, y1, y2, "stroke-opacity": Number(found.rule.early) });
      set(part.name, { x: stop + 6, y: ends[k] });
      part.name.style.display = runs.length > 1 ? "" : "none";
    });
  }
  return { svg: self.svg, draw };
}

// Training, a few milliseconds at a time.

const PROBLEM = ["data", "noise", "count", "drawn", "seed", "layers", "activation"];
const BUDGET = 6; // milliseconds of training a frame
const LATE = 20; // milliseconds between two frames that are too many

/** The runs of a state. `at` is the epoch that is looked at, `reached` the one that they are trained to. */
function trainer(state) {
  let pending = null; // an epoch that has begun
  const self = {
    runs: [], data: null, at: 0,
    get reached() { return self.runs.at(-1)?.epoch ?? 0; }, // the last run is the last to end an epoch
    get begun() { return self.reached + (pending ? 1 : 0); },
    build() {
      pending = null;
      self.at = 0;
      self.data = split(state);
      const names = state.compare ? ["A", "B"] : ["A"];
      const few = self.data.test.n < 1 || !self.data.training.n;
      self.runs = few ? [] : names.map((name) => Object.assign(new Run(state, self.data), { name }));
    },
    /** One step of each batch; whether that was the last of an epoch. */
    advance() {
      pending ??= (function* () { for (const run of self.runs) yield* run.train(settingsAt(state, run.epoch, run.name)); })();
      if (!pending.next().done) return false;
      pending = null;
      return true;
    },
    /** Training for a while, until an epoch is the last. */
    work(milliseconds, last) {
      const end = performance.now() + milliseconds;
      while (performance.now() < end) {
        const over = self.advance();
        self.at = self.reached;
        if (over && last()) return;
      }
    },
    once() {
      while (!self.advance());
      self.at = self.reached;
    },
    /** Forget what came after the epoch that is looked at. */
    cut() {
      pending = null;
      for (const run of self.runs) run.goBack(self.at, (epoch) => settingsAt(state, epoch, run.name));
    },
    /** How early stopping sees each run, as far as it is looked at, and the network that it leaves. */
    seen() {
      return self.runs.map((run) => {
        const rule = stopping(run.losses.validation.slice(0, self.at + 1), state.patience);
        const epoch = rule.early && state.restore_best ? rule.best : rule.epoch;
        return { run, rule, epoch, waits: state.patience > 0 };
      });
    },
    theta({ run, rule, epoch }) {
      if (!rule.early && self.at === self.reached) return run.net.theta; // as it is in the middle of an epoch
      return run.past(epoch, (each) => settingsAt(state, each, run.name)).theta;
    },
    get lost() { return self.runs.some((run) => run.lost); },
    over: () => !self.runs.length || self.lost || self.reached >= MOST_EPOCHS || self.seen().every(({ rule }) => rule.early),
  };
  self.build();
  return self;
}

const percent = (share) => `${fixed(100 * share, 1)} %`;

/** What is seen now, in a sentence or two. */
export function sentence(state, seen, lost) {
  if (!seen.length) return "Too few points to learn from: draw at least 4, by a click or a stroke in the plane.";
  if (lost) return "The loss is no longer a number: the steps were too long. Go back, and try a smaller η.";
  const shares = ({ run, epoch }) => ["training", "validation"].map((name) => percent(run.accuracies[name][epoch]));
  const shown = ({ rule }) => (state.restore_best ? `epoch ${rule.best}, the best, is back` : "its last weights stay");
  if (seen.length > 1) {
    const each = seen.map((one) => {
      const when = one.rule.early ? `stopped after epoch ${one.rule.epoch} (${shown(one)})` : `after ${one.rule.epoch} epochs`;
      return `${one.run.name}, ${when}: ${shares(one).join(" and ")}`;
    });
    return `Training and validation points that are right: ${each.join("; ")}.`;
  }
  const [one] = seen;
  const [training, validation] = shares(one);
  const right = `${training} of the training points and ${validation} of the validation points are right`;
  if (!one.rule.early) return `After ${one.rule.epoch} epochs, ${right}.`;
  return `Stopped after epoch ${one.rule.epoch}: ${state.patience} epochs without a lower validation loss; ${shown(one)}. ${right}.`;
}

// The widget.

const NAMES = [...PROBLEM, ...SETTINGS, "patience", "restore_best", "compare", "schedule", "epoch", "look", "show_test"];
const powers = (low, high) => ({ min: low, max: high, step: 0.1 });
const toPower = (power, least) => (power <= least ? 0 : Number((10 ** power).toPrecision(2)));
const ofPower = (value, least) => (value ? Math.log10(value) : least);
const LEAST = -5; // the power of ten that stands for λ = 0

function render({ model, el }) {
  const view = frame(el, model, { name: "playground", style: STYLE, state: NAMES });
  const { state } = view;
  Object.defineProperty(state, "digits", { get: () => model.get("digits") });
  state.set(mended(state));
  const training = trainer(state);
  const screen = screenOf(view, state, training);
  let present = SETTINGS.map((name) => state[name]);
  let [own, goal, saved, drawn, cost] = [false, null, 0, 0, 0]; // own: this file is changing the state itself
  let [last, ease] = [0, 1];

  function mine(values) {
    own = true;
    state.set(values);
    own = false;
  }

  /** Frames come first: where they come late, each has less training, and fewer are drawn. */
  function budget() {
    const now = performance.now();
    ease = now - last > LATE ? Math.min(8, 1.3 * ease) : Math.max(1, 0.97 * ease);
    last = now;
    return BUDGET / ease;
  }

  /** Draw, unless drawing takes too large a part of the time. */
  function draw(now = performance.now(), must = true) {
    const rest = matchMedia("(prefers-reduced-motion: reduce)").matches ? 500 : 2 * ease * cost;
    if (!must && now - drawn < rest) return;
    screen.draw(play.running() && !must);
    cost = performance.now() - now;
    drawn = now;
  }

  const save = () => state.epoch !== training.at && mine({ epoch: training.at });

  /** Training goes on from the epoch that is looked at, with the settings of the present. */
  function resume() {
    goal = null;
    if (training.at === training.reached) return;
    const rows = state.schedule.map(([until, ...row]) => [Math.min(until, training.at), ...row]);
    training.cut();
    mine({ schedule: rows.filter(([until], k) => until > (rows[k - 1]?.[0] ?? 0)) });
  }

  const play = player(view, screen.bar, {
    step() {
      if (training.over()) return false;
      resume();
      if (play.running()) training.work(budget(), training.over);
      else training.once();
      const more = !training.over();
      draw(performance.now(), !play.running() || !more);
      if (!play.running() || performance.now() - saved > 1000) {
        saved = performance.now();
        save();
      }
      return more;
    },
    reset() {
      training.at = 0;
      training.cut();
      mine({ schedule: [], epoch: 0 });
      draw();
    },
    each(running) {
      if (running) return;
      save();
      draw();
    },
  });
  screen.bar.prepend(play.bar);

  /** To an epoch: back at once, or forward as fast as the frames allow. */
  function seek(epoch) {
    play.pause();
    goal = null;
    if (epoch <= training.reached) training.at = epoch;
    else {
      goal = epoch;
      requestAnimationFrame(follow);
    }
  }
  function follow() {
    if (goal === null || !view.root.isConnected || !training.runs.length || training.lost) return;
    training.work(budget(), () => training.reached >= goal);
    draw(performance.now(), training.reached >= goal);
    if (training.reached < goal) requestAnimationFrame(follow);
    else goal = null;
  }

  /** A setting was changed while it trained: the epochs before keep those that they had. */
  function note(names) {
    const before = present;
    present = SETTINGS.map((name) => state[name]);
    if (names.has("schedule") || !SETTINGS.some((name) => names.has(name))) return;
    if (training.begun > (state.schedule.at(-1)?.[0] ?? 0)) mine({ schedule: [...state.schedule, [training.begun, ...before]] });
  }

  state.watch((names) => {
    if (own) return;
    mine(mended(state));
    const has = (...list) => list.some((name) => names.has(name));
    if (has(...PROBLEM)) {
      play.pause();
      training.build();
      mine({ ...(has("schedule") ? {} : { schedule: [] }), ...(has("epoch") ? {} : { epoch: 0 }) });
    } else if (has("compare", "schedule") || (has("epoch") && has(...SETTINGS))) training.build(); // the last is a preset
    note(names);
    if (state.epoch !== training.at && has(...PROBLEM, "compare", "schedule", "epoch")) seek(state.epoch);
    draw();
  });
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const again = () => draw();
  dark.addEventListener("change", again);
  view.closing(() => dark.removeEventListener("change", again));
  if (state.epoch) seek(state.epoch);
  draw();
  return view.close;
}

/** All that is seen: planes, network, losses, controls, texts. `draw` shows the state of the training. */
function screenOf(view, state, training) {
  const [left, middle, side] = columns(view.body, 0.9, 1.2, 1);
  left.classList.add("picture");
  const colours = palette(view.root);
  const pick = (name) => state.set({ look: state.look === name ? "classes" : name });
  const planes = [planeOf(left, "x₂, run A", colours)];
  const shape = add(middle, "div", { class: "aside" });
  const net = add(middle, "div");
  const graph = netOf(net, colours, pick);
  const other = add(middle, "div", { class: "beside" });
  planes.push(planeOf(other, "x₂, run B", colours));
  const losses = lossesOf(middle);
  const bar = add(left, "div", { class: "player-row" });
  const controls = controlsOf(state, training, { left, shape, side, bar });
  const say = status(side);
  const numbers = add(side, "div", { class: "numbers" });
  exporting(side, view.body, state);
  legends(view.body);
  brushOf(left, planes[0], state);
  let [known, told, grid, space, data, turn] = ["", 0, null, null, null, 0];

  /** What stays while it trains: the points, the grid, and the room to pass it through the network. */
  function place() {
    const key = [state.data, state.show_test, state.compare, colours.version].join();
    if (known === key && data === training.data) return;
    [known, data] = [key, training.data];
    const sizes = [2, ...state.layers, data.classes];
    const side = nodesOf(state.layers) > LARGE ? COARSE : FINE;
    grid = gridOf(VIEWS[state.data], side);
    space = room(sizes, side * side);
    for (const plane of planes.slice(0, state.compare ? 2 : 1)) plane.show(VIEWS[state.data], data, state.show_test || state.data === "drawn");
  }

  function draw(running) {
    colours.read();
    place();
    const seen = training.seen();
    net.hidden = seen.length > 1;
    other.hidden = seen.length < 2;
    if (!seen.length) planes[0].bare();
    seen.forEach((each, k) => {
      const shown = network(each.run.sizes, training.theta(each));
      const found = seenBy(shown, each.run.g, space, grid);
      const [layer, node] = state.look.split(".").map(Number);
      planes[k].colour(found, layer && node <= (state.layers[layer - 1] ?? 0) ? state.look : "classes");
      if (seen.length < 2 && (turn || !running)) graph.draw(shown, found, state.look);
    });
    turn = 1 - turn; // the network at every other picture
    losses.draw(seen, state.show_test);
    if (!running || performance.now() - told > 250) {
      told = performance.now();
      controls.show();
      tell(seen, running);
    }
  }

  /** Numbers and words; while it runs, screen readers are left in peace. */
  function tell(seen, running) {
    const words = sentence(state, seen, training.lost);
    set(side.querySelector(".status"), { "aria-live": running ? "off" : "polite" });
    say(words);
    numbers.replaceChildren();
    if (seen.length) figuresTable(numbers, state, seen);
    planes.forEach((plane, k) => describe(plane.svg, `The plane of two inputs, run ${"AB"[k]}. ${words}`));
    describe(graph.svg, `A network of ${[2, ...state.layers, training.data.classes].join(", ")} nodes: what each makes of the plane.`);
    const best = seen.map(({ run, rule }) => `run ${run.name}: lowest validation loss at epoch ${rule.best} of ${rule.epoch}`);
    describe(losses.svg, `Losses against epochs. ${best.join("; ")}`);
  }

  predict(view, {
    words: "how many of 100 validation points run A has right",
    truth: () => 100 * (training.seen()[0]?.run.accuracies.validation[training.seen()[0].epoch] ?? NaN),
    nodes: [numbers, side.querySelector(".status"), losses.svg],
  });
  return { bar, draw };
}

/** Losses and shares of right points, a row for each run. */
function figuresTable(parent, state, seen) {
  const sets = SETS.slice(0, state.show_test ? 3 : 2);
  table(parent, {
    label: "Losses, and shares of right points",
    head: ["run", "epoch", "best", ...sets.map((name) => (name === "validation" ? "valid." : name === "training" ? "train" : name))],
    rows: seen.map(({ run, rule, epoch }) => [run.name, epoch, rule.best,
      ...sets.map((name) => [fixed(run.losses[name][epoch], 3), percent(run.accuracies[name][epoch])])]),
  });
}

function legends(parent) {
  legend(parent, [
    ["dot", "points training zero", "class 0"], ["triangle", "points training one", "class 1"], ["area", "points training two", "class 2"],
    ["dot", "points validation zero", "validation"], ["dot", "points test", "test"], ["line", "boundary", "boundary, or a node at 0"],
    ["line", "edge", "weight above 0"], ["line", "edge negative", "weight below 0"],
    ["line", "training-loss", "training loss"], ["line", "validation-loss", "validation loss"], ["line", "test-loss", "test loss"],
    ["line", "validation-loss run-B", "of run B: thin"],
    ["line", "best", "best epoch"], ["area", "waiting", "waiting"], ["line", "stop", "stopped"],
  ]);
}

/** A cell of Python for the run, to copy. */
function exporting(parent, below, state) {
  const show = button(parent, "Export as Python", async () => {
    const text = (state.compare ? ["A", "B"] : ["A"]).map((name) => asPython(state, name)).join("\n\n\n");
    await navigator.clipboard?.writeText(text).catch(() => {}); // where it may not, it is shown, to copy by hand
    code.textContent = text;
    code.hidden = false;
  });
  show.classList.add("aside");
  const code = add(below, "pre", { class: "aside", hidden: "", tabindex: 0, "aria-label": "The run in Python" });
  state.watch(() => { code.hidden = true; });
}

/** All that can be set. `show` puts every control where the state is. */
function controlsOf(state, training, { left, shape, side, bar }) {
  const shows = [];
  const number = (parent, title, limits, name, { to = (x) => x, from = (x) => x, text = (x) => fixed(x) } = {}) => {
    const control = slider(parent, title, limits, (x) => state.set({ [name]: to(x) }));
    shows.push(() => {
      control.input.value = from(state[name]);
      control.show(text(state[name]));
    });
    return control;
  };
  const tick = (parent, words, name) => {
    const box = checkbox(parent, words, (on) => state.set({ [name]: on }));
    shows.push(() => { box.checked = state[name]; });
    return box.parentElement;
  };
  const short = (x) => String(Number(x.toPrecision(2)));
  const log = (least) => ({ to: (x) => toPower(x, least), from: (x) => ofPower(x, least), text: short });
  const whole = { text: (x) => String(x) };

  const rewind = slider(bar, "epoch", { min: 0, max: 1, step: 1 }, (epoch) => state.set({ epoch }));
  shows.push(() => {
    rewind.input.max = Math.max(1, training.reached);
    rewind.input.value = training.at;
    rewind.show(String(training.at));
  });

  const learning = stack(side);
  number(learning, "λ (L2)", powers(LEAST, 0), "lam", log(LEAST));
  number(learning, "P (keep)", { min: 0.05, max: 1, step: 0.05 }, "keep_prob");
  number(learning, "η (rate)", powers(-4, 0.5), "lr", log(-9));
  number(learning, "patience", { min: 0, max: 100, step: 1 }, "patience", { text: (x) => (x ? String(x) : "off") });
  const ofB = [
    number(learning, "λ of B", powers(LEAST, 0), "lam_b", log(LEAST)),
    number(learning, "P of B", { min: 0.05, max: 1, step: 0.05 }, "keep_prob_b"),
    number(learning, "η of B", powers(-4, 0.5), "lr_b", log(-9)),
  ].map(({ input }) => input.parentElement);
  shows.push(() => ofB.forEach((label) => { label.hidden = !state.compare; }));
  number(learning, "batch size", { min: 0, max: 9, step: 1 }, "batch_size", { to: (x) => 2 ** x, from: Math.log2, ...whole });
  number(learning, "momentum", { min: 0, max: 0.95, step: 0.05 }, "momentum");
  const switches = add(side, "div", { class: "controls aside" });
  tick(switches, "restore best", "restore_best");
  tick(switches, "run B beside", "compare");
  tick(switches, "open the test set", "show_test");

  const kinds = add(left, "div", { class: "aside" });
  const row = add(kinds, "div", { class: "controls row" });
  const data = choice(row, "Data", Object.keys(VIEWS).map((name) => [name, name]), state.data, (name) => state.set({ data: name }));
  shows.push(() => { data.value = state.data; });
  const making = stack(kinds);
  const made = [
    number(making, "noise", { min: 0, max: 0.6, step: 0.01 }, "noise"),
    number(making, "points", { min: 20, max: 1000, step: 20 }, "count", whole),
  ];
  shows.push(() => {
    data.querySelector("[value=digits]").disabled = !state.digits.length;
    made[0].input.disabled = ["digits", "drawn"].includes(state.data);
    made[1].input.disabled = state.data === "drawn";
  });
  number(making, "seed", { min: 0, max: 50, step: 1 }, "seed", whole);
  shapeOf(shape, row, state, shows);
  return { show: () => shows.forEach((show) => show()) };
}

/** Activation, layers and nodes, and what the plane shows. */
function shapeOf(parent, row, state, shows) {
  const sizes = add(parent, "div", { class: "controls sizes", role: "group", "aria-label": "Hidden layers" });
  const activations = Object.keys(ACTIVATIONS).map((name) => [name, name]);
  const activation = choice(sizes, "g", activations, state.activation, (name) => state.set({ activation: name }));
  const fields = add(sizes, "div", { class: "sizes" });
  const look = choice(row, "Plane", [], "classes", (name) => state.set({ look: name }));
  let known = "";
  shows.push(() => {
    activation.value = state.activation;
    if (known !== state.layers.join()) layers();
    known = state.layers.join();
    look.value = state.look;
    if (!look.value) look.value = "classes"; // a node that is no more
  });

  function layers() {
    fields.replaceChildren();
    add(fields, "span", {}, "nodes a layer");
    state.layers.forEach((size, l) => {
      const most = MOST_NODES - nodesOf(state.layers) + size;
      const name = `nodes of hidden layer ${l + 1}`;
      const field = add(fields, "input", { type: "number", min: 1, max: most, step: 1, value: size, "aria-label": name });
      field.addEventListener("change", () => {
        const wanted = Math.max(1, Math.min(most, Math.round(field.value) || 1));
        field.value = wanted;
        state.set({ layers: state.layers.with(l, wanted) });
      });
    });
    const total = nodesOf(state.layers);
    const more = button(fields, "+", () => state.set({ layers: [...state.layers, Math.min(4, MOST_NODES - total)] }));
    more.disabled = state.layers.length >= MOST_LAYERS || total >= MOST_NODES;
    const less = button(fields, "−", () => state.set({ layers: state.layers.slice(0, -1) }));
    less.disabled = !state.layers.length;
    describe(more, "add a hidden layer");
    describe(less, "remove the last hidden layer");
    look.replaceChildren();
    add(look, "option", { value: "classes" }, "classes");
    state.layers.forEach((size, l) => range(size).forEach((j) => {
      add(look, "option", { value: `${l + 1}.${j + 1}` }, `node ${l + 1}.${j + 1}`);
    }));
  }
}

/** Points drawn into the plane, by pointer, or by arrows and Enter. */
function brushOf(parent, plane, state) {
  const tools = add(parent, "div", { class: "controls" });
  let [label, cursor] = ["0", [0, 0]];
  choice(tools, "Draw class", [["0", "0 ●"], ["1", "1 ▲"], ["2", "2 ■"]], label, (value) => { label = value; });
  button(tools, "Undo", () => state.set({ drawn: state.drawn.slice(0, -1) }));
  button(tools, "Clear", () => state.set({ drawn: [] }));
  const pad = add(plane.over, "rect", { class: "pad", width: PLANE, height: PLANE, tabindex: 0, role: "application",
    "aria-label": "Draw points: arrows move, Enter draws" });
  const cross = add(plane.over, "path", { class: "cursor" });
  const show = () => {
    const on = state.data === "drawn";
    tools.hidden = !on;
    for (const node of [pad, cross]) node.style.display = on ? "" : "none";
    const [x, y] = plane.at(...cursor);
    set(cross, { d: `M${x - 9} ${y}h18M${x} ${y - 9}v18` });
  };
  const inside = (value) => Math.max(-REACH, Math.min(REACH, Math.round(100 * value) / 100));
  function dot() {
    const [last] = state.drawn.slice(-1);
    if (state.drawn.length >= MOST_DRAWN || (last && Math.hypot(last[0] - cursor[0], last[1] - cursor[1]) < 0.08)) return;
    state.set({ drawn: [...state.drawn, [...cursor, Number(label)]] });
  }
  const draw = (event) => {
    const [x, y] = pointIn(plane.svg, event);
    cursor = [inside(plane.x.invert(x)), inside(plane.y.invert(y))];
    dot();
    show();
  };
  onDrag(pad, { begin: draw, move: draw });
  onArrows(pad, (right, down) => {
    cursor = [inside(cursor[0] + 0.1 * right), inside(cursor[1] - 0.1 * down)];
    show();
  });
  pad.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    dot();
  });
  state.watch(show);
  show();
}

export default { render };

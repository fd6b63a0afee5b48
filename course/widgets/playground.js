// A small network that learns in the browser: data, forward pass, gradients, steps, dropout, early stopping; and the course's Python for it.

const {
  add, button, chart, checkbox, choice, columns, describe, facts, fixed, frame, heading, legend, linear, max, onArrows, onDrag, onPress, picture,
  player, pointIn, predict, range, rule, set, slider, stack, status, through,
} = kit;

// The mathematics. Arrays of numbers are flat, row by row.

const STEP = 0x6d2b79f5;
const STREAMS = 4;
const MOST_NODES = 200;
const MOST_EPOCHS = 5000;
const ROOM = 4e6; // numbers that a run may keep of its past

/** mulberry32: numbers in [0, 1), the same as those of `Mulberry` in playground.py. A stream for each purpose leaves the others as they are. */
export function mulberry(seed, stream = 0) {
  const self = {
    state: (STREAMS * seed + stream) | 0,
    random() {
      self.state = (self.state + STEP) | 0;
      let t = Math.imul(self.state ^ (self.state >>> 15), self.state | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    },
    normal() {
      const [first, second] = [self.random(), self.random()];
      return Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second);
    },
    order(n) {
      const keys = Float64Array.from({ length: n }, self.random);
      return range(n).sort((i, j) => keys[i] - keys[j]);
    },
  };
  return self;
}

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

const examples = (rows) => ({ n: rows.length, X: Float64Array.from(rows.flatMap(([x, y]) => [x, y])), y: Uint8Array.from(rows, (row) => row[2]) });

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

/** Layers of these sizes, inputs first, over one array θ of all their numbers: W is (rows, cols), b (cols). */
export function network(sizes, theta = new Float64Array(range(1, sizes.length).reduce((sum, l) => sum + (sizes[l - 1] + 1) * sizes[l], 0))) {
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

/** Z = A W + b, H = g(Z), A = H or, with dropout, H times the mask; returns the last Z, the scores. */
export function forward({ layers }, X, n, { g }, { H, A, M }, dropout = false) {
  let before = X;
  layers.forEach(({ rows, cols, W, b }, l) => {
    const Z = H[l];
    for (let e = 0; e < n; e += 1) {
      for (let j = 0; j < cols; j += 1) Z[e * cols + j] = b[j];
      for (let i = 0; i < rows; i += 1) {
        const a = before[e * rows + i];
        for (let j = 0; j < cols; j += 1) Z[e * cols + j] += a * W[i * cols + j];
      }
    }
    if (l === layers.length - 1) return;
    for (let k = 0; k < n * cols; k += 1) {
      Z[k] = g(Z[k]);
      A[l][k] = dropout ? Z[k] * M[l][k] : Z[k];
    }
    before = A[l];
  });
  return H.at(-1);
}

/** The probabilities of one row of scores, into `p`; returns log Σ exp z. */
function softmax(Z, at, classes, p) {
  let [most, total] = [-Infinity, 0];
  for (let c = 0; c < classes; c += 1) most = Math.max(most, Z[at + c]);
  for (let c = 0; c < classes; c += 1) total += p[c] = Math.exp(Z[at + c] - most);
  for (let c = 0; c < classes; c += 1) p[c] /= total;
  return most + Math.log(total);
}

/** The mean of −log p[label], and the share of the examples whose own class has the highest score. */
export function figures(net, { X, y, n }, g, space) {
  const [Z, classes] = [forward(net, X, n, g, space), net.sizes.at(-1)];
  const p = new Float64Array(classes);
  let [loss, right] = [0, 0];
  for (let e = 0; e < n; e += 1) {
    loss += softmax(Z, e * classes, classes, p) - Z[e * classes + y[e]];
    right += p.indexOf(Math.max(...p)) === y[e];
  }
  return { loss: loss / n, accuracy: right / n };
}

/** After a forward pass: the gradient of the mean loss of n examples, into `gradient`, a network of the same sizes. */
export function backward({ sizes, layers }, X, y, n, { slope }, { H, A, G, M }, gradient, dropout = false) {
  const [last, classes] = [layers.length - 1, sizes.at(-1)];
  for (let e = 0; e < n; e += 1) { // ∂ℓ/∂Z = (softmax(Z) − onehot(y)) / n
    const row = G[last].subarray(e * classes, (e + 1) * classes);
    softmax(H[last], e * classes, classes, row);
    row[y[e]] -= 1;
    for (let c = 0; c < classes; c += 1) row[c] /= n;
  }
  gradient.theta.fill(0);
  for (let l = last; l >= 0; l -= 1) {
    const [{ rows, cols, W }, into, before, dZ, dA] = [layers[l], gradient.layers[l], l ? A[l - 1] : X, G[l], l ? G[l - 1] : null];
    for (let e = 0; e < n; e += 1) {
      for (let j = 0; j < cols; j += 1) into.b[j] += dZ[e * cols + j];
      for (let i = 0; i < rows; i += 1) {
        const [at, a] = [e * rows + i, before[e * rows + i]];
        let sum = 0;
        for (let j = 0; j < cols; j += 1) {
          into.W[i * cols + j] += a * dZ[e * cols + j];
          sum += dZ[e * cols + j] * W[i * cols + j];
        }
        if (dA) dA[at] = sum * (dropout ? M[l - 1][at] : 1) * slope(H[l - 1][at]); // ∂ℓ/∂Z of the layer before
      }
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

/** lr, lam and keep_prob of run "A" or "B" after so many epochs: those of the present, or of a row of the schedule. */
export function settingsAt(state, epoch, name) {
  const at = name === "A" ? 1 : 4;
  const row = state.schedule.find(([until]) => epoch < until);
  if (row) return { lr: row[at], lam: row[at + 1], keep_prob: row[at + 2] };
  const own = name === "A" ? ["lr", "lam", "keep_prob"] : ["lr_b", "lam_b", "keep_prob_b"];
  return { lr: state[own[0]], lam: state[own[1]], keep_prob: state[own[2]] };
}

const SETS = ["training", "validation", "test"];

/**
 * One training, epoch by epoch. `losses` and `accuracies` have a number for each finished epoch, the first before training. What it needs
 * to go back is kept for every epoch, or for every second, fourth, …, where that is too much: the rest is trained again.
 */
export class Run {
  constructor(state, data = split(state)) {
    this.sizes = [2, ...state.layers, data.classes];
    this.state = state;
    this.data = data;
    this.batch = Math.min(state.batch_size, data.training.n);
    this.momentum = state.momentum;
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
    this.record();
  }

  /** One epoch; stops for breath after each step. */
  * train({ lr, lam, keep_prob }) {
    const { X, y, n } = this.data.training;
    const order = this.batches.order(n);
    for (let first = 0; first < n; first += this.batch) {
      const batch = order.slice(first, first + this.batch);
      const [rows, labels] = [Float64Array.from(batch.flatMap((e) => [X[2 * e], X[2 * e + 1]])), batch.map((e) => y[e])];
      drawMasks(this.net, batch.length, keep_prob, this.masks, this.space);
      forward(this.net, rows, batch.length, this.g, this.space, true);
      backward(this.net, rows, labels, batch.length, this.g, this.space, this.gradient, true);
      descend(this.net, this.gradient, this.velocity, { lr, lam, momentum: this.momentum });
      yield;
    }
    this.epoch += 1;
    this.record();
  }

  /** Figures of the three sets, and what it takes to come back. */
  record() {
    for (const name of SETS) {
      const { loss, accuracy } = figures(this.net, this.data[name], this.g, this.space);
      this.losses[name].push(loss);
      this.accuracies[name].push(accuracy);
    }
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
      while (again.epoch < epoch) for (const _ of again.train(settings(again.epoch)));
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
  while (run.epoch < state.epoch) for (const _ of run.train(settingsAt(state, run.epoch, "A")));
  return { losses: run.losses, accuracies: run.accuracies, theta: [...run.net.theta] };
}

function render() {}

export default { render };

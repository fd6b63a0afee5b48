// The network: its numbers, the passes forward and back, and a step. Arrays of numbers are flat, row by row.

const { range } = kit;

/** Activations a = g(z), and their slopes g′(z) as functions of a. */
export const ACTIVATIONS = {
  tanh: { g: Math.tanh, slope: (a) => 1 - a * a },
  ReLU: { g: (z) => (z > 0 ? z : 0), slope: (a) => (a > 0 ? 1 : 0) },
  sigmoid: { g: (z) => 1 / (1 + Math.exp(-z)), slope: (a) => a * (1 - a) },
  identity: { g: (z) => z, slope: () => 1 },
};

export const nodesOf = (layers) => layers.reduce((sum, size) => sum + size, 0);

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
export function softmax(Z, at, classes, p) {
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

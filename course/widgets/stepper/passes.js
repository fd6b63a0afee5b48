// The passes over a graph, forward and back, and a step. An operation has a value, and a slope towards each parent; a node of the notes'
// kind has weights and a bias, `w`.

const { sigmoid } = kit;

export const ACTIVATIONS = {
  linear: { value: (z) => z, slope: () => 1 },
  tanh: { value: Math.tanh, slope: (z) => 1 - Math.tanh(z) ** 2 },
  sigmoid: { value: sigmoid, slope: (z) => Math.exp(-Math.abs(z)) / (1 + Math.exp(-Math.abs(z))) ** 2 },
  relu: { value: (z) => Math.max(z, 0), slope: (z) => (z > 0 ? 1 : 0) },
  square: { value: (z) => z * z, slope: (z) => 2 * z },
};
export const FUNCTIONS = {
  exp: { value: Math.exp, slope: Math.exp },
  log: { value: Math.log, slope: (a) => 1 / a },
  sin: { value: Math.sin, slope: Math.cos },
  cos: { value: Math.cos, slope: (a) => -Math.sin(a) },
  tanh: ACTIVATIONS.tanh, sigmoid: ACTIVATIONS.sigmoid, relu: ACTIVATIONS.relu,
  "-": { value: (a) => -a, slope: () => -1 },
};
const SIGNS = {
  "+": { value: (a, b) => a + b, slopes: () => [1, 1] },
  "-": { value: (a, b) => a - b, slopes: () => [1, -1] },
  "*": { value: (a, b) => a * b, slopes: (a, b) => [b, a] },
  "/": { value: (a, b) => a / b, slopes: (a, b) => [1 / b, -a / b ** 2] },
  "**": { value: (a, p) => a ** p, slopes: (a, p) => [p ? p * a ** (p - 1) : 0] },
};

/** The value of an operation on these operands, and its slope towards each. An operation may end in a number: "* 0.5", "** 2". */
function applied(op, operands) {
  const [sign, number] = op.split(" ");
  const { value, slope } = (operands.length === 1 && FUNCTIONS[op]) || {};
  if (value) return { value: value(...operands), slopes: [slope(...operands)] };
  const all = number === undefined ? operands : [...operands, Number(number)];
  return { value: SIGNS[sign].value(...all), slopes: SIGNS[sign].slopes(...all).slice(0, operands.length) };
}

/** z = Σ w · operand + b, where the bias stands last in w. */
export const weighted = (w, operands) => operands.reduce((sum, operand, k) => sum + w[k] * operand, w.at(-1));

export const isLeaf = ({ op }) => op === "input" || op === "constant";

/** The forward pass: the value of each node, and its slope towards each parent. */
export function forward(nodes, inputs, w = []) {
  const values = [];
  const slopes = nodes.map((node, v) => {
    const operands = node.parents.map((u) => values[u]);
    if (isLeaf(node)) {
      values.push((node.op === "input" ? inputs[node.name] : undefined) ?? node.value);
      return [];
    }
    if (!node.w) {
      const found = applied(node.op, operands);
      values.push(found.value);
      return found.slopes;
    }
    const own = w[v]?.length ? w[v] : node.w;
    const z = weighted(own, operands);
    values.push(ACTIVATIONS[node.op].value(z));
    return operands.map((_, k) => ACTIVATIONS[node.op].slope(z) * own[k]);
  });
  return { values, slopes };
}

/** Γ(u): each v that uses u, as its operand k, with ∂v/∂u; one that uses it twice is there twice. */
export const gamma = (nodes, slopes, u) => nodes.flatMap(({ parents }, v) => (
  parents.flatMap((used, k) => (used === u ? [{ v, k, slope: slopes[v][k] }] : []))
));

/** The backward pass: ∂ℓ/∂u = Σ ∂ℓ/∂v · ∂v/∂u over v in Γ(u), from the last node, ℓ, to the first. */
export function backward(nodes, slopes) {
  const gradients = nodes.map(() => 0);
  gradients[nodes.length - 1] = 1;
  for (let u = nodes.length - 2; u >= 0; u -= 1) {
    gradients[u] = gamma(nodes, slopes, u).reduce((sum, { v, slope }) => sum + gradients[v] * slope, 0);
  }
  return gradients;
}

/** ∂ℓ/∂w for each weight of v, and last ∂ℓ/∂b. */
export function weightGradients(nodes, values, gradients, v, own) {
  const operands = nodes[v].parents.map((u) => values[u]);
  const share = gradients[v] * ACTIVATIONS[nodes[v].op].slope(weighted(own, operands));
  return [...operands.map((operand) => share * operand), share];
}

/** A step of gradient descent, w − η ∂ℓ/∂w, for the inputs that are parameters and, perhaps, every weight and bias. */
export function descended(nodes, inputs, w, { rate, parameters, weights }) {
  const { values, slopes } = forward(nodes, inputs, w);
  const gradients = backward(nodes, slopes);
  const less = (number, slope) => number - rate * slope;
  const moved = { ...inputs };
  nodes.forEach(({ op, name }, v) => {
    if (op === "input" && parameters.includes(name)) moved[name] = less(inputs[name], gradients[v]);
  });
  const lighter = nodes.map((node, v) => (
    weights && node.w ? weightGradients(nodes, values, gradients, v, w[v]).map((slope, k) => less(w[v][k], slope)) : w[v]
  ));
  return { values: moved, w: lighter, loss: forward(nodes, moved, lighter).values.at(-1) };
}

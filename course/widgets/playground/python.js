// The same run as a cell of Python, with the course.

import { split } from "./data.js";
import { settingsAt } from "./run.js";

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

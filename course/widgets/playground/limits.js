// How large everything may be, and what a link may say.

import { REACH, VIEWS } from "./data.js";
import { ACTIVATIONS, nodesOf } from "./network.js";
import { SETTINGS } from "./run.js";

export const [MOST_LAYERS, MOST_NODES, MOST_DRAWN] = [4, 200, 500];
export const MOST_EPOCHS = 5000;

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

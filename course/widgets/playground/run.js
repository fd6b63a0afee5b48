// One training, epoch by epoch: its settings, its losses, and what it takes to go back.

import { split } from "./data.js";
import { ACTIVATIONS, backward, descend, drawMasks, figures, forward, network, room, start } from "./network.js";

const { max, mulberry } = kit;

const CHUNK = 64; // examples between two looks at the clock
const ROOM = 4e6; // numbers that a run may keep of its past

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
export const SETTINGS = ["lr", "lam", "keep_prob", "lr_b", "lam_b", "keep_prob_b", "batch_size", "momentum"];

/** What run "A" or "B" is trained with after so many epochs: the settings of the present, or of a row of the schedule. */
export function settingsAt(state, epoch, name) {
  const [, ...row] = state.schedule.find(([until]) => epoch < until) ?? [0, ...SETTINGS.map((each) => state[each])];
  const [lr, lam, keep_prob] = name === "A" ? row : row.slice(3);
  const [batch_size, momentum] = row.slice(6);
  return { lr, lam, keep_prob, batch_size, momentum };
}

export const SETS = ["training", "validation", "test"];

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

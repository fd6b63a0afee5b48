// The runs that are watched, trained a few milliseconds at a time.

import { split } from "./data.js";
import { MOST_EPOCHS } from "./limits.js";
import { Run, settingsAt, stopping } from "./run.js";

/** The runs of a state. `at` is the epoch that is looked at, `reached` the one that they are trained to. */
export function trainer(state) {
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

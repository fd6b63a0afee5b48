// What is said of the training, in words and numbers.

import { SETS } from "./run.js";

const { fixed, legend, table } = kit;

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

/** Losses and shares of right points, a row for each run. */
export function figuresTable(parent, state, seen) {
  const sets = SETS.slice(0, state.show_test ? 3 : 2);
  table(parent, {
    label: "Losses, and shares of right points",
    head: ["run", "epoch", "best", ...sets.map((name) => (name === "validation" ? "valid." : name === "training" ? "train" : name))],
    rows: seen.map(({ run, rule, epoch }) => [run.name, epoch, rule.best,
      ...sets.map((name) => [fixed(run.losses[name][epoch], 3), percent(run.accuracies[name][epoch])])]),
  });
}

export function legends(parent) {
  legend(parent, [
    ["dot", "points training zero", "class 0"], ["triangle", "points training one", "class 1"], ["area", "points training two", "class 2"],
    ["dot", "points validation zero", "validation"], ["dot", "points test", "test"], ["line", "boundary", "boundary, or a node at 0"],
    ["line", "edge", "weight above 0"], ["line", "edge negative", "weight below 0"],
    ["line", "training-loss", "training loss"], ["line", "validation-loss", "validation loss"], ["line", "test-loss", "test loss"],
    ["line", "validation-loss run-B", "of run B: thin"],
    ["line", "best", "best epoch"], ["area", "waiting", "waiting"], ["line", "stop", "stopped"],
  ]);
}

// Early stopping: the curves are given, and the rule moves along them.

const {
  add, chart, checkbox, columns, describe, facts, fixed, frame, heading, legend, linear, max, min, player, predict, range, rule, set, slider,
  stack, status, through,
} = kit;

/** Where the rule stops, and its best epoch, counted from 1; it stops at the last epoch at the latest, which is not `early`. */
export function stop(losses, patience, minDelta) {
  let [best, at] = [Infinity, 0];
  for (let epoch = 1; epoch <= losses.length; epoch += 1) {
    if (losses[epoch - 1] < best - minDelta) [best, at] = [losses[epoch - 1], epoch];
    if (epoch - at >= patience) return { stopped: epoch, best: at, early: true };
  }
  return { stopped: losses.length, best: at, early: false };
}

const STYLE = `
  .training, .validation { fill: none; stroke-width: 3.5; }
  .training { stroke: var(--blue); }
  .validation { stroke: var(--vermillion); stroke-dasharray: 9 5; }
  .unseen { stroke-width: 1.5; }
  &.guessing .unseen { stroke-width: 3.5; }
  .waiting { fill: var(--orange); fill-opacity: .3; }
  .best { stroke: var(--green); stroke-width: 3; }
  circle.best { fill: var(--green); }
  .stop { stroke: currentColor; stroke-width: 3; stroke-dasharray: 3 4; }
  .lid { margin: .6em 0; padding: .3em .7em; border: 1px solid currentColor; border-radius: .3em; }
`;

/** The chart, and the way to draw the curves up to epoch `now`, and beyond it where training has `ended`. */
function drawCurves(parent, training, validation) {
  const count = training.length;
  const losses = [...validation, ...training.slice(1)]; // the first epoch's training loss may lie far above all others
  const plot = chart(parent, {
    width: 700, height: 396,
    x: linear([1, count], { title: "epoch", count: 8, whole: true }),
    y: linear([Math.min(0, min(losses)), max(losses) * 1.05], { title: "loss" }),
  });
  const waiting = add(plot.inside, "rect", { class: "waiting", height: plot.y.range()[0] });
  const curves = [["training", training], ["validation", validation]].map(([name, values]) => ({
    points: values.map((loss, k) => plot.at(k + 1, loss)),
    unseen: add(plot.inside, "path", { class: `${name} unseen` }), seen: add(plot.inside, "path", { class: name }),
  }));
  const [atBest, atEnd] = ["best", "stop"].map((kind) => rule(plot, kind, true));
  const dot = add(plot.inside, "circle", { class: "best", r: 7 });
  const marks = [waiting, dot, ...plot.inside.querySelectorAll("line")];

  function show({ best, now, ended }) {
    for (const { points, unseen, seen } of curves) {
      set(seen, { d: through(points.slice(0, now)) });
      set(unseen, { d: ended ? through(points.slice(now - 1)) : "" });
    }
    set(waiting, { x: plot.x(best), width: plot.x(now) - plot.x(best) });
    atBest(best);
    atEnd(now);
    const [cx, cy] = curves[1].points[best - 1];
    set(dot, { cx, cy });
  }
  return { plot, marks, show };
}

/** What is seen now, in words. */
function sentence(validation, { now, best, early, ended }) {
  const waited = now - best;
  const epochs = (count) => `${count} epoch${count === 1 ? "" : "s"}`;
  if (!ended) return `After epoch ${now}: ${waited ? `${epochs(waited)} without a gain` : "a gain"}. The best so far is epoch ${best}.`;
  const lowest = range(validation.length).reduce((a, b) => (validation[b] < validation[a] ? b : a));
  const missed = validation[lowest] < validation[best - 1]
    ? `The lowest loss, ${fixed(validation[lowest], 3)}, is that of epoch ${lowest + 1}.` : "No other epoch has a lower loss.";
  const end = early ? `Stopped after epoch ${now}, ${epochs(waited)} after the best, ${best}.` : `Never stopped; the best was epoch ${best}.`;
  return `${end} ${missed}`;
}

function render({ model, el }) {
  const [training, validation, test] = ["training", "validation", "test"].map((name) => model.get(name));
  const count = training.length;
  const view = frame(el, model, { name: "patience", style: STYLE, state: ["patience", "min_delta", "epoch", "lid_off"] });
  const { body, state } = view;
  const [left, side] = columns(body, 2.3, 1);
  left.classList.add("picture");
  const { plot, marks, show } = drawCurves(left, training, validation);
  legend(left, [
    ["line", "training", "training loss"], ["line", "validation", "validation loss"], ["line", "validation unseen", "thin: after the stop"],
    ["line", "best", "best epoch"], ["line", "stop", "this epoch, or the stop"], ["area", "waiting", "waiting"],
  ]);

  const controls = stack(side);
  const patience = slider(controls, "patience", { min: 1, max: 30, step: 1 }, (value) => state.set({ patience: value }));
  const margin = slider(controls, "min_delta", { min: 0, max: 0.2, step: 0.005 }, (value) => state.set({ min_delta: value }));
  const found = () => stop(validation, state.patience, state.min_delta);
  player(view, side, {
    every: 250,
    step() {
      const { stopped } = found();
      state.set({ epoch: Math.min(stopped, state.epoch + 1) });
      return state.epoch < stopped;
    },
    reset: () => state.set({ epoch: 1 }),
    each: (running) => running && state.epoch >= found().stopped && state.set({ epoch: 1 }), // once more
  });
  const tell = facts(side);
  const say = status(side);
  const lid = add(side, "div", { class: "lid aside" });
  heading(lid, "Test set, under a lid");
  const open = checkbox(lid, "show the test accuracy", (checked) => state.set({ lid_off: checked }));
  const reveal = facts(lid);
  const warning = add(lid, "p");

  function draw() {
    const { stopped } = found();
    const now = Math.max(1, Math.min(state.epoch, stopped));
    const seen = { ...stop(validation.slice(0, now), state.patience, state.min_delta), now, ended: now === stopped };
    show(seen);
    tell([
      [seen.early ? "stopped after epoch" : seen.ended ? "never stopped, epoch" : "trained to epoch", now],
      ["best epoch", seen.best],
      ["its validation loss", fixed(validation[seen.best - 1], 3)],
      ["epochs waited", `${now - seen.best} of ${state.patience}`],
    ]);
    const percent = (epoch) => `${fixed(100 * test[epoch - 1], 1)} %`;
    reveal(state.lid_off ? [
      ["best weights", percent(seen.best)], ["last weights", percent(now)], ["run to the end", percent(count)],
    ] : []);
    warning.textContent = state.lid_off ? "A patience that you choose now is chosen by the test set." : "";
    open.checked = state.lid_off;
    patience.input.value = state.patience;
    margin.input.value = state.min_delta;
    patience.show(String(state.patience));
    margin.show(fixed(state.min_delta, 3));
    const words = sentence(validation, seen);
    say(words);
    describe(plot.svg, `Training and validation loss over ${count} epochs.`, ` ${words}`);
  }

  predict(view, {
    words: "the epoch after which it stops", truth: () => found().stopped,
    nodes: [...side.querySelectorAll(".facts, .status"), ...marks],
  });
  state.watch(draw);
  draw();
  return view.close;
}

export default { render };

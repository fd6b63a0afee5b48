// Early stopping: the curves are given, and the rule moves along them.

const { add, chart, checkbox, columns, describe, facts, fixed, frame, legend, linear, max, rule, set, slider, stack, through } = kit;

/** Where the rule stops, and its best epoch, counted from 1, or 0 where no loss is a number; it stops at the last epoch at the latest. */
export function stop(losses, patience, minDelta) {
  let [best, at] = [Infinity, 0];
  for (let epoch = 1; epoch <= losses.length; epoch += 1) {
    if (losses[epoch - 1] < best - minDelta) [best, at] = [losses[epoch - 1], epoch];
    if (epoch - at >= patience) return { stopped: epoch, best: at, early: true };
  }
  return { stopped: losses.length, best: at, early: false };
}

// The picture: epochs across, loss up.

const STYLE = `
  .training, .validation { fill: none; stroke-width: 3; }
  .training { stroke: var(--blue); stroke-dasharray: 7 4; }
  .validation { stroke: var(--vermillion); }
  .unseen { stroke-width: 1.5; }
  .waiting { fill: var(--orange); fill-opacity: .3; }
  .best { stroke: var(--green); stroke-width: 3; }
  .stop { stroke: currentColor; stroke-width: 3; stroke-dasharray: 3 4; }
`;

function render({ model, el }) {
  const [training, validation, test] = ["training", "validation", "test"].map((name) => model.get(name));
  const count = training.length;
  const { body, close } = frame(el, model, { name: "patience", style: STYLE });
  const [left, side] = columns(body, 2, 1);
  const highest = max([...validation, ...training.slice(1)]);
  const plot = chart(left, {
    width: 620, height: 320,
    x: linear([1, count], { title: "epoch", count: 8, whole: true }), y: linear([0, highest * 1.05], { title: "loss" }),
  });
  const waiting = add(plot.inside, "rect", { class: "waiting", height: plot.y.range()[0] });
  const curves = [["training", training], ["validation", validation]].flatMap(([name, losses]) => [
    { node: add(plot.inside, "path", { class: `${name} unseen` }), losses, seen: false },
    { node: add(plot.inside, "path", { class: name }), losses, seen: true },
  ]);
  const [best, end] = ["best", "stop"].map((kind) => rule(plot, kind, true));

  const controls = stack(side);
  const patience = slider(controls, "patience", { min: 1, max: Math.min(30, count - 1), step: 1, value: 3 }, draw);
  const margin = slider(controls, "min_delta", { min: 0, max: 0.2, step: 0.005, value: 0 }, draw);
  const tell = facts(side);
  const open = checkbox(side, "show the test accuracy", draw);
  legend(side, [
    ["line", "training", "training loss"], ["line", "validation", "validation loss"], ["line", "validation unseen", "after the stop"],
    ["line", "best", "best epoch"], ["line", "stop", "stopped"], ["area", "waiting", "waiting"],
  ]);

  function draw() {
    const found = stop(validation, Number(patience.input.value), Number(margin.input.value));
    for (const { node, losses, seen } of curves) {
      const points = losses.map((loss, epoch) => plot.at(epoch + 1, loss));
      set(node, { d: through(seen ? points.slice(0, found.stopped) : points.slice(found.stopped - 1)) });
    }
    set(waiting, { x: plot.x(found.best), width: plot.x(found.stopped) - plot.x(found.best) });
    best(found.best);
    end(found.stopped);
    patience.show(patience.input.value);
    margin.show(fixed(Number(margin.input.value), 3));
    const unseen = [
      ["test accuracy, best weights", `${fixed(100 * test[found.best - 1], 1)} %`],
      ["test accuracy, last weights", `${fixed(100 * test[found.stopped - 1], 1)} %`],
      ["test accuracy, run to the end", `${fixed(100 * test[count - 1], 1)} %`],
    ];
    tell([
      [found.early ? "stopped after epoch" : "never stopped, last epoch", found.stopped],
      ["best epoch", found.best],
      ["validation loss there", fixed(validation[found.best - 1], 3)],
      ...(open.checked ? unseen : []),
    ]);
    describe(plot.svg, `Loss over ${count} epochs. Stopped after epoch ${found.stopped}; the best was epoch ${found.best}.`);
  }

  draw();
  return close;
}

export default { render };

// The chart of losses, with what early stopping makes of them.

import { SETS } from "./run.js";

const { add, chart, linear, max, range, set, through } = kit;

/** Losses against epochs: as far as they are looked at, and beyond; where each run is best, waits, and stops. */
export function lossesOf(parent) {
  const self = chart(parent, {
    width: 470, height: 128,
    x: linear([0, 20], { title: "epoch", count: 6, whole: true }), y: linear([0, 1], { title: "loss ℓ", count: 4 }),
  });
  const parts = ["A", "B"].map((name) => ({
    waiting: add(self.inside, "rect", { class: "waiting" }),
    curves: SETS.map((each) => ["", "unseen"].map((more) => add(self.inside, "path", { class: `${each}-loss ${more} run-${name}` }))),
    best: add(self.inside, "line", { class: "best" }), stop: add(self.inside, "line", { class: "stop" }),
    name: add(self.over, "text", { class: "first" }, name),
  }));
  const path = (losses, from, to) => {
    const every = Math.ceil((to - from + 1) / 400);
    const epochs = range(from, to, every).concat(to > from ? [to] : []);
    const above = 2 * self.y.domain()[1]; // where a loss is drawn that is too large, or no number
    return epochs.length ? through(epochs.map((epoch) => self.at(epoch, losses[epoch] < above ? losses[epoch] : above))) : "";
  };

  function draw(runs, withTest) {
    const end = max([20, ...runs.map(({ run }) => run.epoch)]);
    const shown = runs.flatMap(({ run }) => SETS.slice(0, withTest ? 3 : 2).flatMap((name) => run.losses[name])).filter(Number.isFinite);
    const round = 10 ** Math.floor(Math.log10(end));
    self.x.domain([0, [1, 2, 3, 5, 10].map((k) => k * round).find((most) => most >= end)]);
    self.y.domain([0, Math.min(5, Math.ceil(5 * 1.05 * max([0.5, ...shown])) / 5)]);
    self.ticks();
    const height = self.y.range()[0];
    const ends = runs.map(({ run, rule }) => Math.max(14, self.y(run.losses.validation[rule.epoch]) || 0));
    if (runs.length > 1 && Math.abs(ends[0] - ends[1]) < 16) ends[ends[0] < ends[1] ? 1 : 0] += 16; // names, one below the other
    parts.forEach((part, k) => {
      const found = runs[k];
      for (const node of [part.waiting, part.best, part.stop, part.name]) node.style.display = found ? "" : "none";
      SETS.forEach((name, s) => part.curves[s].forEach((node, unseen) => {
        const losses = found && (name !== "test" || withTest) ? found.run.losses[name] : [];
        set(node, { d: losses.length ? path(losses, ...(unseen ? [found.rule.epoch, losses.length - 1] : [0, found.rule.epoch])) : "" });
      }));
      if (!found) return;
      const [y1, y2] = runs.length > 1 ? [(k * height) / 2, ((k + 1) * height) / 2] : [0, height];
      const [best, stop] = [found.rule.best, found.rule.epoch].map((epoch) => self.x(epoch));
      set(part.waiting, { x: best, y: y1, width: found.waits ? stop - best : 0, height: y2 - y1 });
      set(part.best, { x1: best, x2: best, y1, y2 });
      set(part.stop, { x1: stop, x2: stop, y1, y2, "stroke-opacity": Number(found.rule.early) });
      set(part.name, { x: stop + 6, y: ends[k] });
      part.name.style.display = runs.length > 1 ? "" : "none";
    });
  }
  return { svg: self.svg, draw };
}

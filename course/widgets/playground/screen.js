// The room on the page: planes, network, losses, controls and texts, and which of them is drawn when.

import { brushOf, controlsOf } from "./controls.js";
import { VIEWS } from "./data.js";
import { lossesOf } from "./losses.js";
import { network, nodesOf, room } from "./network.js";
import { netOf, unlined } from "./nodes.js";
import { palette } from "./paint.js";
import { gridOf, planeOf, seenBy } from "./plane.js";
import { asPython } from "./python.js";
import { figuresTable, legends, sentence } from "./words.js";

const { add, button, columns, describe, predict, set, status } = kit;

const FINE = 40; // values to a side of the grid, fewer for large networks
const COARSE = 24;
const LARGE = 64; // hidden nodes of such a network

/** All that is seen. `draw` shows the state of the training. */
export function screenOf(view, state, training) {
  const [left, middle, side] = columns(view.body, 0.9, 1.2, 1);
  left.classList.add("picture");
  const colours = palette(view.root);
  const pick = (name) => state.set({ look: state.look === name ? "classes" : name });
  const planes = [planeOf(left, "x₂, run A", colours)];
  const shape = add(middle, "div", { class: "aside" });
  const net = add(middle, "div");
  const graph = netOf(net, colours, pick);
  const other = add(middle, "div", { class: "beside" });
  planes.push(planeOf(other, "x₂, run B", colours));
  const losses = lossesOf(middle);
  const bar = add(left, "div", { class: "player-row" });
  const controls = controlsOf(state, training, { left, shape, side, bar });
  const say = status(side);
  const numbers = add(side, "div", { class: "numbers" });
  exporting(side, view.body, state);
  legends(view.body);
  brushOf(left, planes[0], state);
  let [known, told, grid, space, data, turn] = ["", 0, null, null, null, 0];

  /** What stays while it trains: the points, the grid, and the room to pass it through the network. */
  function place() {
    const key = [state.data, state.show_test, state.compare, colours.version].join();
    if (known === key && data === training.data) return;
    [known, data] = [key, training.data];
    const sizes = [2, ...state.layers, data.classes];
    const side = nodesOf(state.layers) > LARGE ? COARSE : FINE;
    grid = gridOf(VIEWS[state.data], side);
    space = room(sizes, side * side);
    for (const plane of planes.slice(0, state.compare ? 2 : 1)) plane.show(VIEWS[state.data], data, state.show_test || state.data === "drawn");
  }

  function draw(running) {
    colours.read();
    place();
    const seen = training.seen();
    net.hidden = seen.length > 1;
    other.hidden = seen.length < 2;
    view.root.classList.toggle("two", seen.length > 1);
    if (!seen.length) planes[0].bare();
    seen.forEach((each, k) => {
      const shown = network(each.run.sizes, training.theta(each));
      const found = seenBy(shown, each.run.g, space, grid);
      const [layer, node] = state.look.split(".").map(Number);
      planes[k].colour(found, layer && node <= (state.layers[layer - 1] ?? 0) ? state.look : "classes");
      if (seen.length < 2 && (turn || !running)) graph.draw(shown, found, state.look);
    });
    turn = 1 - turn; // the network at every other picture
    losses.draw(seen, state.show_test);
    if (!running || performance.now() - told > 250) {
      told = performance.now();
      controls.show();
      tell(seen, running);
    }
  }

  /** Numbers and words; while it runs, screen readers are left in peace. */
  function tell(seen, running) {
    const words = sentence(state, seen, training.lost);
    set(side.querySelector(".status"), { "aria-live": running ? "off" : "polite" });
    say(words);
    numbers.replaceChildren();
    if (seen.length) figuresTable(numbers, state, seen);
    planes.forEach((plane, k) => describe(plane.svg, `The plane of two inputs, run ${"AB"[k]}.`, ` ${words}`));
    const sizes = [2, ...state.layers, training.data.classes];
    describe(graph.svg, [`A network of ${sizes.join(", ")} nodes: what each makes of the plane`, unlined(sizes)].filter(Boolean).join("; "));
    const best = seen.map(({ run, rule }) => `run ${run.name}: lowest validation loss at epoch ${rule.best} of ${rule.epoch}`);
    describe(losses.svg, `Losses against epochs. ${best.join("; ")}`);
  }

  predict(view, {
    words: "how many of 100 validation points run A has right",
    truth: () => 100 * (training.seen()[0]?.run.accuracies.validation[training.seen()[0].epoch] ?? NaN),
    nodes: [numbers, side.querySelector(".status"), losses.svg],
  });
  return { bar, draw };
}

/** A cell of Python for the run, to copy. */
function exporting(parent, below, state) {
  const show = button(parent, "Export as Python", async () => {
    const text = (state.compare ? ["A", "B"] : ["A"]).map((name) => asPython(state, name)).join("\n\n\n");
    await navigator.clipboard?.writeText(text).catch(() => {}); // where it may not, it is shown, to copy by hand
    code.textContent = text;
    code.hidden = false;
  });
  show.classList.add("aside");
  const code = add(below, "pre", { class: "aside", hidden: "", tabindex: 0, "aria-label": "The run in Python" });
  state.watch(() => { code.hidden = true; });
}

// What can be set: settings, data, layers, and points drawn by hand.

import { REACH, VIEWS } from "./data.js";
import { MOST_DRAWN, MOST_LAYERS, MOST_NODES } from "./limits.js";
import { ACTIVATIONS, nodesOf } from "./network.js";
import { PLANE } from "./plane.js";

const { add, button, checkbox, choice, describe, fixed, onArrows, onDrag, pointIn, range, set, slider, stack } = kit;

const powers = (low, high) => ({ min: low, max: high, step: 0.1 });
const toPower = (power, least) => (power <= least ? 0 : Number((10 ** power).toPrecision(2)));
const ofPower = (value, least) => (value ? Math.log10(value) : least);
const LEAST = -5; // the power of ten that stands for λ = 0

/** All that can be set. `show` puts every control where the state is. */
export function controlsOf(state, training, { left, shape, side, bar }) {
  const shows = [];
  const number = (parent, title, limits, name, { to = (x) => x, from = (x) => x, text = (x) => fixed(x) } = {}) => {
    const control = slider(parent, title, limits, (x) => state.set({ [name]: to(x) }));
    shows.push(() => {
      control.input.value = from(state[name]);
      control.show(text(state[name]));
    });
    return control;
  };
  const tick = (parent, words, name) => {
    const box = checkbox(parent, words, (on) => state.set({ [name]: on }));
    shows.push(() => { box.checked = state[name]; });
    return box.parentElement;
  };
  const short = (x) => String(Number(x.toPrecision(2)));
  const log = (least) => ({ to: (x) => toPower(x, least), from: (x) => ofPower(x, least), text: short });
  const whole = { text: (x) => String(x) };

  const rewind = slider(bar, "epoch", { min: 0, max: 1, step: 1 }, (epoch) => state.set({ epoch }));
  shows.push(() => {
    rewind.input.max = Math.max(1, training.reached);
    rewind.input.value = training.at;
    rewind.show(String(training.at));
  });

  const learning = stack(side);
  number(learning, "λ (L2)", powers(LEAST, 0), "lam", log(LEAST));
  number(learning, "P (keep)", { min: 0.05, max: 1, step: 0.05 }, "keep_prob");
  number(learning, "η (rate)", powers(-4, 0.5), "lr", log(-9));
  number(learning, "patience", { min: 0, max: 100, step: 1 }, "patience", { text: (x) => (x ? String(x) : "off") });
  const ofB = [
    number(learning, "λ of B", powers(LEAST, 0), "lam_b", log(LEAST)),
    number(learning, "P of B", { min: 0.05, max: 1, step: 0.05 }, "keep_prob_b"),
    number(learning, "η of B", powers(-4, 0.5), "lr_b", log(-9)),
  ].map(({ input }) => input.parentElement);
  shows.push(() => ofB.forEach((label) => { label.hidden = !state.compare; }));
  number(learning, "batch size", { min: 0, max: 9, step: 1 }, "batch_size", { to: (x) => 2 ** x, from: Math.log2, ...whole });
  number(learning, "momentum", { min: 0, max: 0.95, step: 0.05 }, "momentum");
  const switches = add(side, "div", { class: "controls aside" });
  tick(switches, "restore best", "restore_best");
  tick(switches, "run B", "compare");
  tick(switches, "test set", "show_test");

  const kinds = add(left, "div", { class: "aside" });
  const row = add(kinds, "div", { class: "controls choices" });
  const data = choice(row, "Data", Object.keys(VIEWS).map((name) => [name, name]), state.data, (name) => state.set({ data: name }));
  shows.push(() => { data.value = state.data; });
  const making = stack(kinds);
  const made = [
    number(making, "noise", { min: 0, max: 0.6, step: 0.01 }, "noise"),
    number(making, "points", { min: 20, max: 1000, step: 20 }, "count", whole),
  ];
  shows.push(() => {
    data.querySelector("[value=digits]").disabled = !state.digits.length;
    made[0].input.disabled = ["digits", "drawn"].includes(state.data);
    made[1].input.disabled = state.data === "drawn";
  });
  number(making, "seed", { min: 0, max: 50, step: 1 }, "seed", whole);
  shapeOf(shape, row, state, shows);
  return { show: () => shows.forEach((show) => show()) };
}

/** Activation, layers and nodes, and what the plane shows. */
function shapeOf(parent, row, state, shows) {
  const sizes = add(parent, "div", { class: "controls sizes", role: "group", "aria-label": "Hidden layers" });
  const activations = Object.keys(ACTIVATIONS).map((name) => [name, name]);
  const activation = choice(sizes, "g", activations, state.activation, (name) => state.set({ activation: name }));
  const fields = add(sizes, "div", { class: "sizes" });
  const look = choice(row, "Plane", [], "classes", (name) => state.set({ look: name }));
  let known = "";
  shows.push(() => {
    activation.value = state.activation;
    if (known !== state.layers.join()) layers();
    known = state.layers.join();
    look.value = state.look;
    if (!look.value) look.value = "classes"; // a node that is no more
  });

  function layers() {
    fields.replaceChildren();
    add(fields, "span", {}, "nodes a layer");
    state.layers.forEach((size, l) => {
      const most = MOST_NODES - nodesOf(state.layers) + size;
      const name = `nodes of hidden layer ${l + 1}`;
      const field = add(fields, "input", { type: "number", min: 1, max: most, step: 1, value: size, "aria-label": name });
      field.addEventListener("change", () => {
        const wanted = Math.max(1, Math.min(most, Math.round(field.value) || 1));
        field.value = wanted;
        state.set({ layers: state.layers.with(l, wanted) });
      });
    });
    const total = nodesOf(state.layers);
    const more = button(fields, "+", () => state.set({ layers: [...state.layers, Math.min(4, MOST_NODES - total)] }));
    more.disabled = state.layers.length >= MOST_LAYERS || total >= MOST_NODES;
    const less = button(fields, "−", () => state.set({ layers: state.layers.slice(0, -1) }));
    less.disabled = !state.layers.length;
    describe(more, "add a hidden layer");
    describe(less, "remove the last hidden layer");
    look.replaceChildren();
    add(look, "option", { value: "classes" }, "classes");
    state.layers.forEach((size, l) => range(size).forEach((j) => {
      add(look, "option", { value: `${l + 1}.${j + 1}` }, `node ${l + 1}.${j + 1}`);
    }));
  }
}

/** Points drawn into the plane, by pointer, or by arrows and Enter. */
export function brushOf(parent, plane, state) {
  const tools = add(parent, "div", { class: "controls" });
  let [label, cursor] = ["0", [0, 0]];
  choice(tools, "Draw class", [["0", "0 ●"], ["1", "1 ▲"], ["2", "2 ■"]], label, (value) => { label = value; });
  button(tools, "Undo", () => state.set({ drawn: state.drawn.slice(0, -1) }));
  button(tools, "Clear", () => state.set({ drawn: [] }));
  const pad = add(plane.over, "rect", { class: "pad", width: PLANE, height: PLANE, tabindex: 0, role: "application",
    "aria-label": "Draw points: arrows move, Enter draws" });
  const cross = add(plane.over, "path", { class: "cursor" });
  const show = () => {
    const on = state.data === "drawn";
    tools.hidden = !on;
    for (const node of [pad, cross]) node.style.display = on ? "" : "none";
    const [x, y] = plane.at(...cursor);
    set(cross, { d: `M${x - 9} ${y}h18M${x} ${y - 9}v18` });
  };
  const inside = (value) => Math.max(-REACH, Math.min(REACH, Math.round(100 * value) / 100));
  function dot() {
    const [last] = state.drawn.slice(-1);
    if (state.drawn.length >= MOST_DRAWN || (last && Math.hypot(last[0] - cursor[0], last[1] - cursor[1]) < 0.08)) return;
    state.set({ drawn: [...state.drawn, [...cursor, Number(label)]] });
  }
  const draw = (event) => {
    const [x, y] = pointIn(plane.svg, event);
    cursor = [inside(plane.x.invert(x)), inside(plane.y.invert(y))];
    dot();
    show();
  };
  onDrag(pad, { begin: draw, move: draw });
  onArrows(pad, (right, down) => {
    cursor = [inside(cursor[0] + 0.1 * right), inside(cursor[1] - 0.1 * down)];
    show();
  });
  pad.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    dot();
  });
  state.watch(show);
  show();
}

// A small network that learns in the browser, watched and changed on its way.

import { mended } from "./limits.js";
import { SETTINGS } from "./run.js";
import { screenOf } from "./screen.js";
import { trainer } from "./trainer.js";
import style from "./style.css";

export * from "./data.js";
export * from "./network.js";
export * from "./nodes.js";
export * from "./plane.js";
export * from "./python.js";
export * from "./run.js";

const { frame, player, set } = kit;

const PROBLEM = ["data", "noise", "count", "drawn", "seed", "layers", "activation"]; // with another, training starts anew
const NAMES = [...PROBLEM, ...SETTINGS, "patience", "restore_best", "compare", "schedule", "epoch", "look", "show_test"];
const BUDGET = 6; // milliseconds of training a frame
const LATE = 20; // milliseconds between two frames that are too many

function render({ model, el }) {
  const view = frame(el, model, { name: "playground", style, state: NAMES });
  const { state } = view;
  Object.defineProperty(state, "digits", { get: () => model.get("digits") });
  state.set(mended(state));
  const training = trainer(state);
  const screen = screenOf(view, state, training);
  let present = SETTINGS.map((name) => state[name]);
  let [own, goal, saved, drawn, cost] = [false, null, 0, 0, 0]; // own: this file is changing the state itself
  let [last, ease] = [0, 1];
  let [following, away] = [false, false]; // away: outside of the document, as in a section that is folded, something was to be drawn

  function mine(values) {
    own = true;
    state.set(values);
    own = false;
  }

  /** Frames come first: where they come late, each has less training, and fewer are drawn. */
  function budget() {
    const now = performance.now();
    ease = now - last > LATE ? Math.min(8, 1.3 * ease) : Math.max(1, 0.97 * ease);
    last = now;
    return BUDGET / ease;
  }

  /** Draw, unless drawing takes too large a part of the time. */
  function draw(now = performance.now(), must = true) {
    const rest = matchMedia("(prefers-reduced-motion: reduce)").matches ? 500 : 2 * ease * cost;
    if (!must && now - drawn < rest) return;
    away = !view.root.isConnected;
    if (away) return;
    screen.draw(play.running() && !must);
    cost = performance.now() - now;
    drawn = now;
  }

  const save = () => state.epoch !== training.at && mine({ epoch: training.at });

  /** What is to be reached as fast as the frames allow: an epoch, or nothing. */
  function aim(epoch) {
    goal = epoch;
    set(view.root, { "aria-busy": epoch !== null && training.runs.length > 0 });
  }

  /** Training goes on from the epoch that is looked at, with the settings of the present. */
  function resume() {
    aim(null);
    if (training.at === training.reached) return;
    const rows = state.schedule.map(([until, ...row]) => [Math.min(until, training.at), ...row]);
    training.cut();
    mine({ schedule: rows.filter(([until], k) => until > (rows[k - 1]?.[0] ?? 0)) });
  }

  const play = player(view, screen.bar, {
    paced: true,
    step() {
      if (training.over()) return false;
      resume();
      if (play.running()) training.work(budget(), training.over);
      else training.once();
      const more = !training.over();
      draw(performance.now(), !play.running() || !more);
      if (!play.running() || performance.now() - saved > 1000) {
        saved = performance.now();
        save();
      }
      return more;
    },
    reset() {
      training.at = 0;
      training.cut();
      mine({ schedule: [], epoch: 0 });
      draw();
    },
    each(running) {
      if (running) return;
      save();
      draw();
    },
  });
  screen.bar.prepend(play.bar);

  /** To an epoch: back at once, or forward as fast as the frames allow. */
  function seek(epoch) {
    play.pause();
    aim(epoch > training.reached ? epoch : null);
    if (goal === null) training.at = epoch;
    follow();
  }
  function follow() {
    if (goal === null || following || !view.root.isConnected || !training.runs.length || training.lost) return;
    following = true;
    requestAnimationFrame(() => {
      following = false;
      if (goal === null) return;
      training.work(budget(), () => training.reached >= goal);
      const there = training.reached >= goal;
      draw(performance.now(), there);
      if (there || training.lost) aim(null);
      follow();
    });
  }

  /** A setting was changed while it trained: the epochs before keep those that they had. */
  function note(names) {
    const before = present;
    present = SETTINGS.map((name) => state[name]);
    if (names.has("schedule") || !SETTINGS.some((name) => names.has(name))) return;
    if (training.begun > (state.schedule.at(-1)?.[0] ?? 0)) mine({ schedule: [...state.schedule, [training.begun, ...before]] });
  }

  state.watch((names) => {
    if (own) return;
    mine(mended(state));
    const has = (...list) => list.some((name) => names.has(name));
    if (has(...PROBLEM)) {
      play.pause();
      training.build();
      mine({ ...(has("schedule") ? {} : { schedule: [] }), ...(has("epoch") ? {} : { epoch: 0 }) });
    } else if (has("compare", "schedule") || (has("epoch") && has(...SETTINGS))) training.build(); // the last is a preset
    note(names);
    if (state.epoch !== training.at && has(...PROBLEM, "compare", "schedule", "epoch")) seek(state.epoch);
    draw();
  });
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const again = () => draw();
  dark.addEventListener("change", again);
  view.closing(() => dark.removeEventListener("change", again));
  const back = new ResizeObserver(() => {
    if (!away) return;
    draw();
    follow();
  });
  back.observe(view.root);
  view.closing(() => back.disconnect());
  if (state.epoch) seek(state.epoch);
  draw();
  return view.close;
}

export default { render };

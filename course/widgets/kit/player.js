// What runs: play, pause, one step, back to the start.

import { button } from "./controls.js";
import { add, set } from "./dom.js";

const REST = 500; // milliseconds from one picture to the next, for those who ask for less motion
const FRAME = 1000 / 60;

const FACES = {
  play: "M1 0L10 5L1 10z", pause: "M1 0h3v10h-3zM6 0h3v10h-3z", step: "M0 0L7 5L0 10zM7 0h2.5v10h-2.5z",
  reset: "M5 1.6V0L9 2.8L5 5.6V3.8A2.4 2.4 0 1 0 7.4 6.2H9.6A4.6 4.6 0 1 1 5 1.6z",
};

/** A button with a face, drawn, since not every font has ⏭; returns it, its face and its words. */
function symbol(parent, face, words, act) {
  const node = button(parent, "", act);
  const path = add(add(node, "svg", { viewBox: "0 0 10 11", "aria-hidden": "true" }), "path", { d: FACES[face] });
  return [node, path, add(node, "span", {}, words)];
}

/**
 * Buttons ▶ ⏭ ⟲ and their keys (space, →, R). `step()` goes on by one and returns whether more is to come; `reset()` goes back to the start. A
 * step is taken at each frame, or every so many milliseconds; for those who ask for less motion, the steps of half a second at once, unless
 * these are `paced` themselves. `each` is called with whether it runs, when that changes.
 */
export function player(view, parent, { step, reset, every = 0, paced = false, each = () => {} }) {
  const bar = add(parent, "div", { class: "player", role: "group", "aria-label": "Run" });
  let [running, last, rest, steps] = [0, 0, every, 1];
  const [play, face, called] = symbol(bar, "play", "Play", () => (running ? pause() : start()));
  const [once] = symbol(bar, "step", "Step", () => { pause(); step(); });
  const [back] = symbol(bar, "reset", "Reset", () => { pause(); reset(); });

  function tick(time) {
    if (!view.root.isConnected) return pause(); // its cell has been cleared
    running = requestAnimationFrame(tick);
    if (time - last < rest) return undefined;
    last = time;
    for (let k = 0; k < steps; k += 1) if (!step()) return pause();
    return undefined;
  }
  function start() {
    last = -Infinity;
    const isCalm = !paced && every < REST && matchMedia("(prefers-reduced-motion: reduce)").matches;
    [rest, steps] = isCalm ? [REST, Math.round(REST / (every || FRAME))] : [every, 1];
    running = requestAnimationFrame(tick);
    show();
  }
  function pause() {
    if (!running) return;
    cancelAnimationFrame(running);
    running = 0;
    show();
  }
  function show() {
    set(face, { d: FACES[running ? "pause" : "play"] });
    called.textContent = running ? "Pause" : "Play";
    each(Boolean(running));
  }
  view.key(" ", "play or pause", () => play.click());
  view.key("ArrowRight", "one step", () => once.click());
  view.key("r", "back to the start", () => back.click());
  view.closing(pause);
  return { bar, pause, start, running: () => Boolean(running) };
}

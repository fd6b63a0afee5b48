// Predict, then reveal: a number stays hidden until it has been guessed.

import { button } from "./controls.js";
import { add, set } from "./dom.js";
import { brief } from "./numbers.js";
import { speakAgain } from "./text.js";

/**
 * Hide `nodes`, and what text alternatives tell (text.js), until somebody has guessed `words`, a number that `truth()` gives. Belongs to
 * the button "Guess first" in the frame, which shows and hides the question; after each change of the state there is something to guess.
 */
export function predict(view, { words, truth, nodes }) {
  const ask = add(view.questions, "form", { class: "guess", hidden: "" });
  const label = add(ask, "label");
  add(label, "span", {}, `Your guess: ${words}?`);
  const field = add(label, "input", { type: "text", inputmode: "decimal", size: 7, "aria-label": `Your guess: ${words}` });
  const reveal = button(ask, "Reveal", () => {});
  set(reveal, { type: "submit" });
  const answer = add(ask, "strong", { role: "status" });
  let hiding = false;

  function hide(whether) {
    hiding = whether;
    view.root.classList.toggle("guessing", whether);
    for (const node of nodes) {
      node.classList.toggle("secret", whether);
      if (whether) node.setAttribute("aria-hidden", "true");
      else node.removeAttribute("aria-hidden");
    }
    speakAgain(view.root);
  }
  const toggle = button(view.tools, "Guess first", () => {
    const on = ask.hidden;
    ask.hidden = !on;
    set(toggle, { "aria-pressed": on });
    answer.textContent = "";
    hide(on);
    if (on) field.focus();
  });
  set(toggle, { "aria-pressed": false });
  ask.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!hiding) return;
    const guess = Number(field.value.replace("−", "-").replace(",", "."));
    const is = truth();
    const off = field.value.trim() && Number.isFinite(guess) ? `, your guess was ${brief(guess)}: off by ${brief(Math.abs(guess - is))}` : "";
    answer.textContent = `It is ${brief(is)}${off}.`;
    hide(false);
  });
  view.state.watch(() => {
    if (ask.hidden || hiding) return;
    answer.textContent = "";
    hide(true);
  });
}

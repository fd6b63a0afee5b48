// What is moved: sliders, choices, buttons. Each has its title before it, which is also its name.

import { add } from "./dom.js";
import { speak } from "./text.js";

/** A row of controls. */
export const controls = (parent) => add(parent, "div", { class: "controls" });

/** Controls one below the other, with their titles and values in columns. */
export const stack = (parent) => add(parent, "div", { class: "stack" });

/**
 * A slider; `act` gets the number that it was moved to. `show(words, tells)` says its value, to the eye and to a screen reader, where the
 * position alone says too little, and what of it is withheld while that is to be guessed. `name` says more than the title where a title
 * stands twice on a page.
 */
export function slider(parent, title, { name = title, value, ...limits }, act) {
  const label = add(parent, "label");
  add(label, "span", {}, title);
  const input = add(label, "input", { type: "range", "aria-label": name, ...limits });
  const output = add(label, "output");
  if (value !== undefined) input.value = value; // after the limits, which would round it
  input.addEventListener("input", () => act(Number(input.value)));
  const show = (words, tells = "") => {
    output.textContent = words + tells;
    speak(input, "aria-valuetext", words, tells);
  };
  return { input, output, show };
}

/** A list to choose from: pairs of a value and its words. */
export function choice(parent, title, options, value, act) {
  const label = add(parent, "label");
  add(label, "span", {}, title);
  const select = add(label, "select", { "aria-label": title });
  for (const [each, words] of options) add(select, "option", { value: each }, words);
  select.value = value;
  select.addEventListener("change", () => act(select.value));
  return select;
}

export function button(parent, words, act) {
  const node = add(parent, "button", { type: "button" }, words);
  node.addEventListener("click", act);
  return node;
}

/** A box to tick; `act` gets whether it is. */
export function checkbox(parent, words, act) {
  const label = add(parent, "label");
  const box = add(label, "input", { type: "checkbox" });
  add(label, "span", {}, words);
  box.addEventListener("change", () => act(box.checked));
  return box;
}

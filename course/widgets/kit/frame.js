// What every widget stands in: title, theme, room for controls and pictures, and keys that stay inside.

import { add, unique } from "./dom.js";
import { keepKeys } from "./keyboard.js";
import theme from "./theme.css";

/**
 * The room of a widget: an element to fill, and `root`, which holds it. `style` is CSS for inside it. The title is a heading of the level
 * that the page asks for in `data-heading`, in a notebook the third.
 */
export function frame(el, { name, title, style }) {
  const root = add(el, "div", { class: `widget ${name}`, role: "group" });
  add(root, "style", {}, `${theme}.${name} {${style}}`);
  const heading = add(root, el.dataset.heading ?? "h3", { class: "title", id: unique("title") }, title);
  root.setAttribute("aria-labelledby", heading.id);
  keepKeys(root);
  return { root, body: add(root, "div", { class: "body" }) };
}

/** Columns of these widths side by side, one below the other where the widget is narrow. */
export function columns(parent, ...widths) {
  const row = add(parent, "div", { class: "columns", style: `--widths: ${widths.map((width) => `minmax(0, ${width}fr)`).join(" ")}` });
  return widths.map(() => add(row, "div"));
}

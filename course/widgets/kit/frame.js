// What every widget stands in: title, theme, room for controls and pictures, and keys that stay inside.

import { add, set, unique } from "./dom.js";
import { keepKeys } from "./keyboard.js";
import theme from "./theme.css";

/**
 * The room of a widget: an element to fill, and `root`, which holds it. `style` is CSS for inside it. The title is a heading of the level
 * that the page asks for in `data-level`, in a notebook the third.
 */
export function frame(el, { name, title, style }) {
  const root = add(el, "div", { class: `widget ${name}`, role: "group" });
  add(root, "style", {}, `${theme}.${name} {${style}}`);
  const level = Number(el.dataset.level ?? 3);
  const called = add(root, `h${level}`, { class: "title", id: unique("title") }, title);
  set(root, { "data-level": level, "aria-labelledby": called.id });
  keepKeys(root);
  return { root, body: add(root, "div", { class: "body" }) };
}

/** A heading inside of a widget, one level below its title. */
export function heading(parent, words = "") {
  return add(parent, `h${Number(parent.closest(".widget").dataset.level) + 1}`, { class: "heading" }, words);
}

/** Columns of these widths side by side, one below the other where the widget is narrow. */
export function columns(parent, ...widths) {
  const row = add(parent, "div", { class: "columns", style: `--widths: ${widths.map((width) => `minmax(0, ${width}fr)`).join(" ")}` });
  return widths.map(() => add(row, "div"));
}

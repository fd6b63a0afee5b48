// What every widget stands in: title, question, presets, room for controls and pictures, and keys that stay inside.

import { button } from "./controls.js";
import { add, set, unique } from "./dom.js";
import { keepKeys, onKeys } from "./keyboard.js";
import { stateOf } from "./state.js";
import theme from "./theme.css";

/**
 * The frame of a widget around what its model says of itself (`frame`: title, question, presets), and the view to fill:
 *
 * - `root`, and `body` for controls and pictures; `tools` and `questions` are rooms of the frame;
 * - `state`, the traits of these `names`, which Python sets as well (see state.js);
 * - `key(key, words, act)` claims a key, and has it named under "?";
 * - `closing(act)`: what is to end with the widget; `close` ends it, and is what `render` returns.
 *
 * `style` is CSS for inside it. The title is a heading of the level that the page asks for in `data-level`, in a notebook the third; at the
 * first level the page is the widget's own, and keys reach it from everywhere; in a notebook they are its own after a click in it.
 */
export function frame(el, model, { name, style, state: names = [] }) {
  const { title, question, presets, still } = model.get("frame");
  const level = Number(el.dataset.level ?? 3);
  const root = add(el, "div", { class: `widget ${name}`, role: "group", "data-level": level, tabindex: -1 });
  add(root, "style", {}, `${theme}.${name} {${style}}`);
  const head = add(root, "div", { class: "head" });
  const called = add(head, `h${level}`, { class: "title", id: unique("title") }, title);
  set(root, { "aria-labelledby": called.id });
  const tools = add(head, "div", { class: "tools" });
  add(root, "p", { class: "question" }, question);
  const refused = add(root, "p", { class: "refused", role: "alert", hidden: "" });
  const state = stateOf(model, names);
  const questions = add(root, "div", { class: "questions" });
  if (Object.keys(presets).length) {
    const chips = add(root, "div", { class: "chips", role: "group", "aria-label": "Examples" });
    for (const [words, values] of Object.entries(presets)) button(chips, words, () => state.set(values));
  }
  const body = add(root, "div", { class: "body" });
  const endings = [() => state.close()];
  const keys = new Map();
  const view = {
    root, body, tools, questions, state,
    key: (key, words, act) => keys.set(key, { words, act }),
    closing: (act) => endings.push(act),
    close: () => endings.forEach((act) => act()),
  };
  keepKeys(root, keys);
  for (const node of level === 1 ? [root, document] : [root]) view.closing(onKeys(node, keys));
  if (names.length) copying(view);
  projector(view);
  help(view, keys);
  tellRefused(view, refused, model);
  hideStill(still);
  return view;
}

/** What the page's address asks for and cannot have. */
function tellRefused(view, node, model) {
  const tell = () => {
    node.textContent = (model.get("refused") ?? []).join(" ");
    node.hidden = !node.textContent;
  };
  model.on("change:refused", tell);
  view.closing(() => model.off("change:refused", tell));
  tell();
}

/** The state as text, to paste into Python. */
function copying({ tools, state }) {
  const copy = button(tools, "Copy state", async () => {
    const text = state.asText();
    await navigator.clipboard?.writeText(text).catch(() => {}); // where it may not, the text is shown, to copy by hand
    copied.textContent = text;
    copied.hidden = false;
  });
  const copied = add(tools.parentElement.parentElement, "code", { class: "copied", role: "status", hidden: "" });
  state.watch(() => { copied.hidden = true; });
}

/** For a room: larger type, high contrast, the first two controls, the whole window. */
function projector({ root, tools, key }) {
  const toggle = button(tools, "Projector", () => {
    const on = root.classList.toggle("projector");
    set(toggle, { "aria-pressed": on });
    root.popover = on ? "manual" : null; // above the page: a notebook keeps what is merely fixed inside of its own panel
    if (on) root.showPopover();
    const focus = document.activeElement; // on what the projector hides, it would be lost, and with it the keys
    if (on && root.contains(focus) && !focus.checkVisibility()) root.focus({ preventScroll: true });
  });
  set(toggle, { "aria-pressed": false });
  key("f", "projector: larger, and nothing else", () => toggle.click());
  const leave = () => root.parentElement.closest("[tabindex]")?.focus(); // in a notebook its cell, where keys are the notebook's
  key("Escape", "leave the projector, or the widget", () => (root.classList.contains("projector") ? toggle.click() : leave()));
}

/** The keys, in a list that "?" shows and hides. */
function help({ root, tools, key }, keys) {
  const list = add(root, "dl", { class: "keys", hidden: "" });
  const toggle = button(tools, "?", () => {
    list.hidden = !list.hidden;
    set(toggle, { "aria-expanded": !list.hidden });
    list.replaceChildren();
    for (const [name, { words }] of [["Tab", { words: "next control" }], ["arrows", { words: "move the control" }], ...keys]) {
      add(list, "dt", {}, NAMES[name] ?? name.toUpperCase());
      add(list, "dd", {}, words);
    }
  });
  set(toggle, { "aria-label": "Keys", "aria-expanded": false });
  key("?", "these keys", () => toggle.click());
}

const NAMES = { " ": "space", ArrowRight: "→", ArrowLeft: "←", Tab: "Tab", arrows: "← → ↑ ↓", Escape: "Esc" };

/** The still picture above a widget in a notebook is for when the widget cannot be drawn. */
function hideStill(id) {
  const picture = id && document.getElementById(id);
  if (picture) (picture.closest(".jp-OutputArea-child") ?? picture).style.display = "none";
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

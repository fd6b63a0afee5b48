// What stands beside a picture, and what is said in its place.

import { add, set } from "./dom.js";

/**
 * The text alternative of a picture or a button, read in place of what is inside: its `words`, and what it `tells`, which is withheld while
 * that is to be guessed (predict.js).
 */
export const describe = (node, words, tells = "") => speak(node, "aria-label", words, tells);

/** The same in another attribute; what is withheld is kept beside it, to be said later. */
export function speak(node, attribute, words, tells) {
  if (tells) Object.assign(node.dataset, { spoken: attribute, words, tells });
  else delete node.dataset.spoken;
  return set(node, { [attribute]: node.closest(".guessing") ? words : words + tells });
}

/** Say all that is inside a node anew, as something is withheld, or no longer. */
export function speakAgain(root) {
  for (const node of root.querySelectorAll("[data-spoken]")) speak(node, node.dataset.spoken, node.dataset.words, node.dataset.tells);
}

/** "a 3", "an 8": for whole numbers below 80. */
export const withArticle = (count) => `${[8, 11, 18].includes(count) ? "an" : "a"} ${count}`;

/** A sentence on what is seen now; screen readers are told where it has changed. */
export function status(parent) {
  const node = add(parent, "p", { class: "status", role: "status" });
  return (words) => {
    if (node.textContent !== words) node.textContent = words;
  };
}

/** What the marks mean: triples of a shape, the classes that it has in the picture, and words. */
export function legend(parent, entries) {
  const list = add(parent, "ul", { class: "legend" });
  for (const [shape, kind, words] of entries) {
    const item = add(list, "li");
    const swatch = add(item, "svg", { viewBox: "0 0 32 16", "aria-hidden": "true" });
    add(swatch, ...SHAPES[shape](kind));
    add(item, "span", {}, words);
  }
}

const SHAPES = {
  line: (kind) => ["line", { class: kind, x1: 0, x2: 32, y1: 8, y2: 8 }],
  dot: (kind) => ["circle", { class: kind, cx: 16, cy: 8, r: 6 }],
  triangle: (kind) => ["path", { class: kind, d: "M16 0L24 15H8z" }],
  cross: (kind) => ["path", { class: kind, d: "M9 8h14M16 1v14" }],
  area: (kind) => ["rect", { class: kind, x: 2, y: 1, width: 28, height: 14 }],
};

/** Terms and their values; returns the way to fill them in. */
export function facts(parent) {
  const list = add(parent, "dl", { class: "facts" });
  return (rows) => {
    list.replaceChildren();
    for (const [words, value] of rows) {
      add(list, "dt", {}, words);
      add(list, "dd", {}, value);
    }
  };
}

/** A table: titles, rows whose first cell names them, perhaps a foot of two cells. A cell is a text, or a text and its source. */
export function table(parent, { label, head, rows, foot }) {
  const frame = add(parent, "table", { "aria-label": label });
  const titles = add(add(frame, "thead"), "tr");
  for (const [title, colour = "currentColor"] of head.map((each) => [each].flat())) {
    add(titles, "th", { scope: "col", style: `--mark: ${colour}` }, title);
  }
  const body = add(frame, "tbody");
  for (const [first, ...others] of rows) {
    const row = add(body, "tr");
    add(row, "th", { scope: "row" }, first);
    for (const [text, source] of others.map((each) => [each].flat())) {
      const cell = add(row, "td", {}, text);
      if (source) add(cell, "small", {}, source);
    }
  }
  if (foot) {
    const last = add(add(frame, "tfoot"), "tr");
    add(last, "th", { scope: "row", colspan: head.length - 1 }, foot[0]);
    add(last, "td", {}, foot[1]);
  }
}

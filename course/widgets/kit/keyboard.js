// Keys: those that a widget uses stay in it.

const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
/** Kept by every widget, also by one that has no use for it: R, pressed out of habit, would turn a cell of JupyterLab into text. */
const USED = new Set([...Object.keys(ARROWS), "Home", "End", "PageUp", "PageDown", "Enter", " ", "r"]);

const isShortcut = (event) => event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && event.key === "Enter");
const isTyped = (event) => event.target.matches?.("input:is([type=text], [type=number]), textarea, select");
const nameOf = ({ key }) => (key.length === 1 ? key.toLowerCase() : key);

/**
 * Hide a widget's keys from the page around it, where an arrow would move the selection of cells, or go on to the next slide. What is
 * typed into a text field stays as well; Shift + Enter and shortcuts pass.
 *
 * A page that listens while an event comes up again, as JupyterLab does, never sees it. Notebook 7 listens while it goes down: it is told
 * before, by the attribute that its library Lumino looks for on the element that has the focus.
 */
export function keepKeys(root, keys = new Map()) {
  const isKept = (name) => USED.has(name) || (keys.has(name) && name !== "Escape");
  const isOurs = (event) => !isShortcut(event) && (isTyped(event) || isKept(nameOf(event)));
  const claim = (event) => root.contains(event.target) && event.target.toggleAttribute("data-lm-suppress-shortcuts", isOurs(event));
  root.addEventListener("focusin", () => window.addEventListener("keydown", claim, true));
  root.addEventListener("focusout", () => window.removeEventListener("keydown", claim, true));
  root.addEventListener("keydown", (event) => isOurs(event) && event.stopPropagation());
}

/**
 * The keys of a widget: a map from a key to what it does. A control that uses a key itself keeps it: a slider its arrows, a button the
 * space bar, a field what is typed. Returns the way to stop listening.
 */
export function onKeys(node, keys) {
  const act = (event) => {
    const found = keys.get(nameOf(event));
    if (!found || isShortcut(event) || event.defaultPrevented || (isTyped(event) && event.key !== "Escape")) return;
    if (event.key === " " && event.target.matches?.("button, input:not([type=range]), summary, .widget [tabindex]")) return;
    if (event.key.startsWith("Arrow") && event.target.matches?.("input, .widget [tabindex]")) return;
    event.preventDefault();
    found.act();
  };
  node.addEventListener("keydown", act);
  return () => node.removeEventListener("keydown", act);
}

/** Arrow keys on a node, as a step [to the right, down]. */
export function onArrows(node, act) {
  node.addEventListener("keydown", (event) => {
    const step = ARROWS[event.key];
    if (!step) return;
    event.preventDefault(); // or the page scrolls
    act(...step);
  });
}

/** One tab stop for many nodes, in rows of so many: the arrows move the focus, and it comes back to where it was. */
export function roving(nodes, across = 1) {
  let last = nodes[0];
  nodes.forEach((node, k) => {
    node.setAttribute("tabindex", node === last ? 0 : -1);
    node.addEventListener("focus", () => {
      last.setAttribute("tabindex", -1);
      node.setAttribute("tabindex", 0);
      last = node;
    });
    onArrows(node, (right, down) => nodes[k + right + across * down]?.focus());
  });
}

/** A click, or Enter or the space bar on the node that has the focus. */
export function onPress(node, act) {
  node.addEventListener("click", act);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act();
  });
}

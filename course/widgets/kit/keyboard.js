// Keys: those that a widget uses stay in it.

const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const USED = new Set([...Object.keys(ARROWS), "Home", "End", "PageUp", "PageDown", "Enter", " "]);

const isOurs = (event) => {
  const shortcut = event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && event.key === "Enter");
  return !shortcut && (USED.has(event.key) || event.target.matches("input[type=text]"));
};

/**
 * Hide a widget's keys from the page around it, where an arrow would move the selection of cells, or go on to the next slide. What is
 * typed into a text field stays as well; Shift + Enter and shortcuts pass.
 *
 * A page that listens while an event comes up again, as JupyterLab does, never sees it. Notebook 7 listens while it goes down: it is told
 * before, by the attribute that its library Lumino looks for on the element that has the focus.
 */
export function keepKeys(root) {
  const claim = (event) => root.contains(event.target) && event.target.toggleAttribute("data-lm-suppress-shortcuts", isOurs(event));
  root.addEventListener("focusin", () => window.addEventListener("keydown", claim, true));
  root.addEventListener("focusout", () => window.removeEventListener("keydown", claim, true));
  root.addEventListener("keydown", (event) => isOurs(event) && event.stopPropagation());
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

/** A click, or Enter or the space bar on the node that has the focus. */
export function onPress(node, act) {
  node.addEventListener("click", act);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act();
  });
}

// Keys: those that a widget uses stay in it.

const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const USED = new Set([...Object.keys(ARROWS), "Home", "End", "PageUp", "PageDown", "Enter", " "]);

/**
 * Hide a widget's keys from the page around it. JupyterLab listens at the document: there, an arrow moves the selection of cells, and
 * Enter begins to edit one. What is typed into a text field stays as well; Shift + Enter and shortcuts pass.
 */
export function keepKeys(root) {
  root.addEventListener("keydown", (event) => {
    const shortcut = event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && event.key === "Enter");
    if (!shortcut && (USED.has(event.key) || event.target.matches("input[type=text]"))) event.stopPropagation();
  });
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

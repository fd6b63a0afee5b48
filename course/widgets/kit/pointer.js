// Mouse, pen and finger.

/** Where a pointer is, in the units of a picture. */
export function pointIn(svg, event) {
  const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [x, y];
}

/** From press to release: `begin(event)`, then `move(event)` at each motion, also outside of the node. */
export function onDrag(node, { begin = () => {}, move }) {
  node.addEventListener("pointerdown", (event) => {
    node.setPointerCapture(event.pointerId);
    begin(event);
  });
  node.addEventListener("pointermove", (event) => node.hasPointerCapture(event.pointerId) && move(event));
}

// Elements: making them, changing them, and names that no two on a page share.

const SVG = "http://www.w3.org/2000/svg";
const DRAWN = new Set("svg g path line polyline polygon rect circle ellipse text tspan defs marker clipPath".split(" "));

/** A new element at the end of its parent, of SVG or of the page. */
export function add(parent, tag, attributes = {}, text = "") {
  const node = DRAWN.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  node.textContent = text;
  parent.append(node);
  return set(node, attributes);
}

/** The same element with other attributes. */
export function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

/**
 * An id for one element of one widget. Random, not counted: each widget of a notebook loads a kit of its own, and none knows how far
 * the others have counted.
 */
export function unique(name) {
  return `${name}-${Math.random().toString(36).slice(2, 12)}`;
}

/** The url of a clipping rectangle, for the attribute `clip-path`. */
export function clip(svg, width, height) {
  const id = unique("clip");
  add(add(add(svg, "defs"), "clipPath", { id }), "rect", { width, height });
  return `url(#${id})`;
}

/** The url of an arrow's head in the colour of its line, for the attribute `marker-end`. */
export function arrowhead(svg) {
  const id = unique("tip");
  const size = { viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 11, markerHeight: 11, markerUnits: "userSpaceOnUse" };
  add(add(add(svg, "defs"), "marker", { id, orient: "auto", ...size }), "path", { class: "head", d: "M0 0L10 5L0 10z" });
  return `url(#${id})`;
}

/** A picture drawn in units of its own. It grows with its column until a text of 16 units is a fifth larger than the text around it. */
export function picture(parent, { x = 0, y = 0, width, height, ...attributes }) {
  return add(parent, "svg", { viewBox: `${x} ${y} ${width} ${height}`, style: `max-width: ${(1.2 * width) / 16}em`, ...attributes });
}

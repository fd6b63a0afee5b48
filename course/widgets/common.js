// What every widget's JavaScript begins with.

const DRAWN = new Set("svg g path line polyline polygon rect circle ellipse text tspan defs marker clipPath".split(" "));

/** A new element at the end of its parent, of SVG or of the page. */
function add(parent, tag, attributes = {}, text = "") {
  const node = DRAWN.has(tag) ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.textContent = text;
  parent.append(node);
  return node;
}

/** A slider with its title before it, and behind it a place for its value. */
function slider(parent, title, attributes, kind = "") {
  const frame = add(parent, "label", { class: kind }, title);
  return { input: add(frame, "input", { type: "range", "aria-label": title, ...attributes }), output: add(frame, "output") };
}


// The network as a picture: a plane for every node, and weights as edges.

import { canvasIn, CLASSES, DENSE, painter, shade, SHAPES, signed } from "./paint.js";

const { add, picture, range } = kit;

const NET = { width: 560, height: 356, top: 26 };
const ONE_COLUMN = 16; // nodes that stand one below the other; more stand in a block, without edges

const many = (size) => size > ONE_COLUMN;

/** What is left out of the picture, in words; nothing, where all weights are drawn. */
export const unlined = (sizes) => (sizes.some(many) ? `no lines to and from layers of more than ${ONE_COLUMN} nodes` : "");

/** Where the nodes of layers of these sizes stand: their centres and sides. */
export function placesOf(sizes) {
  const [wide, high] = [NET.width / sizes.length, NET.height - NET.top - (unlined(sizes) ? 22 : 0)];
  return sizes.map((size, l) => {
    const across = many(size) ? Math.ceil(Math.sqrt((0.85 * wide * size) / high)) : 1;
    const down = Math.ceil(size / across);
    const cell = Math.min(60, high / down, across > 1 ? (0.85 * wide) / across : 0.5 * wide);
    return range(size).map((j) => ({
      x: (l + 0.5) * wide + ((j % across) - (across - 1) / 2) * cell,
      y: NET.top + high / 2 + (Math.floor(j / across) - (down - 1) / 2) * cell,
      side: cell * (cell > 20 ? 0.82 : 0.9),
    }));
  });
}

/** The network: a picture of the plane for every node, and weights as edges. */
export function netOf(parent, colours, pick) {
  const svg = picture(parent, { ...NET, y: -8, height: NET.height + 12, role: "img" });
  const context = canvasIn(svg, NET).getContext("2d");
  context.scale(DENSE, DENSE);
  const over = add(svg, "g");
  const paint = painter();
  let [places, boxes, known] = [[], [], ""];

  /** Frames and titles, which stay while it trains. */
  function build(sizes) {
    places = placesOf(sizes);
    over.replaceChildren();
    const titles = sizes.map((size, l) => (l === 0 ? "inputs" : l === sizes.length - 1 ? "classes" : `hidden ${l}: ${size}`));
    titles.forEach((words, l) => add(over, "text", { x: (l + 0.5) * (NET.width / sizes.length), y: 8 }, words));
    places[0].forEach(({ x, y, side }, j) => add(over, "text", { class: "last", x: x - side / 2 - 6, y: y + 5 }, ["x₁", "x₂"][j]));
    places.at(-1).forEach(({ x, y, side }, j) => {
      add(over, "path", { class: `points ${CLASSES[j]}`, d: SHAPES[j](x + side / 2 + 12, y, 7) });
    });
    add(over, "text", { x: NET.width / 2, y: NET.height - 2 }, unlined(sizes));
    boxes = places.flatMap((layer, l) => layer.map(({ x, y, side }, j) => {
      const node = add(over, "rect", { class: "node", x: x - side / 2, y: y - side / 2, width: side, height: side });
      const name = `${l}.${j + 1}`;
      if (l && l < sizes.length - 1) {
        node.classList.add("pick");
        node.addEventListener("click", () => pick(name));
      }
      return { node, name };
    }));
  }

  /** A line for each weight: the wider the larger, dashed below 0. */
  function edges({ sizes, layers }) {
    layers.forEach(({ rows, cols, W }, l) => {
      if (many(sizes[l]) || many(sizes[l + 1])) return;
      for (let i = 0; i < rows; i += 1) {
        for (let j = 0; j < cols; j += 1) edge(places[l][i], places[l + 1][j], W[i * cols + j]);
      }
    });
  }
  function edge(from, to, weight) {
    context.strokeStyle = colours.marks[weight < 0 ? 0 : 1];
    context.lineWidth = Math.min(6, 0.3 + 2 * Math.abs(weight));
    context.setLineDash(weight < 0 ? [5, 4] : []);
    context.beginPath();
    context.moveTo(from.x + from.side / 2, from.y);
    context.lineTo(to.x - to.side / 2, to.y);
    context.stroke();
  }

  function draw(net, { chances, node, last, side: fine }, look) {
    if (net.sizes.join() !== known) build(net.sizes);
    known = net.sizes.join();
    context.clearRect(0, 0, NET.width, NET.height);
    edges(net);
    places.forEach((layer, l) => layer.forEach(({ x, y, side }, j) => {
      const values = l > last ? chances[j] : node(l, j);
      const image = paint(fine, l > last ? (k) => shade(colours.strong[j], values[k]) : (k) => signed(colours, values[k]));
      context.drawImage(image, x - side / 2, y - side / 2, side, side);
    }));
    for (const { node: box, name } of boxes) box.classList.toggle("chosen", name === look);
  }
  return { svg, draw };
}

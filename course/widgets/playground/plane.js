// The plane of two inputs: the points, and what the network or one of its nodes says of each place.

import { ACTIVATIONS, forward, softmax } from "./network.js";
import { canvasIn, DENSE, painter, shade, SHAPES, signed } from "./paint.js";
import { SETS } from "./run.js";

const { chart, linear, range } = kit;

export const PLANE = 360; // pixels to a side of a plane

/** Where f, given at each point of the grid, is 0: pairs of ends, from cell to cell, in units of a cell. */
export function zeroLines(f, side) {
  const lines = [];
  for (let row = 0; row < side - 1; row += 1) {
    for (let column = 0; column < side - 1; column += 1) {
      const at = row * side + column;
      const [a, b, c, d] = [f[at], f[at + 1], f[at + side + 1], f[at + side]];
      if ((a > 0) === (b > 0) && (a > 0) === (c > 0) && (a > 0) === (d > 0)) continue;
      const ends = [];
      if (a > 0 !== b > 0) ends.push([column + a / (a - b), row]);
      if (b > 0 !== c > 0) ends.push([column + 1, row + b / (b - c)]);
      if (c > 0 !== d > 0) ends.push([column + d / (d - c), row + 1]);
      if (d > 0 !== a > 0) ends.push([column, row + a / (a - d)]);
      for (let k = 0; k + 1 < ends.length; k += 2) lines.push([ends[k], ends[k + 1]]);
    }
  }
  return lines;
}

/** What a network makes of each point of a grid: `chances` of each class, and `node(layer, j)`, from −1 to 1. */
export function seenBy(net, g, space, grid) {
  const count = grid.length / 2;
  const [scores, last, classes] = [forward(net, grid, count, g, space), net.layers.length - 1, net.sizes.at(-1)];
  const chances = range(classes).map(() => new Float64Array(count));
  const p = new Float64Array(classes);
  for (let k = 0; k < count; k += 1) {
    softmax(scores, k * classes, classes, p);
    for (let c = 0; c < classes; c += 1) chances[c][k] = p[c];
  }
  const middle = g === ACTIVATIONS.sigmoid ? 0.5 : 0;
  function node(layer, j) {
    const size = net.sizes[layer];
    const values = new Float64Array(count);
    const from = layer ? space.H[layer - 1] : grid;
    let most = 1e-9;
    for (let k = 0; k < count; k += 1) {
      values[k] = from[k * size + j] - middle * (layer > 0);
      most = Math.max(most, Math.abs(values[k]));
    }
    for (let k = 0; k < count; k += 1) values[k] /= most;
    return values;
  }
  return { chances, node, last, side: Math.sqrt(count) };
}

/** How much more likely a class is than the most likely of the others, at each place. */
const leads = (chances, c) => chances[c].map((p, k) => {
  let other = 0;
  for (let d = 0; d < chances.length; d += 1) if (d !== c) other = Math.max(other, chances[d][k]);
  return p - other;
});

const STAMP = 14 * DENSE;

/** The mark of a point of a set and a class, on a canvas of its own. */
function stamp({ marks, paper, ink }, name, c) {
  const canvas = Object.assign(document.createElement("canvas"), { width: STAMP, height: STAMP });
  const brush = canvas.getContext("2d");
  const path = new Path2D(SHAPES[c](STAMP / 2, STAMP / 2, 4 * DENSE));
  const [fill, stroke, width] = { training: [marks[c], paper, 1], validation: [paper, marks[c], 2], test: [paper, ink, 2] }[name];
  Object.assign(brush, { fillStyle: fill, strokeStyle: stroke, lineWidth: width * DENSE });
  brush.fill(path);
  brush.stroke(path);
  return canvas;
}

/** A plane of two inputs: what a network says of it, the points, and room to draw some. */
export function planeOf(parent, title, colours) {
  const self = chart(parent, {
    width: PLANE, height: PLANE, x: linear([-1, 1], { title: "x₁", count: 5 }), y: linear([-1, 1], { title, count: 5 }), left: 46,
  });
  const context = canvasIn(self.inside, { width: PLANE, height: PLANE }).getContext("2d");
  const size = DENSE * PLANE;
  const dots = Object.assign(document.createElement("canvas"), { width: size, height: size }); // the points, drawn once
  const brush = dots.getContext("2d");
  const paint = painter();
  let [version, stamps] = [0, null];

  function show([x, y, reach], data, withTest) {
    self.x.domain([x - reach, x + reach]);
    self.y.domain([y - reach, y + reach]);
    self.ticks();
    if (version !== colours.version) {
      version = colours.version;
      stamps = Object.fromEntries(SETS.map((name) => [name, range(3).map((c) => stamp(colours, name, c))]));
    }
    brush.clearRect(0, 0, size, size);
    for (const name of SETS.slice(0, withTest ? 3 : 2).reverse()) {
      const { X, y: labels, n } = data[name];
      for (let e = 0; e < n; e += 1) {
        const [across, down] = self.at(X[2 * e], X[2 * e + 1]).map((at) => Math.round(DENSE * at) - STAMP / 2);
        brush.drawImage(stamps[name][labels[e]], across, down);
      }
    }
  }

  /** The likeliest class at each place, the stronger the surer, or one node; and the lines between. */
  function colour({ chances, node, side }, look) {
    const cell = size / (side - 1);
    const [layer, j] = look === "classes" ? [] : look.split(".").map(Number);
    const values = layer && node(layer, j - 1);
    const fair = 1 / chances.length;
    const pixel = values ? (k) => signed(colours, values[k]) : (k) => {
      let best = 0;
      for (let c = 1; c < chances.length; c += 1) if (chances[c][k] > chances[best][k]) best = c;
      return shade(colours.strong[best], (chances[best][k] - fair) / (1 - fair));
    };
    context.drawImage(paint(side, pixel), 0.5, 0.5, side - 1, side - 1, 0, 0, size, size);
    context.beginPath();
    const several = chances.length > 2 ? range(chances.length) : [0];
    for (const f of values ? [values] : several.map((c) => leads(chances, c))) {
      for (const [[x1, y1], [x2, y2]] of zeroLines(f, side)) {
        context.moveTo(x1 * cell, y1 * cell);
        context.lineTo(x2 * cell, y2 * cell);
      }
    }
    Object.assign(context, { strokeStyle: colours.ink, lineWidth: 2.5 * DENSE });
    context.stroke();
    context.drawImage(dots, 0, 0);
  }

  function bare() {
    context.clearRect(0, 0, size, size);
    context.drawImage(dots, 0, 0);
  }

  return { ...self, show, colour, bare };
}

/** The points of a grid over a plane that shows `reach` on either side of (x, y), row by row from above. */
export const gridOf = ([x, y, reach], side) => Float64Array.from(range(side * side).flatMap((k) => [
  x - reach + (2 * reach * (k % side)) / (side - 1), y + reach - (2 * reach * Math.floor(k / side)) / (side - 1),
]));

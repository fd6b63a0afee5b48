// Canvases, in the colours of the theme.

const { add, range, set } = kit;

export const DENSE = globalThis.devicePixelRatio > 1 ? 2 : 1; // dots of a canvas to a pixel
export const CLASSES = ["zero", "one", "two"];
export const SHAPES = [ // of a class, around a point
  (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
  (x, y, r) => `M${x} ${y - 1.2 * r}L${x + 1.1 * r} ${y + 0.9 * r}H${x - 1.1 * r}z`,
  (x, y, r) => `M${x - 0.9 * r} ${y - 0.9 * r}h${1.8 * r}v${1.8 * r}h${-1.8 * r}z`,
];

/** A canvas inside of a drawing. */
export function canvasIn(parent, { x = 0, y = 0, width, height }) {
  const frameOf = document.createElementNS("http://www.w3.org/2000/svg", "foreignObject");
  parent.append(set(frameOf, { x, y, width, height }));
  return add(frameOf, "canvas", { width: DENSE * width, height: DENSE * height, "aria-hidden": "true" });
}

/** The theme's colours as numbers, and shades of them to look up: `signed` from −1 to 1, `strong[class]` from 0 to 1. */
export function palette(parent) {
  const box = add(parent, "div", { class: "probes", "aria-hidden": "true" });
  const nodes = ["probe zero", "probe one", "probe two", "paper", "ink"].map((kind) => add(box, "i", { class: kind }));
  const self = { read, version: 0 };
  let known = "";
  const mix = (from, to, share) => { // as one number of four bytes, the way a canvas has them
    const [r, g, b] = from.map((part, k) => part + (to[k] - part) * share);
    return (255 << 24) | (b << 16) | (g << 8) | r;
  };
  const shades = (paper, end, most) => Int32Array.from(range(256), (k) => mix(paper, end, (most * k) / 255));
  function read() {
    const texts = nodes.map((node) => getComputedStyle(node).color);
    if (texts.join() === known || !texts[0]) return; // there are no colours outside of the document
    known = texts.join();
    const [zero, one, two, paper] = texts.map((text) => text.match(/[\d.]+/g).slice(0, 3).map(Number));
    Object.assign(self, { marks: texts.slice(0, 3), paper: texts[3], ink: texts[4], version: self.version + 1 });
    self.strong = [zero, one, two].map((end) => shades(paper, end, 0.6));
    self.signed = [zero, one].map((end) => shades(paper, end, 0.9));
  }
  read();
  return self;
}

/** A painter of images of a grid, pixel by pixel, to be drawn somewhere else. */
export function painter() {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  let [side, data, pixels] = [0, null, null];
  return (wanted, pixel) => {
    if (side !== wanted) {
      side = canvas.width = canvas.height = wanted;
      data = new ImageData(side, side);
      pixels = new Int32Array(data.data.buffer);
    }
    for (let k = 0; k < pixels.length; k += 1) pixels[k] = pixel(k);
    context.putImageData(data, 0, 0);
    return canvas;
  };
}

export const shade = (shades, share) => shades[Math.min(255, Math.round(255 * share))];
export const signed = ({ signed: [below, above] }, share) => (share < 0 ? shade(below, -share) : shade(above, share));

// Images of few pixels, grey or signed.

import { add } from "./dom.js";

/** Black at 0, white at 1. */
export const grey = (value) => [0, 0, 0].fill(255 * value);

/** White at 0, blue at -1, vermillion at 1. */
export function tint(share) {
  const end = share < 0 ? [0, 114, 178] : [213, 94, 0];
  return end.map((colour) => 255 + (colour - 255) * Math.min(1, Math.abs(share)));
}

/** A square image; returns its canvas. */
export function image(parent, side) {
  return add(parent, "canvas", { class: "image", width: side, height: side, role: "img" });
}

/** Its pixels, row by row, each red, green and blue. */
export function colour(canvas, pixels) {
  const data = new ImageData(canvas.width, canvas.height);
  data.data.set(pixels.flatMap((pixel) => [...pixel, 255]));
  canvas.getContext("2d").putImageData(data, 0, 0);
}

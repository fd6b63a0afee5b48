// Images of few pixels, grey or signed.

import { max } from "d3-array";

import { add, set } from "./dom.js";

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

/**
 * A square image of signed numbers, with a minus on each negative pixel that can be seen, so that the sign is not told by colour alone.
 * Returns what it stands in, to be described, and the way to draw it.
 */
export function signedImage(parent, side) {
  const node = add(parent, "div", { class: "signed", role: "img" });
  const canvas = set(image(node, side), { "aria-hidden": true });
  const marks = add(add(node, "svg", { viewBox: `0 0 ${side} ${side}`, "aria-hidden": true }), "path");
  return [node, (values) => {
    const limit = max(values, Math.abs) || 1;
    colour(canvas, values.map((value) => tint(value / limit)));
    const below = values.flatMap((value, j) => (value / limit < -0.1 ? [`M${(j % side) + 0.3} ${Math.floor(j / side) + 0.5}h.4`] : []));
    set(marks, { d: below.join("") });
  }];
}

// Where a function of two numbers is at least some level.

import { range } from "d3-array";
import { contours } from "d3-contour";

/**
 * The regions of a chart where f is at least each of the levels, as paths. Samples lie one cell beyond the frame on each side, so that
 * a region's border along the frame is cut off with what is outside.
 */
export function regions({ x, y }, f, levels, cell = 8) {
  const [width, height] = [x.range()[1], y.range()[0]];
  const [columns, rows] = [width, height].map((length) => Math.ceil(length / cell) + 2);
  const middle = (k) => (k - 0.5) * cell;
  const values = range(rows).flatMap((row) => range(columns).map((column) => f([x.invert(middle(column)), y.invert(middle(row))])));
  const place = (point) => point.map((k) => ((k - 1) * cell).toFixed(1)).join(" ");
  return contours().size([columns, rows]).thresholds(levels)(values)
    .map(({ coordinates }) => coordinates.flat().map((ring) => `M${ring.map(place).join("L")}Z`).join(""));
}

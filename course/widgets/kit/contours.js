// Where a function of two numbers is at least some level.

import { range } from "d3-array";
import { contours } from "d3-contour";

/**
 * The regions of a chart where f is at least some level, as paths, a path for each of the levels, which ascend. Samples lie one cell beyond
 * the frame on each side, so that a region's border along the frame is cut off with what is outside.
 */
export function regions({ x, y }, f, levels, cell = 8) {
  const [width, height] = [x.range()[1], y.range()[0]];
  const [columns, rows] = [width, height].map((length) => Math.ceil(length / cell) + 2);
  const [across, down] = [[columns, x], [rows, y]].map(([count, scale]) => range(count).map((k) => scale.invert((k - 0.5) * cell)));
  const values = down.flatMap((second) => across.map((first) => f([first, second])));
  const place = (point) => point.map((k) => ((k - 1) * cell).toFixed(1)).join(" ");
  return contours().size([columns, rows]).thresholds(levels)(values)
    .map(({ coordinates }) => coordinates.flat().map((ring) => `M${ring.map(place).join("L")}Z`).join(""));
}

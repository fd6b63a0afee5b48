// Axes with ticks at round numbers, and the charts that they are of.

import { range } from "d3-array";
import { scaleLinear, scaleLog } from "d3-scale";

import { add, clip, picture, set } from "./dom.js";
import { fixed, power } from "./numbers.js";

/** Evenly spaced numbers from low to high, with about `count` ticks; `whole` for steps and epochs. */
export function linear(domain, { title = "", count = 5, whole = false } = {}) {
  const scale = scaleLinear().domain(domain);
  const ticks = () => {
    const text = scale.tickFormat(count, whole ? ".0f" : undefined);
    return scale.ticks(count).filter((value) => !whole || Number.isInteger(value)).map((value) => [value, text(value)]);
  };
  return { scale, title, ticks };
}

/** Powers of ten; a number beyond an end is drawn at the end. */
export function logarithmic(domain, { title = "", text = power } = {}) {
  const scale = scaleLog().domain(domain).clamp(true);
  const ticks = () => {
    const [low, high] = scale.domain().map(Math.log10);
    const first = Math.ceil(low - 1e-9);
    return range(first, high + 1e-9, Math.ceil((high - first + 1) / 7)).map((k) => [10 ** k, text(k)]);
  };
  return { scale, title, ticks };
}

/** The text of 10ᵏ in full, for what is counted. */
export const counted = (k) => fixed(10 ** k, 0);

/** The path through points of a picture, to a tenth of a pixel. */
export const through = (points) => `M${points.map((point) => point.map((value) => value.toFixed(1)).join(" ")).join("L")}`;

/**
 * A chart: `inside` is a group that is cut off at the frame, `over` one that is not; `ticks()` follows a change of a domain. The plot is
 * width by height, its origin the upper left corner; `at(x, y)` is a point in it.
 */
export function chart(parent, { width, height, x, y, left = 56 }) {
  const svg = picture(parent, { class: "chart", role: "img", x: -left, y: -30, width: width + left + 26, height: height + 78 });
  x.scale.range([0, width]);
  y.scale.range([height, 0]);
  const grid = add(svg, "g");
  const inside = add(svg, "g", { "clip-path": clip(svg, width, height) });
  add(svg, "rect", { class: "frame", width, height });
  const over = add(svg, "g");
  add(svg, "text", { x: width / 2, y: height + 42 }, x.title);
  add(svg, "text", { class: "first", x: 0, y: -12 }, y.title);
  const mark = (value, path, where, text) => {
    add(grid, "path", { class: value ? "rule" : "rule zero", d: path });
    add(grid, "text", where, text);
  };
  let drawn = "";
  function ticks() {
    const [columns, rows] = [x.ticks(), y.ticks()];
    const wanted = JSON.stringify([columns, rows, x.scale.domain(), y.scale.domain()]);
    if (wanted === drawn) return; // as at most moves of a slider
    drawn = wanted;
    grid.replaceChildren();
    for (const [value, text] of columns) {
      const across = x.scale(value);
      mark(value, `M${across} 0V${height}`, { class: "tick", x: across, y: height + 20 }, text);
    }
    for (const [value, text] of rows) {
      const down = y.scale(value);
      mark(value, `M0 ${down}H${width}`, { class: "tick last", x: -8, y: down + 5 }, text);
    }
  }
  ticks();
  const at = (...point) => [x.scale(point[0]), y.scale(point[1])];
  return { svg, inside, over, ticks, at, x: x.scale, y: y.scale };
}

/** A line across the whole chart, upright or level, at a value; returns the way to move it. */
export function rule({ inside, x, y }, kind, upright) {
  const node = add(inside, "line", { class: kind });
  const [low, high] = (upright ? y : x).range();
  return (value) => {
    const at = (upright ? x : y)(value);
    return set(node, upright ? { x1: at, x2: at, y1: low, y2: high } : { x1: low, x2: high, y1: at, y2: at });
  };
}

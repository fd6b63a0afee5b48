// What d3-scale is given in place of d3-interpolate: the kit's scales have ranges of numbers, and without those of colours, dates and
// pieces every page is 17 kB smaller.

export const interpolateNumber = (a, b) => (t) => a * (1 - t) + b * t;
export { interpolateNumber as interpolate };

const missing = () => {
  throw new Error("the kit's scales have ranges of numbers, neither rounded nor in pieces");
};
export { missing as interpolateRound, missing as piecewise };

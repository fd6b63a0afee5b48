// The kit: what every widget's own file finds as `kit`.

export { chart, counted, linear, logarithmic, rule, through } from "./axes.js";
export { regions } from "./contours.js";
export { button, checkbox, choice, controls, slider, stack } from "./controls.js";
export { dotted, plus, roomFor, seen, stepped, walked } from "./descent.js";
export { add, arrowhead, picture, set, unique } from "./dom.js";
export { columns, frame, heading } from "./frame.js";
export { colour, grey, image, signedImage, tint } from "./images.js";
export { onArrows, onPress, roving } from "./keyboard.js";
export { layered } from "./layout.js";
export { sigmoid } from "./mathematics.js";
export { mulberry } from "./mulberry.js";
export { brief, factor, fixed } from "./numbers.js";
export { player } from "./player.js";
export { onDrag, pointIn } from "./pointer.js";
export { predict } from "./predict.js";
export { fromFragment, inPython, pageModel } from "./state.js";
export { describe, facts, legend, status, table, withArticle } from "./text.js";
export { extent, max, maxIndex, mean, min, range, sum } from "d3-array";

// The slope of a curve: the chord from x to x + h, and the tangent it turns into.

export const CURVES = {
  "x²": { f: (x) => x * x, slope: (x) => 2 * x, formula: "2x" },
  "x³": { f: (x) => x ** 3, slope: (x) => 3 * x * x, formula: "3x²" },
  "sin x": { f: Math.sin, slope: Math.cos, formula: "cos x" },
};

export const chord = (name, x, h) => (CURVES[name].f(x + h) - CURVES[name].f(x)) / h;

const digits = (x, n = 3) => x.toFixed(n).replace("-", "−");

// The picture: one unit of x or y is UNIT pixels, the origin in the middle below.

const UNIT = 80;
const FRAME = { left: -3, right: 3, bottom: -1.6, top: 4.2 };
const pixel = (x, y) => [(x - FRAME.left) * UNIT, (FRAME.top - y) * UNIT];

const STYLE = `
.tangent { max-width: 1400px; color: var(--jp-content-font-color1, CanvasText); font-family: inherit; font-variant-numeric: tabular-nums;
  container-type: inline-size; }
.tangent .body { display: grid; grid-template-columns: minmax(0, 1.4fr) minmax(0, 1fr); gap: 2em; font-size: clamp(14px, 1.5cqw, 24px); line-height: 1.5; }
@container (max-width: 700px) { .tangent .body { grid-template-columns: 1fr; } }
.tangent svg { width: 100%; height: auto; }
.tangent svg * { vector-effect: non-scaling-stroke; }
.tangent text { fill: currentColor; font-size: 18px; text-anchor: middle; }
.tangent label { display: grid; grid-template-columns: 6.5em 1fr 4em; gap: .6em; align-items: center; margin-bottom: .4em; }
.tangent :is(input, select) { accent-color: #0072B2; min-width: 0; font: inherit; }
.tangent .axis { stroke: currentColor; stroke-opacity: .45; }
.tangent .curve { fill: none; stroke: currentColor; stroke-width: 2.5; }
.tangent .chord { stroke: #D55E00; stroke-width: 3; }
.tangent .limit { stroke: #0072B2; stroke-width: 3; stroke-dasharray: 9 6; }
.tangent .legs { fill: none; stroke: #D55E00; stroke-opacity: .8; stroke-width: 1.5; }
.tangent circle { fill: #D55E00; }
.tangent dl { display: grid; grid-template-columns: auto 1fr; gap: .1em 1em; margin: .8em 0; }
.tangent .body :is(dt, dd) { float: none; width: auto; margin: 0; font-weight: 600; }  /* JupyterLab floats them, a fifth wide */
.tangent .body dt { font-weight: inherit; }
.tangent i { display: inline-block; width: 1.6em; border-top: .2em solid #D55E00; vertical-align: middle; margin-right: .4em; }
.tangent i.dashed { border-top: .2em dashed #0072B2; }
`;

/** A line through (x, y) with a slope, from one side of the frame to the other. */
function throughout(line, x, y, slope) {
  const ends = [FRAME.left, FRAME.right].map((at) => pixel(at, y + slope * (at - x)));
  for (const [name, value] of [["x1", ends[0][0]], ["y1", ends[0][1]], ["x2", ends[1][0]], ["y2", ends[1][1]]]) line.setAttribute(name, value);
}

function axes(svg) {
  const [left, middle] = pixel(FRAME.left, 0);
  const [centre, top] = pixel(0, FRAME.top);
  add(svg, "line", { class: "axis", x1: left, x2: pixel(FRAME.right, 0)[0], y1: middle, y2: middle });
  add(svg, "line", { class: "axis", x1: centre, x2: centre, y1: top, y2: pixel(0, FRAME.bottom)[1] });
  for (const x of [-2, -1, 1, 2]) add(svg, "text", { x: pixel(x, 0)[0], y: middle + 22 }, digits(x, 0));
  for (const y of [-1, 1, 2, 3, 4]) add(svg, "text", { x: centre - 18, y: pixel(0, y)[1] + 6 }, digits(y, 0));
  add(svg, "text", { x: pixel(FRAME.right, 0)[0] - 12, y: middle - 10 }, "x");
  add(svg, "text", { x: centre + 26, y: top + 16 }, "f(x)");
}

function render({ model, el }) {
  const root = add(el, "div", { class: "tangent", role: "group", "aria-label": "A chord of a curve, and its tangent" });
  add(root, "style", {}, STYLE);
  const body = add(root, "div", { class: "body" });
  const size = pixel(FRAME.right, FRAME.bottom);
  const svg = add(body, "svg", { viewBox: `0 0 ${size[0]} ${size[1]}`, role: "img" });
  axes(svg);
  const [curve, limit, legs] = [add(svg, "path", { class: "curve" }), add(svg, "line", { class: "limit" }), add(svg, "path", { class: "legs" })];
  const line = add(svg, "line", { class: "chord" });
  const dots = [add(svg, "circle", { r: 6 }), add(svg, "circle", { r: 6 })];
  const side = add(body, "div");
  const choice = add(add(side, "label", {}, "Curve"), "select", { "aria-label": "Curve" });
  for (const name of Object.keys(CURVES)) add(choice, "option", { value: name }, `f(x) = ${name}`);
  choice.value = model.get("curve");
  const point = slider(side, "Point x", { min: -1.8, max: 1.8, step: 0.05, value: 1 });
  const step = slider(side, "Step h", { min: -3, max: 0.15, step: 0.05, value: 0 });
  const facts = add(side, "dl");
  const said = add(side, "p", { "aria-live": "polite" });

  function draw() {
    const name = choice.value;
    const { f, slope, formula } = CURVES[name];
    const x = Number(point.input.value);
    const h = 10 ** Number(step.input.value);
    const points = Array.from({ length: 241 }, (_, k) => FRAME.left + (k / 240) * (FRAME.right - FRAME.left));
    curve.setAttribute("d", `M${points.map((at) => pixel(at, f(at)).join(" ")).join("L")}`);
    const [tilt, limiting] = [chord(name, x, h), slope(x)];
    throughout(line, x, f(x), tilt);
    throughout(limit, x, f(x), limiting);
    const corners = [pixel(x, f(x)), pixel(x + h, f(x)), pixel(x + h, f(x + h))];
    legs.setAttribute("d", `M${corners.map((corner) => corner.join(" ")).join("L")}`);
    [corners[0], corners[2]].forEach(([cx, cy], k) => { dots[k].setAttribute("cx", cx); dots[k].setAttribute("cy", cy); });
    point.output.textContent = digits(x, 2);
    step.output.textContent = digits(h, h < 0.01 ? 4 : 3);
    facts.replaceChildren();
    const rows = [
      ["", "chord", "(f(x + h) − f(x)) / h", tilt],
      ["dashed", "tangent", formula, limiting],
    ];
    for (const [kind, title, words, value] of rows) {
      const term = add(facts, "dt");
      add(term, "i", { class: kind });
      term.append(`${title}, ${words}`);
      add(facts, "dd", {}, digits(value, 4));
    }
    said.textContent = `Their slopes differ by ${digits(Math.abs(tilt - limiting), 4)}.`;
    svg.setAttribute("aria-label", `f(x) = ${name} near x = ${digits(x, 2)}: the chord has slope ${digits(tilt)}, the tangent ${digits(limiting)}.`);
  }

  for (const control of [choice, point.input, step.input]) control.addEventListener("input", draw);
  draw();
}

export default { render };

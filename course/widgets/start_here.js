// The slope of a curve: the chord from x to x + h, and the tangent it turns into.

const { add, chart, choice, columns, describe, facts, fixed, frame, legend, linear, range, set, slider, stack, status, through } = kit;

export const CURVES = {
  "x²": { f: (x) => x * x, slope: (x) => 2 * x, formula: "2x" },
  "x³": { f: (x) => x ** 3, slope: (x) => 3 * x * x, formula: "3x²" },
  "sin x": { f: Math.sin, slope: Math.cos, formula: "cos x" },
};

export const chord = (name, x, h) => (CURVES[name].f(x + h) - CURVES[name].f(x)) / h;

// The picture: one unit of x is as long as one of f(x).

const [LEFT, RIGHT, BOTTOM, TOP] = [-3, 3, -1.6, 4.2];
const UNIT = 80;

const STYLE = `
  .curve { fill: none; stroke: currentColor; stroke-width: 2.5; }
  .chord { stroke: var(--vermillion); stroke-width: 3; }
  .limit { stroke: var(--blue); stroke-width: 3; stroke-dasharray: 9 6; }
  .legs { fill: none; stroke: var(--vermillion); stroke-width: 1.5; }
  circle { fill: var(--vermillion); }
`;

function render({ model, el }) {
  const { body } = frame(el, { name: "tangent", title: "A chord of a curve, and its tangent", style: STYLE });
  const [left, side] = columns(body, 1.1, 1);
  const plane = chart(left, {
    width: (RIGHT - LEFT) * UNIT, height: (TOP - BOTTOM) * UNIT,
    x: linear([LEFT, RIGHT], { title: "x", count: 6 }), y: linear([BOTTOM, TOP], { title: "f(x)", count: 6 }),
  });
  const [curve, legs] = ["curve", "legs"].map((kind) => add(plane.inside, "path", { class: kind }));
  const [limit, line] = ["limit", "chord"].map((kind) => add(plane.inside, "line", { class: kind }));
  const dots = [0, 1].map(() => add(plane.inside, "circle", { r: 6 }));
  const controls = stack(side);
  const curves = Object.keys(CURVES).map((name) => [name, `f(x) = ${name}`]);
  const choose = choice(controls, "Curve", curves, model.get("curve"), draw);
  const point = slider(controls, "Point x", { min: -1.8, max: 1.8, step: 0.05, value: 1 }, draw);
  const step = slider(controls, "Step h", { min: -3, max: 0.15, step: 0.05, value: 0 }, draw); // a power of ten
  const tell = facts(side);
  const say = status(side);
  legend(side, [["line", "curve", "the curve"], ["line", "chord", "the chord"], ["line", "limit", "the tangent"]]);

  /** A line through (x, y) with a slope, from one side of the frame to the other. */
  function throughout(node, x, y, slope) {
    const [[x1, y1], [x2, y2]] = [LEFT, RIGHT].map((at) => plane.at(at, y + slope * (at - x)));
    set(node, { x1, y1, x2, y2 });
  }

  function draw() {
    const name = choose.value;
    const { f, slope, formula } = CURVES[name];
    const x = Number(point.input.value);
    const h = 10 ** Number(step.input.value);
    const [tilt, limiting] = [chord(name, x, h), slope(x)];
    set(curve, { d: through(range(LEFT, RIGHT + 0.01, 0.025).map((at) => plane.at(at, f(at)))) });
    throughout(line, x, f(x), tilt);
    throughout(limit, x, f(x), limiting);
    const corners = [plane.at(x, f(x)), plane.at(x + h, f(x)), plane.at(x + h, f(x + h))];
    set(legs, { d: through(corners) });
    [corners[0], corners[2]].forEach(([cx, cy], k) => set(dots[k], { cx, cy }));
    point.show(fixed(x));
    step.show(fixed(h, h < 0.01 ? 4 : 3));
    tell([
      ["chord, (f(x + h) − f(x)) / h", fixed(tilt, 4)],
      [`tangent, ${formula}`, fixed(limiting, 4)],
    ]);
    say(`Their slopes differ by ${fixed(Math.abs(tilt - limiting), 4)}.`);
    describe(plane.svg, `f(x) = ${name} near x = ${fixed(x)}: the chord has slope ${fixed(tilt, 3)}, the tangent ${fixed(limiting, 3)}.`);
  }

  draw();
}

export default { render };

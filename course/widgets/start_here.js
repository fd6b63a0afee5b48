// The slope of a curve: the chord from x to x + h, and the tangent it turns into.

const {
  add, chart, choice, columns, describe, facts, fixed, frame, legend, linear, logarithmic, player, predict, range, set, slider, stack, status,
  through,
} = kit;

export const CURVES = {
  "x²": { f: (x) => x * x, slope: (x) => 2 * x, formula: "2x" },
  "x³": { f: (x) => x ** 3, slope: (x) => 3 * x * x, formula: "3x²" },
  "sin x": { f: Math.sin, slope: Math.cos, formula: "cos x" },
};

export const chord = (name, x, h) => (CURVES[name].f(x + h) - CURVES[name].f(x)) / h;

// The picture: one unit of x is as long as one of f(x), however near it is seen.

const [LEFT, RIGHT, BOTTOM, TOP] = [-3, 3, -1.6, 4.2];
const UNIT = 80;
const STEPS = range(-3, 0.16, 0.05); // powers of ten that h runs through
const LEAST = 1e-6; // of what the chart of errors can show

const STYLE = `
  .curve { fill: none; stroke: currentColor; stroke-width: 3; }
  .chord { stroke: var(--vermillion); stroke-width: 3; }
  .limit { stroke: var(--blue); stroke-width: 3; stroke-dasharray: 9 6; }
  .legs { fill: none; stroke: var(--vermillion); stroke-width: 1.5; }
  .error { fill: none; stroke: currentColor; stroke-width: 2.5; }
  circle { fill: var(--vermillion); }
`;

function render({ model, el }) {
  const view = frame(el, model, { name: "tangent", style: STYLE, state: ["curve", "x", "h", "zoom"] });
  const { body, state } = view;
  const [left, side] = columns(body, 1.1, 1);
  left.classList.add("picture");
  const plane = chart(left, {
    width: (RIGHT - LEFT) * UNIT, height: (TOP - BOTTOM) * UNIT,
    x: linear([LEFT, RIGHT], { title: "x", count: 6 }), y: linear([BOTTOM, TOP], { title: "f(x)", count: 6 }),
  });
  const [curve, legs] = ["curve", "legs"].map((kind) => add(plane.inside, "path", { class: kind }));
  const [limit, line] = ["limit", "chord"].map((kind) => add(plane.inside, "line", { class: kind }));
  const dots = [0, 1].map(() => add(plane.inside, "circle", { r: 6 }));

  const controls = stack(side);
  const curves = Object.keys(CURVES).map((name) => [name, `f(x) = ${name}`]);
  const choose = choice(controls, "Curve", curves, state.curve, (name) => state.set({ curve: name }));
  const point = slider(controls, "Point x", { min: -1.8, max: 1.8, step: 0.05 }, (x) => state.set({ x }));
  const step = slider(controls, "Step h", { min: -3, max: 0.1, step: 0.05 }, (power) => state.set({ h: 10 ** power }));
  const near = slider(controls, "Zoom", { min: 0, max: 4, step: 0.02 }, (zoom) => state.set({ zoom }));
  player(view, side, {
    step() {
      state.set({ zoom: Math.min(4, state.zoom + 0.02) });
      return state.zoom < 4;
    },
    reset: () => state.set({ zoom: 0 }),
  });
  const tell = facts(side);
  const say = status(side);
  legend(side, [["line", "curve", "the curve"], ["line", "chord", "the chord, from x to x + h"], ["line", "limit", "the tangent at x"]]);

  const errors = chart(add(side, "div", { class: "aside" }), {
    width: 420, height: 120,
    x: logarithmic([1e-3, 10 ** 0.15], { title: "step h" }), y: logarithmic([LEAST, 10], { title: "how far the slopes differ" }),
  });
  const error = add(errors.inside, "path", { class: "error" });
  const here = add(errors.over, "circle", { r: 6 });

  /** A line through (x, y) with a slope, from one side of the frame to the other. */
  function throughout(node, x, y, slope) {
    const [[x1, y1], [x2, y2]] = plane.x.domain().map((at) => plane.at(at, y + slope * (at - x)));
    set(node, { x1, y1, x2, y2 });
  }

  /** The part of the plane that is seen: all of it, or what lies around the point. */
  function look(x, y) {
    const share = 10 ** -state.zoom;
    const around = (at, low, high) => [low, high].map((end) => at * (1 - share) + end * share);
    plane.x.domain(around(x, LEFT, RIGHT));
    plane.y.domain(around(y, BOTTOM, TOP));
    plane.ticks();
  }

  function draw() {
    const { curve: name, x, h } = state;
    const { f, slope, formula } = CURVES[name];
    const [tilt, limiting] = [chord(name, x, h), slope(x)];
    look(x, f(x));
    const [low, high] = plane.x.domain();
    const across = range(241).map((k) => low + ((high - low) * k) / 240);
    set(curve, { d: through(across.map((at) => plane.at(at, f(at)))) });
    throughout(line, x, f(x), tilt);
    throughout(limit, x, f(x), limiting);
    const corners = [plane.at(x, f(x)), plane.at(x + h, f(x)), plane.at(x + h, f(x + h))];
    set(legs, { d: through(corners) });
    [corners[0], corners[2]].forEach(([cx, cy], k) => set(dots[k], { cx, cy }));
    const apart = (step) => Math.max(LEAST, Math.abs(chord(name, x, step) - limiting));
    set(error, { d: through(STEPS.map((power) => errors.at(10 ** power, apart(10 ** power)))) });
    const [cx, cy] = errors.at(h, apart(h));
    set(here, { cx, cy });
    choose.value = name;
    point.input.value = x;
    step.input.value = Math.log10(h);
    near.input.value = state.zoom;
    point.show(fixed(x));
    step.show(fixed(h, h < 0.01 ? 4 : 3));
    near.show(`${fixed(10 ** state.zoom, state.zoom < 1 ? 1 : 0)} ×`);
    tell([
      ["chord, (f(x + h) − f(x)) / h", fixed(tilt, 4)],
      [`tangent, ${formula}`, fixed(limiting, 4)],
    ]);
    say(`Their slopes differ by ${fixed(Math.abs(tilt - limiting), 4)}.`);
    const slopes = ` The chord has slope ${fixed(tilt, 3)}, the tangent ${fixed(limiting, 3)}.`;
    describe(plane.svg, `f(x) = ${name} near x = ${fixed(x)}, the chord to x + h, and the tangent.`, slopes);
    describe(errors.svg, "The smaller h, the less the slopes differ", `: by ${fixed(apart(h), 4)} at h = ${fixed(h, 3)}`);
  }

  predict(view, {
    words: "the slope of the tangent", truth: () => CURVES[state.curve].slope(state.x),
    nodes: [...side.querySelectorAll(".facts, .status")],
  });
  state.watch(draw);
  draw();
  return view.close;
}

export default { render };

// Gradient descent on a loss surface: drag the ball or the learning rate, and the whole path is drawn at once.

const {
  add, brief, chart, choice, columns, controls, describe, facts, fixed, frame, legend, linear, logarithmic, onArrows, onDrag, pointIn,
  range, regions, set, slider, status, through,
} = kit;

// The mathematics: three losses of two parameters, each at least 0, with its gradient and its minima (where, name, curvatures).

const TURN = Math.PI / 6;
const [COS, SIN] = [Math.cos(TURN), Math.sin(TURN)];
const along = ([x, y]) => [COS * x + SIN * y, COS * y - SIN * x];
const ROOTS = [-1.5, 0.5, 1.5]; // of the slope of "two valleys": a minimum, the ridge, a minimum
const ridge = (x) => (x ** 4 / 4 - x ** 3 / 6 - (9 * x ** 2) / 8 + (9 * x) / 8) / 1.2;

export const SURFACES = {
  "round bowl": {
    loss: ([x, y]) => (x * x + y * y) / 2,
    gradient: ([x, y]) => [x, y],
    minima: [{ at: [0, 0], name: "the minimum", curvatures: [1, 1] }],
  },
  "narrow valley": {
    loss: (p) => (along(p)[0] ** 2 / 2 + 8 * along(p)[1] ** 2 / 2) / 2,
    gradient: (p) => {
      const [a, b] = along(p);
      return [COS * a / 2 - SIN * 4 * b, SIN * a / 2 + COS * 4 * b];
    },
    minima: [{ at: [0, 0], name: "the minimum", curvatures: [0.5, 4] }],
  },
  "two valleys": {
    loss: ([x, y]) => ridge(x) - ridge(ROOTS[0]) + y * y / 2,
    gradient: ([x, y]) => [(x - ROOTS[0]) * (x - ROOTS[1]) * (x - ROOTS[2]) / 1.2, y],
    minima: [
      { at: [ROOTS[0], 0], name: "the deep, narrow valley", curvatures: [1, 5] },
      { at: [ROOTS[2], 0], name: "the shallow, wide valley", curvatures: [1, 2.5] },
    ],
  },
};

export function descend(name, start, rate, steps) {
  const path = [start];
  for (let t = 0; t < steps; t += 1) {
    const slope = SURFACES[name].gradient(path[t]);
    path.push(path[t].map((value, i) => value - rate * slope[i]));
  }
  return path;
}

/** Above this learning rate no descent settles in a minimum. */
export const limit = ({ curvatures }) => 2 / Math.max(...curvatures);

/** Where a long walk ends: the minimum it settles in, "away" where it diverges, or "restless". */
export function fate(name, start, rate) {
  const end = descend(name, start, rate, 3000).at(-1);
  const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
  if (!end.every((value) => Math.abs(value) < 1e3)) return "away";
  return SURFACES[name].minima.find(({ at }) => distance(at, end) < 1e-3) ?? "restless";
}

// The picture: the surface from above on the left, the loss of each step on the right.

const [WIDE, TALL, UNIT] = [3, 2, 100]; // the surface is drawn for |θ[0]| <= 3 and |θ[1]| <= 2, at 100 pixels a unit

const STYLE = `
  --now: var(--blue);
  .contour { fill: none; stroke: currentColor; stroke-opacity: .35; }
  .walk { fill: none; stroke: var(--now); stroke-width: 2; }
  .point { fill: var(--now); }
  .least { stroke: currentColor; stroke-width: 3; }
  .ball { fill: var(--orange); stroke: currentColor; stroke-width: 2; }
  .ball:focus-visible { stroke-width: 5; }
  .status { min-height: 2.8em; border-left: .35em solid var(--now); padding-left: .6em; }
`;

function render({ model, el }) {
  const state = { name: model.get("surface"), start: [...model.get("start")], rate: model.get("learning_rate"), steps: model.get("steps") };
  const { root, body, close } = frame(el, model, { name: "descent", style: STYLE });
  const bar = controls(body);
  choice(bar, "Surface", Object.keys(SURFACES).map((name) => [name, name]), state.name, (name) => {
    state.name = name;
    draw();
    paint();
  });
  const rate = slider(bar, "Learning rate η", { min: 0.01, step: 0.01 }, (value) => {
    state.rate = value;
    paint();
  });
  const steps = slider(bar, "Steps", { min: 1, max: 200, step: 1, value: state.steps }, (value) => {
    state.steps = value;
    paint();
  });
  const [left, beside] = columns(body, 1.5, 1);

  const map = chart(left, {
    width: 2 * WIDE * UNIT, height: 2 * TALL * UNIT,
    x: linear([-WIDE, WIDE], { title: "θ[0]", count: 6 }), y: linear([-TALL, TALL], { title: "θ[1]" }),
  });
  set(map.svg, { role: "group", "aria-label": "The loss surface from above, and the path" });
  const [lines, least, walk] = ["contour", "least", "walk"].map((kind) => add(map.inside, "path", { class: kind }));
  const points = add(map.inside, "g", { class: "points" });
  const ball = add(map.over, "circle", { class: "ball handle", r: 11, tabindex: 0, role: "button" });
  legend(left, [
    ["dot", "ball", "the start: drag it, or press arrow keys"], ["dot", "point", "a step"], ["cross", "least", "a minimum"],
    ["line", "contour", "the same loss all along"],
  ]);

  const across = linear([0, state.steps], { title: "step", whole: true });
  const losses = chart(beside, { width: 330, height: 280, x: across, y: logarithmic([1e-6, 1e4], { title: "loss ℓ" }) });
  const curve = add(losses.inside, "path", { class: "walk" });
  const say = status(beside);
  const tellFactors = facts(beside);

  /** What a surface alone decides: contours, minima, and how far the slider goes. */
  function draw() {
    const { loss, minima } = SURFACES[state.name];
    const highest = loss([-WIDE, TALL]);
    set(lines, { d: regions(map, loss, range(1, 15).map((k) => highest * (k / 14) ** 2.2)).join("") });
    set(least, { d: minima.map(({ at }) => map.at(...at)).map(([x, y]) => `M${x - 7} ${y}h14M${x} ${y - 7}v14`).join("") });
    set(rate.input, { max: (1.3 * Math.max(...minima.map(limit))).toFixed(2) });
    state.rate = Math.min(state.rate, Number(rate.input.max));
    rate.input.value = state.rate;
  }

  /** What is said, from where a long walk ends. */
  function tell() {
    const { minima } = SURFACES[state.name];
    const end = fate(state.name, state.start, state.rate);
    const said = {
      away: "It diverges: each step ends farther away than the one before.",
      restless: minima.length > 1
        ? "It never settles: where it walks, the surface bends too sharply for this step."
        : "On the edge, or nearly: it settles too slowly to tell.",
    };
    say(said[end] ?? `It settles in ${end.name}.`);
    tellFactors(minima.flatMap((minimum) => [
      [`2/L in ${minimum.name}`, fixed(limit(minimum))],
      ...[...new Set(minimum.curvatures)].map((L) => [`a step's factor, where the curvature is ${L}`, fixed(1 - state.rate * L)]),
    ]));
    root.style.setProperty("--now", end in said ? "var(--vermillion)" : "var(--blue)");
  }

  function paint() {
    const path = descend(state.name, state.start, state.rate, state.steps);
    const gone = path.findIndex((point) => !point.every((value) => Math.abs(value) < 1e6));
    const shown = gone < 0 ? path : path.slice(0, gone);
    set(walk, { d: through(shown.map((point) => map.at(...point))) });
    points.replaceChildren();
    for (const point of shown.filter(([x, y]) => Math.abs(x) <= WIDE && Math.abs(y) <= TALL)) {
      const [cx, cy] = map.at(...point);
      add(points, "circle", { class: "point", cx, cy, r: 3 });
    }
    const [cx, cy] = map.at(...state.start);
    set(ball, { cx, cy });
    describe(ball, `Start at ${state.start.map((value) => fixed(value, 1)).join(", ")}: drag it, or move it with the arrow keys`);
    const heights = shown.map(SURFACES[state.name].loss);
    losses.x.domain([0, state.steps]);
    losses.ticks();
    set(curve, { d: through(heights.map((loss, t) => losses.at(t, Math.max(loss, 1e-300)))) });
    describe(losses.svg, `Loss at each step: from ${brief(heights[0])} to ${brief(heights.at(-1))}`);
    rate.show(fixed(state.rate));
    steps.show(String(state.steps));
    tell();
  }

  function move([x, y]) {
    const within = (value, reach) => Math.max(-reach, Math.min(reach, value));
    state.start = [within(x, WIDE), within(y, TALL)];
    paint();
  }

  onDrag(ball, {
    move: (event) => {
      const [x, y] = pointIn(map.svg, event);
      move([map.x.invert(x), map.y.invert(y)]);
    },
  });
  onArrows(ball, (right, down) => move([state.start[0] + 0.1 * right, state.start[1] - 0.1 * down]));
  draw();
  paint();
  return close;
}

export default { render };

// Gradient descent on a loss surface: drag the ball or the learning rate, and the whole path is drawn at once.

const {
  add, brief, chart, choice, columns, controls, describe, dotted, facts, fixed, frame, legend, linear, logarithmic, onArrows, onDrag, player,
  plus, pointIn, predict, range, regions, roomFor, seen, set, slider, status, stepped, through, walked,
} = kit;

// The mathematics: three losses of two parameters, each at least 0, with its gradient and its minima (where, name, curvatures).

const TURN = Math.PI / 6;
const [COS, SIN] = [Math.cos(TURN), Math.sin(TURN)];
const along = ([x, y]) => [COS * x + SIN * y, COS * y - SIN * x];
const ROOTS = [-1.5, 0.5, 1.5]; // of the slope of "two valleys": a minimum, the ridge, a minimum
const ridge = (x) => (x ** 4 / 4 - x ** 3 / 6 - (9 * x ** 2) / 8 + (9 * x) / 8) / 1.2;

export const SURFACES = {
  "narrow valley": {
    loss: (p) => (along(p)[0] ** 2 / 2 + 8 * along(p)[1] ** 2 / 2) / 2,
    gradient: (p) => {
      const [a, b] = along(p);
      return [COS * a / 2 - SIN * 4 * b, SIN * a / 2 + COS * 4 * b];
    },
    minima: [{ at: [0, 0], name: "the minimum", curvatures: [0.5, 4] }],
  },
  "round bowl": {
    loss: ([x, y]) => (x * x + y * y) / 2,
    gradient: ([x, y]) => [x, y],
    minima: [{ at: [0, 0], name: "the minimum", curvatures: [1, 1] }],
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

export const descend = (name, start, rate, steps, momentum = 0) => walked(start, steps, SURFACES[name].gradient, rate, momentum);

/** Above this learning rate no descent settles in a minimum. */
export const limit = ({ curvatures }, momentum = 0) => (2 * (1 + momentum)) / Math.max(...curvatures);

/** What a step multiplies the distance by, in the long run, where the curvature is L: the larger root of r² - (1 + β - η L) r + β. */
export function factorOf(curvature, rate, momentum) {
  const half = (1 + momentum - rate * curvature) / 2;
  const square = half * half - momentum;
  return square < 0 ? Math.sqrt(momentum) : half + (half < 0 ? -1 : 1) * Math.sqrt(square);
}

/** Where a long walk ends: the minimum it settles in, "away" where it diverges, or "restless". */
export function fate(name, start, rate, momentum = 0) {
  let now = { at: start, m: [0, 0] };
  for (let t = 0; t < 3000; t += 1) {
    now = stepped(now, SURFACES[name].gradient(now.at), rate, momentum);
    if (!now.at.every((value) => Math.abs(value) < 1e3)) return "away";
    if (Math.hypot(...now.m) < 1e-12) break; // it moves no more
  }
  return SURFACES[name].minima.find(({ at }) => distance(at, now.at) < 1e-3) ?? "restless";
}

const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
const nearest = (name, point) => SURFACES[name].minima.reduce((a, b) => (distance(b.at, point) < distance(a.at, point) ? b : a));

/** The first point on the way from a point in a direction where the loss has risen to a level, or null within `far`. */
export function onContour(loss, from, angle, level, far = 6) {
  const at = (t) => [from[0] + t * Math.cos(angle), from[1] + t * Math.sin(angle)];
  let high = range(0, far, 0.02).find((t) => loss(at(t)) >= level);
  if (!high) return null;
  let low = high - 0.02;
  for (let k = 0; k < 40; k += 1) {
    const middle = (low + high) / 2;
    if (loss(at(middle)) < level) low = middle;
    else high = middle;
  }
  return at(high);
}

// The picture: the surface from above on the left, the loss of each step on the right.

const [WIDE, TALL, UNIT] = [3, 2, 100]; // the surface is drawn for |θ₁| <= 3 and |θ₂| <= 2, at 100 pixels a unit
const MOST = 200; // steps
const LEVELS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20];
const ANGLES = [30, 120, 210, 300].map((degrees) => (degrees * Math.PI) / 180); // of rays on which the contours' values stand
const RACERS = [{ kind: "slow", name: "η/2", share: 0.5 }, { kind: "main", name: "η", share: 1 }, { kind: "fast", name: "2η", share: 2 }];

/** A point far outside, drawn nearer in the same direction: browsers are slow with dashes of a million pixels. */
const nearer = (point) => point.map((value) => value * Math.min(1, (10 * OUTSIDE) / Math.hypot(...point, 1e-9)));
const OUTSIDE = 20; // a path is drawn to its first point beyond that

const STYLE = `
  .band { fill: var(--sky); fill-opacity: .085; stroke: currentColor; stroke-opacity: .4; }
  .band.high { fill-opacity: .55; }
  .value { font-size: 14px; }
  .map text:not(.tick) { paint-order: stroke; stroke: var(--paper); stroke-width: 4; stroke-opacity: .75; }
  .halo { fill: none; stroke: var(--paper); stroke-width: 5; stroke-opacity: .7; stroke-linejoin: round; }
  .slow { --walk: var(--green); --dash: 2 4; }
  .main { --walk: var(--blue); }
  .fast { --walk: var(--rust); --dash: 10 4; }
  .walk { fill: none; stroke: var(--walk); stroke-width: 2.2; stroke-dasharray: var(--dash); stroke-linejoin: round; }
  .dots { fill: none; stroke: var(--walk); stroke-width: 6; stroke-linecap: round; }
  .end { fill: var(--walk); stroke: var(--paper); stroke-width: 2; }
  .least { fill: none; stroke: currentColor; stroke-width: 3; }
  .ball { fill: var(--orange); stroke: currentColor; stroke-width: 2; }
  .ball:focus-visible { stroke-width: 5; }
  .controls { gap: .4em .9em; }
  .controls input { width: 5.5em; }
  .status { min-height: 2.8em; }
`;

function render({ model, el }) {
  const names = ["surface", "start", "learning_rate", "momentum", "steps", "race"];
  const view = frame(el, model, { name: "descent", style: STYLE, state: names });
  const { body, state } = view;
  const bar = controls(body);
  const surfaces = Object.keys(SURFACES).map((name) => [name, name]);
  const choose = choice(bar, "Surface", surfaces, state.surface, (surface) => state.set({
    surface, learning_rate: Math.min(state.learning_rate, largest(surface)),
  }));
  const rate = slider(bar, "Learning rate η", { min: 0.01, max: 1, step: 0.01 }, (value) => state.set({ learning_rate: value }));
  const momentum = slider(bar, "Momentum β", { min: 0, max: 0.98, step: 0.02 }, (value) => state.set({ momentum: value }));
  const steps = slider(bar, "Steps", { min: 0, max: MOST, step: 1 }, (value) => state.set({ steps: value }));
  const races = [["one rate", "η"], ["three rates", "η/2, η, 2η"]];
  const race = choice(bar, "Race", races, state.race, (value) => state.set({ race: value }));
  const [left, beside] = columns(body, 1.5, 1);
  left.classList.add("picture");

  const map = chart(left, {
    width: 2 * WIDE * UNIT, height: 2 * TALL * UNIT,
    x: linear([-WIDE, WIDE], { title: "θ₁", count: 6 }), y: linear([-TALL, TALL], { title: "θ₂" }),
  });
  set(map.svg, { role: "group", class: "chart map" });
  const [bands, values] = [0, 1].map(() => add(map.inside, "g"));
  const least = add(map.inside, "path", { class: "least" });

  player(view, beside, {
    every: 60,
    step() {
      state.set({ steps: Math.min(MOST, state.steps + 1) });
      return state.steps < MOST;
    },
    reset: () => state.set({ steps: 0 }),
  });
  const say = status(beside);
  const tellLimits = facts(beside);
  const aside = add(beside, "div", { class: "aside" });
  const tellFactors = facts(aside);
  const losses = chart(aside, {
    width: 330, height: 105, x: linear([0, 20], { title: "step", whole: true }), y: logarithmic([1e-6, 1e4], { title: "loss ℓ" }),
  });
  const racers = RACERS.map((racer) => {
    const group = add(map.inside, "g", { class: racer.kind });
    const [halo, walk, dots] = ["halo", "walk", "dots"].map((kind) => add(group, "path", { class: kind }));
    const last = add(group, "circle", { class: "end", r: 7 });
    const curve = add(add(losses.inside, "g", { class: racer.kind }), "path", { class: "walk" });
    return { ...racer, group, halo, walk, dots, last, curve };
  });
  legend(beside, [
    ["dot", "ball", "the ball, the start: drag it"], ["cross", "least", "a minimum"],
    ["area", "band high", "deeper: larger loss, in numbers"],
    ["line", "walk main", "the path of η, step by step"], ["dot", "end main", "where it is now"],
  ]);
  const others = add(beside, "div");
  legend(others, [["line", "walk slow", "the path of η/2"], ["line", "walk fast", "the path of 2η"]]);

  const ball = add(map.over, "circle", { class: "ball handle", r: 11, tabindex: 0, role: "button" });
  const largest = (surface) => Number((1.3 * Math.max(...SURFACES[surface].minima.map((minimum) => limit(minimum)))).toFixed(2));

  /** What a surface alone decides: colours, contours with their values, minima, and how far the slider goes. */
  function drawSurface() {
    const { loss, minima } = SURFACES[state.surface];
    bands.replaceChildren();
    values.replaceChildren();
    for (const d of regions(map, loss, LEVELS, 5)) if (d) add(bands, "path", { class: "band", d });
    const placed = [];
    for (const level of LEVELS.toReversed()) {
      const free = ([x, y]) => x > 20 && x < map.x.range()[1] - 20 && y > 15 && y < map.y.range()[0] - 15
        && placed.every((other) => distance(other, [x, y]) > 44);
      const points = ANGLES.map((angle) => onContour(loss, minima[0].at, angle, level)).filter(Boolean).map((point) => map.at(...point));
      const found = points.find(free);
      if (!found) continue;
      placed.push(found);
      add(values, "text", { class: "value", x: found[0], y: found[1] + 5 }, String(level));
    }
    set(least, { d: minima.map(({ at }) => plus(map.at(...at))).join("") });
    set(rate.input, { max: largest(state.surface) });
  }

  /** One of the paths, on the surface and in the chart of losses. */
  function drawWalk({ halo, walk, dots, last, curve }, path) {
    const left = path.findIndex((point) => Math.hypot(...point) > OUTSIDE);
    const places = (left < 0 ? path : path.slice(0, left + 1)).map((point) => map.at(...nearer(point)));
    for (const line of [halo, walk]) set(line, { d: through(places) });
    set(dots, { d: dotted(places) });
    const [cx, cy] = places.at(-1);
    set(last, { cx, cy });
    const heights = path.map((point) => Math.max(0, SURFACES[state.surface].loss(point))); // rounding may leave it below
    set(curve, { d: through(heights.map((loss, t) => losses.at(t, Math.max(loss, 1e-300)))) });
    return heights;
  }

  function draw(changed) {
    if (!changed || changed.has("surface")) drawSurface();
    losses.x.domain([0, roomFor(state.steps)]);
    losses.ticks();
    const running = racers.filter(({ share }) => share === 1 || state.race === "three rates");
    const runs = running.map((racer) => {
      const path = descend(state.surface, state.start, racer.share * state.learning_rate, state.steps, state.momentum);
      return { ...racer, gone: seen(path).length < path.length, heights: drawWalk(racer, seen(path)) };
    });
    for (const { kind, group, curve } of racers) {
      for (const part of [group, curve]) part.style.display = running.some((racer) => racer.kind === kind) ? "" : "none";
    }
    others.style.display = running.length > 1 ? "" : "none";
    const [cx, cy] = map.at(...state.start);
    set(ball, { cx, cy });
    describe(ball, `Start at ${state.start.map((value) => fixed(value, 1)).join(", ")}: drag it, or move it with the arrow keys`);
    [choose.value, race.value] = [state.surface, state.race];
    for (const [each, value, places] of [[rate, state.learning_rate, 2], [momentum, state.momentum, 2], [steps, state.steps, 0]]) {
      each.input.value = value;
      each.show(fixed(value, places));
    }
    tell(runs);
  }

  /** What is said: of one path, from where a long walk ends; of three, which has the least loss. */
  function tell(runs) {
    const { surface, start, learning_rate: eta, momentum: beta, steps: count } = state;
    const words = runs.length > 1 ? ofRace(runs) : ofOne();
    say(words);
    const { minima } = SURFACES[surface];
    tellLimits(minima.map((minimum) => [`${beta ? "2(1 + β)/L" : "2/L"} in ${minimum.name}`, fixed(limit(minimum, beta))]));
    const curvatures = [...new Set(minima.flatMap((minimum) => minimum.curvatures))].sort((a, b) => a - b);
    const factors = curvatures.map((L) => fixed(factorOf(L, eta, beta)));
    tellFactors([[`a step's factor at curvature ${curvatures.join(", ")}`, factors.join(", ")]]);
    describe(map.svg, `The loss surface "${surface}" from above, start at (${start.map((value) => fixed(value, 1)).join(", ")}).`, ` ${words}`);
    const ways = runs.map(({ name, heights }) => `${name} from ${brief(heights[0])} to ${brief(heights.at(-1))}`);
    describe(losses.svg, `The loss, step by step, to step ${count}: ${ways.join("; ")}`);
  }

  function ofOne() {
    const end = fate(state.surface, state.start, state.learning_rate, state.momentum);
    const said = {
      away: "It diverges: in the end each step takes it farther away.",
      restless: SURFACES[state.surface].minima.length > 1
        ? "It never settles: where it walks, the surface bends too sharply for this step."
        : "On the edge, or nearly: it settles too slowly to tell.",
    };
    return said[end] ?? `It settles in ${end.name}.`;
  }

  function ofRace(runs) {
    const height = ({ gone, heights }) => (gone ? Infinity : heights.at(-1));
    const ahead = runs.reduce((a, b) => (height(b) < height(a) ? b : a));
    if (!state.steps) return `Three balls start together, with η/2, η and 2η. Which is ahead in the end?`;
    const away = runs.filter(({ share }) => fate(state.surface, state.start, share * state.learning_rate, state.momentum) === "away");
    const lost = away.length ? ` ${away.map(({ name }) => name).join(" and ")} diverge${away.length > 1 ? "" : "s"}.` : "";
    const first = `${ahead.name} = ${fixed(ahead.share * state.learning_rate)} has the least loss, ${brief(ahead.heights.at(-1))}`;
    return `After ${state.steps} step${state.steps > 1 ? "s" : ""} ${first}.${lost}`;
  }

  function move([x, y]) {
    const within = (value, reach) => Math.max(-reach, Math.min(reach, Math.round(value * 1000) / 1000));
    state.set({ start: [within(x, WIDE), within(y, TALL)] });
  }

  onDrag(ball, {
    move: (event) => {
      const [x, y] = pointIn(map.svg, event);
      move([map.x.invert(x), map.y.invert(y)]);
    },
  });
  onArrows(ball, (right, down) => move([state.start[0] + 0.1 * right, state.start[1] - 0.1 * down]));
  predict(view, {
    words: "the rate from which on it does not settle at the nearest minimum",
    truth: () => limit(nearest(state.surface, state.start), state.momentum),
    nodes: [...beside.querySelectorAll(".facts, .status")],
  });
  state.watch(draw);
  draw();
  return view.close;
}

export default { render };

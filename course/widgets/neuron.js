// One neuron of two inputs: the line where its sum is 0, the arrow of its weights, and what it makes of a point.

const {
  add, chart, columns, describe, facts, fixed, frame, legend, linear, onDrag, pointIn, regions, set, slider, stack, status, through,
} = kit;

export const sum = (w, b, x) => w[0] * x[0] + w[1] * x[1] + b;
export const relu = (z) => Math.max(0, z);

/** The line's point nearest to the origin, or null for weights of 0, which draw no line. */
export function foot(w, b) {
  const size = w[0] ** 2 + w[1] ** 2;
  return size < 1e-6 ? null : w.map((each) => (-b * each) / size);
}

// The picture.

const REACH = 3; // of each input, on either side of 0
const SIZE = 420;

const STYLE = `
  .ground { fill: var(--sky); fill-opacity: .3; }
  .one { fill: var(--orange); fill-opacity: .4; }
  .line { fill: none; stroke: currentColor; stroke-width: 3; }
  .handle { fill: currentColor; stroke: var(--paper); stroke-width: 2; }
  .point { fill: var(--vermillion); stroke: var(--paper); stroke-width: 2; }
  .chart { touch-action: none; user-select: none; }
  .columns { gap: 1em 1.6em; }
  .status { font-size: 1.15em; }
`;

function render({ model, el }) {
  const most = model.get("most");
  const state = { w: [...model.get("w")], b: model.get("b"), x: [-1, 2] };

  const { body, close } = frame(el, model, { name: "neuron", style: STYLE });
  const [left, side] = columns(body, 1.1, 1);
  const [across, up] = ["x₁", "x₂"].map((title) => linear([-REACH, REACH], { title, count: 6 }));
  const plane = chart(left, { width: SIZE, height: SIZE, x: across, y: up });
  const [ground, one] = ["ground", "one"].map((kind) => add(plane.inside, "path", { class: kind }));
  const line = add(plane.inside, "path", { class: "line" });
  const shaft = add(plane.over, "path", { class: "line" });
  const [dot, tip] = [8, 6].map((r) => add(plane.over, "circle", { class: "handle", r }));
  const letter = add(plane.over, "text", {}, "w");
  const point = add(plane.over, "circle", { class: "point", r: 9 });

  const held = (value, end) => Math.max(-end, Math.min(end, Math.round(value * 20) / 20));
  const controls = stack(side);
  const moved = [
    ["weight w₁", most, () => state.w[0], (value) => { state.w[0] = value; }],
    ["weight w₂", most, () => state.w[1], (value) => { state.w[1] = value; }],
    ["bias b", most, () => state.b, (value) => { state.b = value; }],
    ["input x₁", REACH, () => state.x[0], (value) => { state.x[0] = value; }],
    ["input x₂", REACH, () => state.x[1], (value) => { state.x[1] = value; }],
  ].map(([title, end, read, write]) => {
    const { input, show } = slider(controls, title, { min: -end, max: end, step: 0.05 }, (value) => {
      write(value);
      paint();
    });
    return () => {
      input.value = read();
      show(fixed(read()));
    };
  });
  const tell = facts(side);
  const say = status(side);
  legend(side, [
    ["area", "ground", "z < 0"], ["area", "one", "z > 0"], ["line", "line", "z = 0, and the arrow w"], ["dot", "point", "the point x"],
  ]);

  /** While a handle is held, `act` gets the point under the pointer, and where the line's dot was to begin with. */
  function hold(handle, act) {
    let start;
    onDrag(handle, {
      begin: () => { start = foot(state.w, state.b); },
      move: (event) => {
        const [px, py] = pointIn(plane.svg, event);
        act([plane.x.invert(px), plane.y.invert(py)], start);
        paint();
      },
    });
  }
  const passThrough = (at) => { state.b = held(-state.w[0] * at[0] - state.w[1] * at[1], most); };
  hold(dot, passThrough);
  hold(tip, (to, start) => {
    const w = to.map((value, j) => held(value - start[j], most));
    if (w[0] || w[1]) state.w = w;
    passThrough(start);
  });
  hold(point, (to) => { state.x = to.map((value) => held(value, REACH)); });

  function paint() {
    const { w, b, x } = state;
    const z = sum(w, b, x);
    const on = foot(w, b);
    for (const [side, sign] of [[ground, -1], [one, 1]]) set(side, { d: regions(plane, (at) => sign * sum(w, b, at) - 1e-9, [0])[0] });
    for (const part of [line, shaft, dot, tip, letter]) part.style.display = on ? "" : "none";
    if (on) {
      const far = (6 * REACH) / Math.hypot(...w);
      set(line, { d: through([-far, far].map((t) => plane.at(on[0] - t * w[1], on[1] + t * w[0]))) });
      const ends = [on, on.map((value, j) => value + w[j])].map((at) => plane.at(...at));
      set(shaft, { d: through(ends) });
      [dot, tip].forEach((circle, k) => set(circle, { cx: ends[k][0], cy: ends[k][1] }));
      set(letter, { x: ends[1][0] + 16 * Math.sign(w[0] || 1), y: ends[1][1] - 10 * Math.sign(w[1] || 1) });
    }
    const [cx, cy] = plane.at(...x);
    set(point, { cx, cy });
    for (const show of moved) show();
    tell([
      ["z = w₁ x₁ + w₂ x₂ + b", fixed(z)],
      ["ReLU gives u = max(0, z)", fixed(relu(z))],
    ]);
    say(z > 0 ? "The point lies on the positive side." : z < 0 ? "The point lies on the negative side." : "The point lies on the line.");
    describe(plane.svg, `The plane of two inputs. w = (${w.map((each) => fixed(each)).join(", ")}), b = ${fixed(b)}; at the point `
      + `(${x.map((each) => fixed(each)).join(", ")}) z is ${fixed(z)}.`);
  }

  paint();
  return close;
}

export default { render };

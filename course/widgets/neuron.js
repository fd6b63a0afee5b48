// One neuron of two inputs: the line where its sum is 0, the arrow of its weights, and what it makes of a point.

const {
  add, arrowhead, chart, columns, describe, facts, fixed, frame, legend, linear, onDrag, pointIn, predict, set, slider, stack, status,
  through,
} = kit;

export const sum = (w, b, x) => w[0] * x[0] + w[1] * x[1] + b;
export const relu = (z) => Math.max(0, z);

/** The line's point nearest to the origin, or null for weights of 0, which draw no line. */
export function foot(w, b) {
  const size = w[0] ** 2 + w[1] ** 2;
  return size < 1e-6 ? null : w.map((each) => (-b * each) / size);
}

// The picture.

const REACH = 3; // of weights, bias and inputs, on either side of 0
const SIZE = 420;

const STYLE = `
  .ground { fill: var(--sky); fill-opacity: .3; }
  .one { fill: var(--orange); fill-opacity: .4; }
  .line { fill: none; stroke: currentColor; stroke-width: 3; }
  .shaft { fill: none; stroke: var(--blue); stroke-width: 4.5; }
  .head { fill: var(--blue); }
  .on { fill: currentColor; }
  .point { fill: var(--vermillion); }
  .handle { stroke: var(--paper); stroke-width: 2; }
  .tip { fill: transparent; stroke: var(--blue); stroke-width: 2; }
  .chart { touch-action: none; user-select: none; }
  .columns { gap: 1em 1.6em; }
  .chart text { paint-order: stroke; stroke: var(--paper); stroke-width: 4; stroke-opacity: .7; }
`;

function render({ model, el }) {
  const view = frame(el, model, { name: "neuron", style: STYLE, state: ["w", "b", "x"] });
  const { body, state } = view;
  const [left, side] = columns(body, 1.1, 1);
  left.classList.add("picture");
  const [across, up] = ["x₁", "x₂"].map((title) => linear([-REACH, REACH], { title, count: 6 }));
  const plane = chart(left, { width: SIZE, height: SIZE, x: across, y: up });
  const [ground, one, line] = ["ground", "one", "line"].map((kind) => add(plane.inside, "path", { class: kind }));
  const shaft = add(plane.over, "path", { class: "shaft", "marker-end": arrowhead(plane.svg) });
  const [below, above] = ["z < 0", "z > 0"].map((words) => add(plane.inside, "text", {}, words));
  const [dot, tip, point] = [["on", 8], ["tip", 10], ["point", 9]].map(([kind, r]) => (
    add(plane.over, "circle", { class: `handle ${kind}`, r })
  ));
  const [letter, called] = ["w", "x"].map((words) => add(plane.over, "text", {}, words));

  const controls = stack(side);
  const changed = (list, k, value) => list.map((each, i) => (i === k ? value : each));
  const moved = [
    ["weight w₁", () => state.w[0], (value) => ({ w: changed(state.w, 0, value) })],
    ["weight w₂", () => state.w[1], (value) => ({ w: changed(state.w, 1, value) })],
    ["bias b", () => state.b, (b) => ({ b })],
    ["input x₁", () => state.x[0], (value) => ({ x: changed(state.x, 0, value) })],
    ["input x₂", () => state.x[1], (value) => ({ x: changed(state.x, 1, value) })],
  ].map(([title, read, write]) => {
    const { input, show } = slider(controls, title, { min: -REACH, max: REACH, step: 0.05 }, (value) => state.set(write(value)));
    return () => {
      input.value = read();
      show(fixed(read()));
    };
  });
  const tell = facts(side);
  const say = status(side);
  legend(side, [
    ["area", "ground", "z < 0"], ["area", "one", "z > 0"], ["line", "line", "z = 0"], ["line", "shaft", "the arrow w, from the line"],
    ["dot", "on", "drag it to move the line: the bias"], ["dot", "tip", "drag it to turn the line: the weights"],
    ["dot", "point", "the point x: drag it"],
  ]);

  /** While a handle is held, `change` makes a state of the point under the pointer, and of where the line's dot was to begin with. */
  function hold(handle, change) {
    let start;
    onDrag(handle, {
      begin: () => { start = foot(state.w, state.b); },
      move: (event) => {
        const [px, py] = pointIn(plane.svg, event);
        state.set(change([plane.x.invert(px), plane.y.invert(py)], start));
      },
    });
  }
  const held = (value) => Math.max(-REACH, Math.min(REACH, Math.round(value * 20) / 20));
  const biasThrough = (w, at) => held(-w[0] * at[0] - w[1] * at[1]);
  hold(dot, (to) => ({ b: biasThrough(state.w, to) }));
  hold(tip, (to, start) => {
    const w = to.map((value, j) => held(value - start[j]));
    return w[0] || w[1] ? { w, b: biasThrough(w, start) } : {};
  });
  hold(point, (to) => ({ x: to.map(held) }));

  /** The line, its two sides and its arrow; without weights, all of the plane lies on one side. */
  function place() {
    const { w, b } = state;
    const on = foot(w, b);
    const near = on?.every((value) => Math.abs(value) <= REACH); // an arrow from a line out of sight is not drawn
    for (const part of [shaft, dot, tip, letter]) part.style.display = near ? "" : "none";
    for (const part of [line, below, above]) part.style.display = on ? "" : "none";
    if (!on) {
      const all = `M0 0H${SIZE}V${SIZE}H0z`;
      set(ground, { d: b < 0 ? all : "" });
      set(one, { d: b > 0 ? all : "" });
      return;
    }
    const ahead = w.map((each) => each / Math.hypot(...w));
    const from = (along, forward) => [on[0] - along * ahead[1] + forward * ahead[0], on[1] + along * ahead[0] + forward * ahead[1]];
    const drawn = (...points) => points.map(([along, forward]) => plane.at(...from(along, forward)));
    const far = 1000 * REACH; // as the dot may lie far outside, where the weights are small
    set(line, { d: through(drawn([-far, 0], [far, 0])) });
    set(ground, { d: through(drawn([-far, 0], [far, 0], [far, -far], [-far, -far])) });
    set(one, { d: through(drawn([-far, 0], [far, 0], [far, far], [-far, far])) });
    const [start, end] = drawn([0, 0], [0, Math.hypot(...w)]);
    set(shaft, { d: through([start, end]) });
    [dot, tip].forEach((circle, k) => set(circle, { cx: [start, end][k][0], cy: [start, end][k][1] }));
    set(letter, { x: end[0] + 20 * Math.sign(w[0] || 1), y: end[1] + 5 - 16 * Math.sign(w[1] || 1) });
    const low = ahead[0] >= 0 ? -1.4 : 1.4; // along the line, below the arrow
    [below, above].forEach((text, k) => {
      const [[x, y]] = drawn([low, 0.5 * (2 * k - 1)]);
      set(text, { x, y: y + 5 });
    });
  }

  function draw() {
    const { w, b, x } = state;
    const z = sum(w, b, x);
    place();
    const [cx, cy] = plane.at(...x);
    set(point, { cx, cy });
    set(called, { x: cx + 17, y: cy + 5 });
    for (const show of moved) show();
    tell([
      ["z = w₁ x₁ + w₂ x₂ + b", fixed(z)],
      ["ReLU gives u = max(0, z)", fixed(relu(z))],
    ]);
    const lies = z > 0 ? "on the positive side" : z < 0 ? "on the negative side" : "on the line";
    const line = w[0] || w[1] ? "" : " Without weights there is no line: z is b everywhere.";
    say(`The point lies ${lies}: z is ${fixed(z)}, and ReLU gives ${fixed(relu(z))}.${line}`);
    const [weights, at] = [w, x].map((pair) => pair.map((each) => fixed(each)).join(", "));
    const words = `The plane of two inputs. w = (${weights}), b = ${fixed(b)}, and a point at (${at}).`;
    describe(plane.svg, words, ` There z is ${fixed(z)}.${line}`);
  }

  predict(view, {
    words: "z at the point x", truth: () => sum(state.w, state.b, state.x),
    nodes: [...side.querySelectorAll(".facts, .status")],
  });
  state.watch(draw);
  draw();
  return view.close;
}

export default { render };

// Ridge regression by hand: at each move of a slider the weights are solved for, for this λ and for all the others of the chart.

const {
  add, brief, chart, columns, controls, describe, frame, legend, linear, logarithmic, range, rule, set, slider,
  status, through,
} = kit;

// The mathematics.

const powers = (x, degree) => x.map((value) => Array.from({ length: degree }, (_, k) => value ** (k + 1)));
const dot = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);

/** The solution of A w = c for a symmetric matrix with positive eigenvalues, by Gauss's elimination. */
export function solve(A, c) {
  const rows = A.map((row, j) => [...row, c[j]]);
  for (let k = 0; k < rows.length; k += 1) {
    for (let j = k + 1; j < rows.length; j += 1) {
      const factor = rows[j][k] / rows[k][k];
      for (let i = k; i <= rows.length; i += 1) rows[j][i] -= factor * rows[k][i];
    }
  }
  const w = c.map(() => 0);
  for (let k = rows.length - 1; k >= 0; k -= 1) w[k] = (rows[k].at(-1) - dot(rows[k].slice(0, -1), w)) / rows[k][k];
  return w;
}

/** The weights that make mean((X w - y)²) + λ Σ w² smallest: (XᵀX + N λ I) w = Xᵀ y. */
export function ridge(x, y, degree, lam) {
  const columns = powers(x, degree)[0].map((_, k) => x.map((value) => value ** (k + 1)));
  const A = columns.map((a, j) => columns.map((b, i) => dot(a, b) + (i === j ? x.length * lam : 0)));
  return solve(A, columns.map((column) => dot(column, y)));
}

export const loss = (x, y, w) => powers(x, w.length).reduce((sum, row, n) => sum + (dot(row, w) - y[n]) ** 2, 0) / y.length;

// The picture: the curve on the left; the weights, and the losses for every λ, on the right.

const [LEAST, MOST] = [-6, 1]; // powers of ten that λ runs through
const LAMBDAS = range(LEAST, MOST + 0.01, 1 / 8);
const GRID = range(-1, 1.001, 1 / 80);
const SUBSCRIPTS = [..."₁₂₃₄₅₆₇₈₉", "₁₀", "₁₁", "₁₂"];

const STYLE = `
  .truth { fill: none; stroke: currentColor; stroke-opacity: .35; stroke-width: 5; }
  .fitted { fill: none; stroke: var(--blue); stroke-width: 3; }
  .unseen { fill: none; stroke: var(--vermillion); stroke-width: 3; stroke-dasharray: 7 5; }
  .here { stroke: currentColor; stroke-width: 2; }
  .status { min-height: 2.8em; }
  .learnt { fill: currentColor; }
  .kept { fill: none; stroke: var(--vermillion); stroke-width: 2; }
  .plus { fill: var(--blue); }
  .minus { fill: var(--orange); }
`;

function render({ model, el }) {
  const sets = model.get("sets");
  const state = { set: 0, degree: model.get("degree"), power: Math.log10(model.get("lam")) };
  const { body, close } = frame(el, model, { name: "ridge", style: STYLE });
  const bar = controls(body);
  const lambda = slider(bar, "Penalty λ", { min: LEAST, max: MOST, step: 0.125, value: state.power }, (value) => {
    state.power = value;
    paint();
  });
  const redraw = (name, of) => (value) => {
    state[name] = of(value);
    draw();
    paint();
  };
  const degree = slider(bar, "Degree", { min: 1, max: 12, step: 1, value: state.degree }, redraw("degree", (value) => value));
  const chosen = slider(bar, "Data set", { min: 1, max: sets.length, step: 1, value: 1 }, redraw("set", (value) => value - 1));
  const [left, right] = columns(body, 1.2, 1);

  const fit = chart(left, {
    width: 600, height: 400, x: linear([-1, 1], { title: "input x" }), y: linear([-2.2, 2.2], { title: "output y" }),
  });
  add(fit.inside, "path", { class: "truth", d: through(GRID.map((x) => fit.at(x, Math.sin(Math.PI * x)))) });
  const points = add(fit.inside, "g");
  const fitted = add(fit.inside, "path", { class: "fitted" });
  legend(left, [
    ["line", "fitted", "the fitted curve"], ["line", "truth", "the truth"], ["dot", "learnt", "training examples"],
    ["dot", "kept", "validation examples"],
  ]);

  const names = () => range(1, state.degree + 1).map((k) => [k, `w${SUBSCRIPTS[k - 1]}`]);
  const across = { ...linear([0.5, 12.5], { title: "weights" }), ticks: names };
  const bars = chart(right, { width: 420, height: 130, x: across, y: logarithmic([1e-2, 1e3], { title: "|w|" }) });
  const drawn = add(bars.inside, "g");
  legend(right, [["area", "plus", "a positive weight"], ["area", "minus", "a negative one"]]);
  const penalties = logarithmic([10 ** LEAST, 10 ** MOST], { title: "λ" });
  const losses = chart(right, { width: 420, height: 130, x: penalties, y: logarithmic([10 ** -2.2, 10 ** 1.2], { title: "loss" }) });
  const [training, unseen] = ["fitted", "unseen"].map((kind) => add(losses.inside, "path", { class: kind }));
  const here = rule(losses, "here", true);
  legend(right, [["line", "fitted", "training"], ["line", "unseen", "validation"], ["line", "here", "this λ"]]);
  const say = status(right);
  let curves = [];

  /** What the data set and the degree decide: the points, and the losses for every λ. */
  function draw() {
    const [x, y, x_val, y_val] = sets[state.set];
    points.replaceChildren();
    for (const [kind, at, to, r] of [["kept", x_val, y_val, 5], ["learnt", x, y, 7]]) {
      at.forEach((value, n) => {
        const [cx, cy] = fit.at(value, to[n]);
        add(points, "circle", { class: kind, cx, cy, r });
      });
    }
    curves = LAMBDAS.map((power) => {
      const w = ridge(x, y, state.degree, 10 ** power);
      return [10 ** power, loss(x, y, w), loss(x_val, y_val, w)];
    });
    set(training, { d: through(curves.map(([lam, value]) => losses.at(lam, value))) });
    set(unseen, { d: through(curves.map(([lam, , value]) => losses.at(lam, value))) });
    bars.ticks();
  }

  /** What λ decides. */
  function paint() {
    const [x, y, x_val, y_val] = sets[state.set];
    const lam = 10 ** state.power;
    const w = ridge(x, y, state.degree, lam);
    set(fitted, { d: through(GRID.map((value) => fit.at(value, dot(powers([value], state.degree)[0], w)))) });
    drawn.replaceChildren();
    w.forEach((value, k) => {
      const [at, top] = bars.at(k + 0.6, Math.abs(value) + 1e-12);
      const [floor] = bars.y.range();
      add(drawn, "rect", { class: value > 0 ? "plus" : "minus", x: at, y: top, width: bars.x(k + 1.4) - at, height: floor - top });
    });
    here(lam);
    lambda.show(brief(lam));
    set(lambda.input, { "aria-valuetext": `λ = ${brief(lam)}` });
    degree.show(String(state.degree));
    chosen.show(`${state.set + 1} of ${sets.length}`);
    tell(lam, w, loss(x, y, w), loss(x_val, y_val, w));
  }

  function tell(lam, w, learnt, kept) {
    const best = curves.reduce((a, b) => (b[2] < a[2] ? b : a));
    say(`Training loss ${brief(learnt)}, validation loss ${brief(kept)}, Σ w² = ${brief(dot(w, w))}. `
      + `Lowest validation loss of all λ: ${brief(best[2])}, at λ = ${brief(best[0])}.`);
    describe(fit.svg, `A polynomial of degree ${state.degree} fitted to ${sets[state.set][0].length} points with λ = ${brief(lam)}`);
    describe(bars.svg, `Sizes of ${w.length} weights, the largest ${brief(Math.max(...w.map(Math.abs)))}`);
    describe(losses.svg, `Losses against λ: training ${brief(learnt)} and validation ${brief(kept)} here`);
  }

  draw();
  paint();
  return close;
}

export default { render };

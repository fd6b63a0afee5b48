// Ridge regression by hand: at each move of a slider the weights are solved for, for this λ and for all the others of the chart.

const {
  add, brief, chart, columns, describe, frame, legend, linear, logarithmic, player, predict, range, rule, set, slider, stack, status,
  through,
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

/** Training and validation loss of a data set for each power of ten that λ runs through: rows of λ and both. */
export function lossCurves([x, y, xVal, yVal], degree) {
  return LAMBDAS.map((lam) => {
    const w = ridge(x, y, degree, lam);
    return [lam, loss(x, y, w), loss(xVal, yVal, w)];
  });
}

// The picture: the curve on the left; the weights, and the losses for every λ, on the right.

const [LEAST, MOST] = [-6, 1]; // powers of ten that λ runs through
const toLambda = (power) => Number((10 ** power).toPrecision(6)); // 10 ** -6 may come out a trifle below 1e-6
const LAMBDAS = range(LEAST, MOST + 0.01, 1 / 8).map(toLambda);
const GRID = range(-1, 1.001, 1 / 80);
const SUBSCRIPTS = [..."₁₂₃₄₅₆₇₈₉", "₁₀", "₁₁", "₁₂"];

const STYLE = `
  .stack label { grid-template-columns: 6em minmax(0, 1fr) 4.8em; }
  .truth { fill: none; stroke: currentColor; stroke-opacity: .5; stroke-width: 5; }
  .fitted { fill: none; stroke: var(--blue); stroke-width: 3; }
  .unseen { fill: none; stroke: var(--vermillion); stroke-width: 3; stroke-dasharray: 7 5; }
  .here { stroke: currentColor; stroke-width: 2; }
  .lowest { fill: var(--vermillion); }
  .status { min-height: 2.8em; margin-bottom: .2em; }
  .legend { margin: .2em 0; }
  .learnt { fill: currentColor; }
  .kept { fill: none; stroke: var(--vermillion); stroke-width: 2; }
  .plus { fill: var(--blue); }
  .minus { fill: none; stroke: var(--rust); stroke-width: 2; }
`;

/** The points, the truth, and the fitted curve. */
function drawFit(parent) {
  const fit = chart(parent, {
    width: 620, height: 400, x: linear([-1, 1], { title: "input x" }), y: linear([-2.2, 2.2], { title: "output y" }),
  });
  add(fit.inside, "path", { class: "truth", d: through(GRID.map((x) => fit.at(x, Math.sin(Math.PI * x)))) });
  const points = add(fit.inside, "g");
  const fitted = add(fit.inside, "path", { class: "fitted" });
  legend(parent, [
    ["line", "fitted", "fitted curve"], ["line", "truth", "truth, sin(πx)"], ["dot", "learnt", "training example"],
    ["dot", "kept", "validation example"],
  ]);

  function place([x, y, xVal, yVal]) {
    points.replaceChildren();
    for (const [kind, at, to, r] of [["kept", xVal, yVal, 5], ["learnt", x, y, 7]]) {
      at.forEach((value, n) => {
        const [cx, cy] = fit.at(value, to[n]);
        add(points, "circle", { class: kind, cx, cy, r });
      });
    }
  }
  const bend = (w) => set(fitted, { d: through(GRID.map((value) => fit.at(value, dot(powers([value], w.length)[0], w)))) });
  return { svg: fit.svg, place, bend };
}

/** A bar for each weight, on a scale by powers of ten. */
function drawWeights(parent) {
  let count = 12;
  const names = () => range(1, count + 1).map((k) => [k, `w${SUBSCRIPTS[k - 1]}`]);
  const across = { ...linear([0.5, 12.5], { title: "weights" }), ticks: names };
  const bars = chart(parent, { width: 500, height: 80, x: across, y: logarithmic([1e-2, 1e3], { title: "|w|" }) });
  const drawn = add(bars.inside, "g");
  legend(parent, [["area", "plus", "positive weight"], ["area", "minus", "negative weight"]]);

  function show(w) {
    count = w.length;
    bars.ticks();
    const [floor] = bars.y.range();
    drawn.replaceChildren();
    w.forEach((value, k) => {
      const [x, y] = bars.at(k + 0.6, Math.abs(value) + 1e-12);
      add(drawn, "rect", { class: value > 0 ? "plus" : "minus", x, y, width: bars.x(k + 1.4) - x, height: floor - y });
    });
    describe(bars.svg, `Sizes of ${count} weights, the largest ${brief(Math.max(...w.map(Math.abs)))}`);
  }
  return { show };
}

/** Both losses against λ, and a line at the chosen one. */
function drawLosses(parent) {
  const plot = chart(parent, {
    width: 500, height: 120,
    x: logarithmic([10 ** LEAST, 10 ** MOST], { title: "λ" }), y: logarithmic([10 ** -2.2, 10 ** 1.2], { title: "loss" }),
  });
  const [training, unseen] = ["fitted", "unseen"].map((kind) => add(plot.inside, "path", { class: kind }));
  const lowest = add(plot.inside, "circle", { class: "lowest", r: 6 });
  const here = rule(plot, "here", true);
  legend(parent, [
    ["line", "fitted", "training loss"], ["line", "unseen", "validation loss"], ["dot", "lowest", "at its lowest"], ["line", "here", "this λ"],
  ]);

  function show(curves, best) {
    set(training, { d: through(curves.map(([lam, value]) => plot.at(lam, value))) });
    set(unseen, { d: through(curves.map(([lam, , value]) => plot.at(lam, value))) });
    const [cx, cy] = plot.at(best[0], best[2]);
    set(lowest, { cx, cy });
  }
  return { svg: plot.svg, here, show };
}

function render({ model, el }) {
  const sets = model.get("sets");
  const view = frame(el, model, { name: "ridge", style: STYLE, state: ["lam", "degree", "data"] });
  const { body, state } = view;
  const [left, right] = columns(body, 1.3, 1);
  left.classList.add("picture");
  const fit = drawFit(left);
  const controls = stack(right);
  const setPower = (power) => state.set({ lam: toLambda(Math.min(MOST, power)) });
  const lambda = slider(controls, "Penalty λ", { min: LEAST, max: MOST, step: 0.125 }, setPower);
  const degree = slider(controls, "Degree", { min: 1, max: 12, step: 1 }, (value) => state.set({ degree: value }));
  const chosen = slider(controls, "Data set", { min: 1, max: sets.length, step: 1 }, (value) => state.set({ data: value }));
  player(view, right, {
    every: 60,
    step() {
      setPower(Math.log10(state.lam) + 0.125);
      return state.lam < 10 ** MOST;
    },
    reset: () => setPower(LEAST),
    each: (running) => running && state.lam >= 10 ** MOST && setPower(LEAST), // once more
  });
  const say = status(right);
  const losses = drawLosses(right);
  const weights = drawWeights(add(right, "div", { class: "aside" }));
  const current = () => sets[Math.max(1, Math.min(state.data, sets.length)) - 1];
  let curves = [];
  let best = [];

  /** What the data set and the degree decide: the points, and the losses for every λ. */
  function drawData() {
    fit.place(current());
    curves = lossCurves(current(), state.degree);
    best = curves.reduce((a, b) => (b[2] < a[2] ? b : a));
    losses.show(curves, best);
  }

  /** What λ decides as well. */
  function draw() {
    const [x, y, xVal, yVal] = current();
    const w = ridge(x, y, state.degree, state.lam);
    fit.bend(w);
    weights.show(w);
    losses.here(state.lam);
    lambda.input.value = Math.log10(state.lam);
    degree.input.value = state.degree;
    chosen.input.value = state.data;
    lambda.show(brief(state.lam));
    set(lambda.input, { "aria-valuetext": `λ = ${brief(state.lam)}` });
    degree.show(String(state.degree));
    chosen.show(`${state.data} of ${sets.length}`);
    tell(w, loss(x, y, w), loss(xVal, yVal, w));
  }

  function tell(w, learnt, kept) {
    const now = `Training loss ${brief(learnt)}, validation loss ${brief(kept)}, Σ w² = ${brief(dot(w, w))}.`;
    say(`${now} Lowest validation loss of all λ: ${brief(best[2])}, at λ = ${brief(best[0])}.`);
    describe(fit.svg, `A polynomial of degree ${state.degree} fitted to ${current()[0].length} points with λ = ${brief(state.lam)}.`, ` ${now}`);
    describe(losses.svg, "Losses against λ", `: training ${brief(learnt)} and validation ${brief(kept)} here`);
  }

  predict(view, {
    words: "the validation loss at this λ", nodes: [...right.querySelectorAll(".status"), losses.svg],
    truth: () => loss(current()[2], current()[3], ridge(current()[0], current()[1], state.degree, state.lam)),
  });
  state.watch((names) => {
    if (names.has("data") || names.has("degree")) drawData();
    draw();
  });
  drawData();
  draw();
  return view.close;
}

export default { render };

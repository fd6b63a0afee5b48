// Ridge regression by hand: at each move of a slider the weights are solved for, for this λ and for all the others of the chart.

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
const LAMBDAS = Array.from({ length: 57 }, (_, k) => LEAST + k / 8);
const FIT = { width: 600, height: 420, reach: 2.2 }; // y from -reach to reach
const CHART = { left: 62, top: 12, width: 420, height: 150, low: -2.2, high: 1.2 }; // losses, in powers of ten
const BARS = { left: 62, top: 12, width: 420, height: 150, low: -2, high: 3 }; // sizes of weights, in powers of ten
const BELOW = { "-2": "⁻²", "-1": "⁻¹", 0: "⁰", 1: "¹", 2: "²", 3: "³", "-6": "⁻⁶", "-4": "⁻⁴" };
const ten = (power) => (power === 0 ? "1" : power === 1 ? "10" : `10${BELOW[power]}`);
const within = (value, low, high) => Math.max(low, Math.min(high, value));
const digits = (value) => (value >= 0.01 && value < 1000 ? String(Number(value.toPrecision(2))) : value.toExponential(1))
  .replace(/e\+?(-?)(\d+)/, (_, sign, power) => ` · 10${sign ? "⁻" : ""}${[...power].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("")}`);

const STYLE = `
.ridge { --fit: #0072B2; --unseen: #D55E00; --plus: #0072B2; --minus: #E69F00; container-type: inline-size; max-width: 1800px;
  color: var(--jp-content-font-color1, CanvasText); font-family: inherit; font-variant-numeric: tabular-nums; }
.ridge .body { font-size: clamp(13px, 1.32cqw, 23px); line-height: 1.4; }
.ridge .controls { display: flex; flex-wrap: wrap; gap: .3em 1.6em; margin: .3em 0 .8em; }
.ridge label { display: flex; align-items: center; gap: .6em; }
.ridge output { min-width: 4.6em; font-weight: 600; }
.ridge input { width: 13em; accent-color: #0072B2; }
.ridge .columns { display: grid; grid-template-columns: minmax(0, 1.2fr) minmax(0, 1fr); gap: 1.6em; align-items: start; }
@container (max-width: 700px) { .ridge .columns { grid-template-columns: 1fr; } }
.ridge svg { width: 100%; height: auto; display: block; }
.ridge text { fill: currentColor; font-size: 15px; }
.ridge .frame { fill: none; stroke: currentColor; stroke-opacity: .5; }
.ridge .rule { fill: none; stroke: currentColor; stroke-opacity: .25; }
.ridge .truth { fill: none; stroke: currentColor; stroke-opacity: .35; stroke-width: 5; }
.ridge .fitted { fill: none; stroke: var(--fit); stroke-width: 3; }
.ridge .unseen { fill: none; stroke: var(--unseen); stroke-width: 3; stroke-dasharray: 7 5; }
.ridge .here { fill: none; stroke: currentColor; stroke-width: 2; }
.ridge .learnt { fill: currentColor; }
.ridge .kept { fill: none; stroke: var(--unseen); stroke-width: 2; }
.ridge .status { font-weight: 700; margin: .5em 0 0; min-height: 2.8em; }
.ridge .key { margin: .3em 0; }
.ridge b { font-weight: 700; }
`;

/** A frame with a logarithmic scale on its left. */
function scale(svg, { left, top, width, height, low, high }) {
  for (let power = Math.ceil(low); power <= high; power += 1) {
    const y = top + (height * (high - power)) / (high - low);
    add(svg, "path", { class: "rule", d: `M${left} ${y}h${width}` });
    add(svg, "text", { x: left - 8, y: y + 5, "text-anchor": "end" }, ten(power));
  }
  add(svg, "rect", { class: "frame", x: left, y: top, width, height });
}

const line = (points) => `M${points.map((point) => point.map((value) => value.toFixed(1)).join(" ")).join("L")}`;
const onFit = (x, y) => [((x + 1) / 2) * FIT.width, (FIT.height * (FIT.reach - within(y, -3 * FIT.reach, 3 * FIT.reach))) / (2 * FIT.reach)];
const onChart = (power, value) => [
  CHART.left + (CHART.width * (power - LEAST)) / (MOST - LEAST),
  CHART.top + (CHART.height * (CHART.high - within(Math.log10(Math.max(value, 1e-9)), CHART.low, CHART.high))) / (CHART.high - CHART.low),
];

function render({ model, el }) {
  const sets = model.get("sets");
  const state = { set: 0, degree: model.get("degree"), power: Math.log10(model.get("lam")) };
  const root = add(el, "div", { class: "ridge", role: "group", "aria-label": "A polynomial fitted with an L2 penalty" });
  add(root, "style", {}, STYLE);
  const body = add(root, "div", { class: "body" });
  const controls = add(body, "div", { class: "controls" });
  const lambda = slider(controls, "Penalty λ", { min: LEAST, max: MOST, step: 0.125, value: state.power });
  const degree = slider(controls, "Degree", { min: 1, max: 12, step: 1, value: state.degree });
  const choice = slider(controls, "Data set", { min: 1, max: sets.length, step: 1, value: 1 });
  const columns = add(body, "div", { class: "columns" });

  const left = add(columns, "div");
  const fit = add(left, "svg", { viewBox: `-1 -1 ${FIT.width + 2} ${FIT.height + 30}`, role: "img" });
  add(fit, "rect", { class: "frame", width: FIT.width, height: FIT.height });
  const grid = Array.from({ length: 161 }, (_, k) => -1 + k / 80);
  add(fit, "path", { class: "truth", d: line(grid.map((x) => onFit(x, Math.sin(Math.PI * x)))) });
  const inside = add(fit, "svg", { width: FIT.width, height: FIT.height, viewBox: `0 0 ${FIT.width} ${FIT.height}` });
  const points = add(inside, "g");
  const fitted = add(inside, "path", { class: "fitted" });
  add(fit, "text", { x: 0, y: FIT.height + 20 }, "−1");
  add(fit, "text", { x: FIT.width, y: FIT.height + 20, "text-anchor": "end" }, "1");
  add(fit, "text", { x: FIT.width / 2, y: FIT.height + 20, "text-anchor": "middle" }, "input x");
  add(left, "p", { class: "key" }, "Blue: the fitted curve. Grey: the truth. Full dots: training examples. Rings: validation examples.");

  const right = add(columns, "div");
  const bars = add(right, "svg", { viewBox: "0 0 490 214", role: "img" });
  scale(bars, BARS);
  add(bars, "text", { x: BARS.left + BARS.width / 2, y: 206, "text-anchor": "middle" }, "sizes |w| (blue: positive, orange: negative)");
  const drawn = add(bars, "g");
  const chart = add(right, "svg", { viewBox: "0 0 490 214", role: "img" });
  scale(chart, CHART);
  for (let power = LEAST; power <= 0; power += 2) {
    add(chart, "text", { x: onChart(power, 1)[0], y: 180, "text-anchor": "middle" }, ten(power));
  }
  add(chart, "text", { x: CHART.left + CHART.width / 2, y: 206, "text-anchor": "middle" }, "λ (losses: full, training; dashed, validation)");
  const training = add(chart, "path", { class: "fitted" });
  const unseen = add(chart, "path", { class: "unseen" });
  const here = add(chart, "path", { class: "here" });
  const status = add(right, "p", { class: "status", role: "status" });
  let curves = [];

  /** What the data set and the degree decide: the points, and the losses for every λ. */
  function draw() {
    const [x, y, x_val, y_val] = sets[state.set];
    points.replaceChildren();
    for (const [kind, at, to] of [["kept", x_val, y_val], ["learnt", x, y]]) {
      at.forEach((value, n) => {
        const [cx, cy] = onFit(value, to[n]);
        add(points, "circle", { class: kind, cx, cy, r: kind === "learnt" ? 7 : 5 });
      });
    }
    curves = LAMBDAS.map((power) => {
      const w = ridge(x, y, state.degree, 10 ** power);
      return [power, loss(x, y, w), loss(x_val, y_val, w)];
    });
    training.setAttribute("d", line(curves.map(([power, value]) => onChart(power, value))));
    unseen.setAttribute("d", line(curves.map(([power, , value]) => onChart(power, value))));
  }

  /** What λ decides. */
  function paint() {
    const [x, y, x_val, y_val] = sets[state.set];
    const w = ridge(x, y, state.degree, 10 ** state.power);
    const losses = [loss(x, y, w), loss(x_val, y_val, w)];
    fitted.setAttribute("d", line(grid.map((value) => onFit(value, dot(powers([value], state.degree)[0], w)))));
    drawn.replaceChildren();
    w.forEach((value, k) => {
      const wide = BARS.width / 12;
      const share = (within(Math.log10(Math.abs(value) + 1e-12), BARS.low, BARS.high) - BARS.low) / (BARS.high - BARS.low);
      const height = BARS.height * share;
      const at = { x: BARS.left + k * wide + 4, y: BARS.top + BARS.height - height, width: wide - 8, height };
      add(drawn, "rect", { ...at, fill: `var(--${value > 0 ? "plus" : "minus"})` });
      add(drawn, "text", { x: BARS.left + (k + 0.5) * wide, y: 180, "text-anchor": "middle" }, `w${[..."₁₂₃₄₅₆₇₈₉", "₁₀", "₁₁", "₁₂"][k]}`);
    });
    here.setAttribute("d", `M${onChart(state.power, 1)[0]} ${CHART.top}v${CHART.height}`);
    const squares = dot(w, w);
    const best = curves.reduce((a, b) => (b[2] < a[2] ? b : a));
    lambda.output.textContent = digits(10 ** state.power);
    lambda.input.setAttribute("aria-valuetext", `λ = ${digits(10 ** state.power)}`);
    degree.output.textContent = state.degree;
    choice.output.textContent = `${state.set + 1} of ${sets.length}`;
    status.textContent = `Training loss ${digits(losses[0])}, validation loss ${digits(losses[1])}, Σ w² = ${digits(squares)}. `
      + `Lowest validation loss of all λ: ${digits(best[2])}, at λ = ${digits(10 ** best[0])}.`;
    fit.setAttribute("aria-label", `A polynomial of degree ${state.degree} fitted to ${x.length} points with λ = ${digits(10 ** state.power)}`);
    bars.setAttribute("aria-label", `Sizes of ${w.length} weights, the largest ${digits(Math.max(...w.map(Math.abs)))}`);
    chart.setAttribute("aria-label", `Losses against λ: training ${digits(losses[0])} and validation ${digits(losses[1])} here`);
  }

  lambda.input.addEventListener("input", () => {
    state.power = Number(lambda.input.value);
    paint();
  });
  for (const [{ input }, set] of [
    [degree, (value) => { state.degree = value; }],
    [choice, (value) => { state.set = value - 1; }],
  ]) {
    input.addEventListener("input", () => {
      set(Number(input.value));
      draw();
      paint();
    });
  }
  draw();
  paint();
}

export default { render };

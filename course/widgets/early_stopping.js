// Early stopping: the curves are given, and the rule moves along them.

/** Where the rule stops, and its best epoch; it stops at the last epoch at the latest. */
export function stop(losses, patience, minDelta) {
  let [best, at] = [Infinity, -1];
  for (let epoch = 0; epoch < losses.length; epoch += 1) {
    if (losses[epoch] < best - minDelta) [best, at] = [losses[epoch], epoch];
    if (epoch - at >= patience) return { stopped: epoch, best: at, early: true };
  }
  return { stopped: losses.length - 1, best: at, early: false };
}

const digits = (x, n = 3) => x.toFixed(n).replace("-", "−");

// The picture: epochs across, loss up.

const FRAME = { left: 78, right: 940, top: 20, bottom: 400 };

const STYLE = `
.patience { max-width: 1500px; color: var(--jp-content-font-color1, CanvasText); font-family: inherit; font-variant-numeric: tabular-nums;
  container-type: inline-size; }
.patience .body { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); gap: 2em; font-size: clamp(14px, 1.4cqw, 23px); line-height: 1.5; }
@container (max-width: 700px) { .patience .body { grid-template-columns: 1fr; } }
.patience svg { width: 100%; height: auto; overflow: visible; }
.patience svg * { vector-effect: non-scaling-stroke; }
.patience text { fill: currentColor; font-size: 20px; text-anchor: middle; }
.patience label { display: grid; grid-template-columns: 5.5em 1fr 3.5em; gap: .6em; align-items: center; margin-bottom: .4em; }
.patience input { accent-color: #0072B2; min-width: 0; }
.patience .axis { fill: none; stroke: currentColor; stroke-opacity: .45; }
.patience .training { fill: none; stroke: #0072B2; stroke-width: 2.5; stroke-dasharray: 7 4; }
.patience .validation { fill: none; stroke: #D55E00; stroke-width: 3; }
.patience .unseen { opacity: .28; }
.patience .waiting { fill: #E69F00; fill-opacity: .3; }
.patience .best { stroke: #009E73; stroke-width: 3; }
.patience .stop { stroke: currentColor; stroke-width: 3; stroke-dasharray: 3 4; }
.patience dl { display: grid; grid-template-columns: 1fr auto; gap: .1em 1em; margin: .8em 0; }
.patience .body :is(dt, dd) { float: none; width: auto; margin: 0; font-weight: 400; }
.patience .body dd { font-weight: 600; text-align: right; white-space: nowrap; }
.patience ul { list-style: none; margin: .4em 0; padding: 0; }
.patience li { display: flex; align-items: center; gap: .6em; }
.patience li svg { width: 2.2em; height: .6em; flex: none; }
`;

function place(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

function render({ model, el }) {
  const [training, validation, test] = ["training", "validation", "test"].map((name) => model.get(name));
  const count = training.length;
  const highest = Math.max(...validation, ...training.slice(1)) * 1.05;
  const x = (epoch) => FRAME.left + (epoch / (count - 1)) * (FRAME.right - FRAME.left);
  const y = (loss) => FRAME.bottom - Math.min(1, loss / highest) * (FRAME.bottom - FRAME.top);
  const path = (losses, from, to) => `M${losses.slice(from, to + 1).map((loss, k) => `${x(from + k)} ${y(loss)}`).join("L")}`;

  const root = add(el, "div", { class: "patience", role: "group", "aria-label": "Early stopping on given curves" });
  add(root, "style", {}, STYLE);
  const body = add(root, "div", { class: "body" });
  const svg = add(body, "svg", { viewBox: "0 0 960 460", role: "img" });
  add(svg, "path", { class: "axis", d: `M${FRAME.left} ${FRAME.top}V${FRAME.bottom}H${FRAME.right}` });
  for (let k = 0; k <= 4; k += 1) {
    add(svg, "text", { x: FRAME.left - 36, y: y((highest * k) / 4) + 7 }, digits((highest * k) / 4, 2));
    const epoch = Math.round(((count - 1) * k) / 4);
    add(svg, "text", { x: x(epoch), y: FRAME.bottom + 28 }, String(epoch));
  }
  add(svg, "text", { x: (FRAME.left + FRAME.right) / 2, y: FRAME.bottom + 56 }, "epoch, counted from 0");
  add(svg, "text", { x: FRAME.left + 40, y: FRAME.top - 2 }, "loss");
  const waiting = add(svg, "rect", { class: "waiting", y: FRAME.top, height: FRAME.bottom - FRAME.top });
  const curves = [["training", training], ["validation", validation]].flatMap(([name, losses]) => [
    { node: add(svg, "path", { class: name }), losses, seen: true },
    { node: add(svg, "path", { class: `${name} unseen` }), losses, seen: false },
  ]);
  const best = add(svg, "line", { class: "best", y1: FRAME.top, y2: FRAME.bottom });
  const end = add(svg, "line", { class: "stop", y1: FRAME.top, y2: FRAME.bottom });

  const side = add(body, "div");
  const patience = slider(side, "patience", { min: 1, max: Math.min(30, count - 1), step: 1, value: 3 });
  const margin = slider(side, "min_delta", { min: 0, max: 0.2, step: 0.005, value: 0 });
  const facts = add(side, "dl", { "aria-live": "polite" });
  const legend = add(side, "ul");
  for (const [kind, words] of [["training", "training loss"], ["validation", "validation loss"], ["best", "best epoch"], ["stop", "stopped"]]) {
    const item = add(legend, "li");
    add(add(item, "svg", { viewBox: "0 0 44 12", "aria-hidden": "true" }), "line", { class: kind, x1: 0, x2: 44, y1: 6, y2: 6 });
    item.append(words);
  }

  function draw() {
    const found = stop(validation, Number(patience.input.value), Number(margin.input.value));
    for (const { node, losses, seen } of curves) {
      node.setAttribute("d", seen ? path(losses, 0, found.stopped) : path(losses, found.stopped, count - 1));
    }
    place(waiting, { x: x(found.best), width: x(found.stopped) - x(found.best) });
    place(best, { x1: x(found.best), x2: x(found.best) });
    place(end, { x1: x(found.stopped), x2: x(found.stopped) });
    patience.output.textContent = patience.input.value;
    margin.output.textContent = digits(Number(margin.input.value));
    facts.replaceChildren();
    const rows = [
      [found.early ? "stopped after epoch" : "never stopped, last epoch", found.stopped],
      ["best epoch", found.best],
      ["validation loss there", digits(validation[found.best])],
      ["test accuracy, best weights", `${digits(100 * test[found.best], 1)} %`],
      ["test accuracy, last weights", `${digits(100 * test[found.stopped], 1)} %`],
      ["test accuracy, run to the end", `${digits(100 * test[count - 1], 1)} %`],
    ];
    for (const [words, value] of rows) {
      add(facts, "dt", {}, words);
      add(facts, "dd", {}, String(value));
    }
    place(svg, { "aria-label": `Loss over ${count} epochs. Stopped after epoch ${found.stopped}; the best was epoch ${found.best}.` });
  }

  for (const { input } of [patience, margin]) input.addEventListener("input", draw);
  draw();
}

export default { render };

// Digits to browse: filtered by class, sorted by certainty, each with its probabilities and its map.

const winner = (p) => p.indexOf(Math.max(...p));

/** Indices of the images to show. `truth` and `guess` are classes or -1 for any; `which` is "wrong", "right" or "all". */
export function chosen({ labels, probabilities }, { truth, guess, which, order }) {
  const found = labels.map((_, n) => n).filter((n) => {
    const says = winner(probabilities[n]);
    const right = says === labels[n];
    return (truth < 0 || labels[n] === truth) && (guess < 0 || says === guess) && (which === "all" || right === (which === "right"));
  });
  const certainty = (n) => Math.max(...probabilities[n]);
  if (order === "given") return found;
  return found.sort((a, b) => (order === "surest" ? certainty(b) - certainty(a) : certainty(a) - certainty(b)));
}

const SIDE = 8;
const STYLE = `
.errors { container-type: inline-size; max-width: 1500px; color: var(--jp-content-font-color1, CanvasText); font-family: inherit;
  font-variant-numeric: tabular-nums; }
.errors .body { font-size: clamp(13px, 1.3cqw, 21px); line-height: 1.4; }
.errors .controls { display: flex; flex-wrap: wrap; gap: .4em 1.4em; align-items: center; margin: .3em 0 .8em; }
.errors label { display: flex; align-items: center; gap: .5em; }
.errors select { font: inherit; padding: .1em .4em; }
.errors .columns { display: grid; grid-template-columns: 1.5fr 1fr 1fr 1.3fr; gap: 1.6em; align-items: start; }
@container (max-width: 700px) { .errors .columns { grid-template-columns: 1fr 1fr; } }
.errors h4 { margin: 0 0 .3em; font-size: 1em; font-weight: 700; }
.errors .list { display: grid; grid-template-columns: repeat(auto-fill, minmax(3em, 1fr)); gap: .35em; max-height: 24em; overflow-y: auto; padding: 3px; }
.errors .list button { font: inherit; font-size: .8em; padding: 2px; border: 2px solid transparent; border-radius: 4px; background: none; color: inherit;
  cursor: pointer; }
.errors .list button:focus-visible { outline: 2px solid #0072B2; }
.errors .list [aria-pressed=true] { border-color: #E69F00; }
.errors svg { width: 100%; height: auto; display: block; overflow: visible; }
.errors .frame { fill: none; stroke: currentColor; stroke-opacity: .5; stroke-width: .05; }
.errors text { fill: currentColor; font-size: 15px; dominant-baseline: central; }
.errors .bar { fill: #8a8a8a; }
.errors .bar.true { fill: #0072B2; }
.errors .bar.wrong { fill: #D55E00; }
.errors p { margin: .4em 0; }
`;

const grey = (value) => `rgb(${[0, 0, 0].fill(Math.round(255 * value)).join()})`;
/** White at zero, blue below, vermillion above. */
function tint(share) {
  const end = share < 0 ? [0, 114, 178] : [213, 94, 0];
  return `rgb(${end.map((c) => Math.round(255 + (c - 255) * Math.abs(share))).join()})`;
}

/** An image of 8 × 8 squares. */
function drawImage(parent, colours, label) {
  const svg = add(parent, "svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, "shape-rendering": "crispEdges", ...(label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" }) });
  colours.forEach((fill, j) => add(svg, "rect", { x: j % SIDE, y: Math.floor(j / SIDE), width: 1.02, height: 1.02, fill }));
  add(svg, "rect", { class: "frame", x: 0, y: 0, width: SIDE, height: SIDE });
}

function choice(parent, title, options) {
  const select = add(add(parent, "label", {}, title), "select", { "aria-label": title });
  for (const [value, words] of options) add(select, "option", { value }, words);
  return select;
}

function render({ model, el }) {
  const given = Object.fromEntries(["images", "labels", "probabilities", "maps"].map((name) => [name, model.get(name)]));
  const classes = given.probabilities[0].map((_, c) => [c, String(c)]);
  const root = add(el, "div", { class: "errors", role: "group", "aria-label": "Browse what a network gets wrong" });
  add(root, "style", {}, STYLE);
  const body = add(root, "div", { class: "body" });
  const controls = add(body, "div", { class: "controls" });
  const which = choice(controls, "Show", [["wrong", "the wrong ones"], ["right", "right ones"], ["all", "all"]]);
  const truth = choice(controls, "True class", [[-1, "any"], ...classes]);
  const guess = choice(controls, "Predicted class", [[-1, "any"], ...classes]);
  const order = choice(controls, "Order", [["surest", "surest first"], ["closest", "closest call first"], ["given", "as given"]]);
  const count = add(controls, "output", { "aria-live": "polite" });
  const columns = add(body, "div", { class: "columns" });
  const list = add(columns, "div", { class: "list", role: "toolbar", "aria-label": "Images" });
  const parts = ["image", "map", "bars"].map(() => add(columns, "div"));
  let buttons = [];

  function select(k, found) {
    buttons.forEach((button, i) => {
      button.setAttribute("aria-pressed", String(i === k));
      button.tabIndex = i === k ? 0 : -1;
    });
    for (const part of parts) part.replaceChildren();
    if (!found.length) {
      add(parts[0], "p", {}, "No image is of this kind.");
      return;
    }
    const n = found[k];
    const [p, label, says] = [given.probabilities[n], given.labels[n], winner(given.probabilities[n])];
    const other = says === label ? p.indexOf(Math.max(...p.filter((_, c) => c !== says))) : label;
    add(parts[0], "h4", {}, `A ${label}, taken for ${says}`);
    drawImage(parts[0], given.images[n].map(grey), `Image of a ${label}, taken for ${says}`);
    add(parts[1], "h4", {}, `Slope of z(${says}) − z(${other})`);
    const largest = Math.max(...given.maps[n].map(Math.abs)) || 1;
    drawImage(parts[1], given.maps[n].map((value) => tint(value / largest)), `Map: more light speaks for ${says} where vermillion, for ${other} where blue`);
    add(parts[1], "p", {}, `More light here speaks for ${says} (vermillion) or for ${other} (blue).`);
    add(parts[2], "h4", {}, "Probabilities");
    const words = p.map((value, c) => `${c}: ${value.toFixed(2)}`).join(", ");
    const svg = add(parts[2], "svg", { viewBox: `0 0 260 ${24 * p.length}`, role: "img", "aria-label": words });
    p.forEach((value, c) => {
      const y = 24 * c + 12;
      add(svg, "text", { x: 0, y }, String(c));
      add(svg, "rect", { class: `bar ${c === label ? "true" : c === says ? "wrong" : ""}`, x: 18, y: y - 8, width: Math.max(0.5, 180 * value), height: 16 });
      add(svg, "text", { x: 24 + 180 * value, y }, value.toFixed(2));
    });
    add(parts[2], "p", {}, says === label ? "Blue: the true class." : "Blue: the true class. Vermillion: the predicted one.");
  }

  function fill() {
    const found = chosen(given, { truth: Number(truth.value), guess: Number(guess.value), which: which.value, order: order.value });
    count.textContent = `${found.length} of ${given.labels.length} images`;
    list.replaceChildren();
    buttons = found.map((n, k) => {
      const says = winner(given.probabilities[n]);
      const button = add(list, "button", { type: "button", "aria-label": `A ${given.labels[n]}, taken for ${says}` });
      drawImage(button, given.images[n].map(grey), "");
      add(button, "span", {}, `${given.labels[n]}→${says}`);
      button.addEventListener("click", () => select(k, found));
      return button;
    });
    list.onkeydown = (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step || !buttons.length) return;
      event.preventDefault();
      const k = (buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length;
      select(k, found);
      buttons[k].focus();
    };
    select(0, found);
  }

  for (const control of [which, truth, guess, order]) control.addEventListener("change", fill);
  fill();
}

export default { render };

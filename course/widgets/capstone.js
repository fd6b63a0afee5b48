// Digits to browse: filtered by class, sorted by certainty, each with its probabilities and its map.

const {
  add, choice, colour, columns, controls, describe, fixed, frame, grey, heading, image, legend, max, maxIndex, onArrows, picture, tint,
} = kit;

/** Indices of the images to show. `truth` and `guess` are classes or -1 for any; `which` is "wrong", "right" or "all". */
export function chosen({ labels, probabilities }, { truth, guess, which, order }) {
  const found = labels.map((_, n) => n).filter((n) => {
    const says = maxIndex(probabilities[n]);
    const right = says === labels[n];
    return (truth < 0 || labels[n] === truth) && (guess < 0 || says === guess) && (which === "all" || right === (which === "right"));
  });
  const certainty = (n) => Math.max(...probabilities[n]);
  if (order === "given") return found;
  return found.sort((a, b) => (order === "surest" ? certainty(b) - certainty(a) : certainty(a) - certainty(b)));
}

const SIDE = 8;
const STYLE = `
  .list { display: grid; grid-template-columns: repeat(auto-fill, minmax(3.4em, 1fr)); gap: .3em; max-height: 24em; overflow-y: auto;
    padding: 4px; }
  .list button { font-size: .85em; padding: 2px; border: 2px solid transparent; border-radius: 4px; }
  .list [aria-pressed=true] { border-color: var(--orange); }
  .bars text { font-size: 15px; text-anchor: start; dominant-baseline: central; }
  .bar { fill: #8A8A8A; }
  .true { fill: var(--blue); }
  .wrong { fill: var(--vermillion); }
  @container (max-width: 700px) { .parts { grid-template-columns: 1fr 1fr; } }
`;

function render({ model, el }) {
  const given = Object.fromEntries(["images", "labels", "probabilities", "maps"].map((name) => [name, model.get(name)]));
  const classes = given.probabilities[0].map((_, c) => [c, String(c)]);
  const { body, close } = frame(el, model, { name: "errors", style: STYLE });
  const bar = controls(body);
  const which = choice(bar, "Show", [["wrong", "the wrong ones"], ["right", "right ones"], ["all", "all"]], "wrong", fill);
  const truth = choice(bar, "True class", [[-1, "any"], ...classes], -1, fill);
  const guess = choice(bar, "Predicted class", [[-1, "any"], ...classes], -1, fill);
  const orders = [["surest", "surest first"], ["closest", "closest call first"], ["given", "as given"]];
  const order = choice(bar, "Order", orders, "surest", fill);
  const count = add(bar, "output", { "aria-live": "polite" });
  const [left, ...parts] = columns(body, 1.5, 1, 1, 1.3);
  left.parentElement.classList.add("parts");
  const list = add(left, "div", { class: "list", role: "toolbar", "aria-label": "Images" });
  let buttons = [];
  let found = [];

  const words = (n) => `${given.labels[n]}, taken for ${maxIndex(given.probabilities[n])}`;

  function draw(parent, pixels) {
    const canvas = image(parent, SIDE);
    colour(canvas, pixels);
    return canvas;
  }

  function select(k) {
    buttons.forEach((button, i) => {
      button.setAttribute("aria-pressed", String(i === k));
      button.tabIndex = i === k ? 0 : -1;
    });
    for (const part of parts) part.replaceChildren();
    if (!found.length) add(parts[0], "p", {}, "No image is of this kind.");
    else tell(found[k]);
  }

  /** One image: itself, its map, its probabilities. */
  function tell(n) {
    const [p, label, says] = [given.probabilities[n], given.labels[n], maxIndex(given.probabilities[n])];
    const other = says === label ? maxIndex(p, (value, c) => (c === says ? -1 : value)) : label;
    heading(parts[0], `A digit ${words(n)}`);
    describe(draw(parts[0], given.images[n].map(grey)), `Image of a digit ${words(n)}`);
    heading(parts[1], `Slope of z(${says}) − z(${other})`);
    const largest = max(given.maps[n], Math.abs) || 1;
    const map = draw(parts[1], given.maps[n].map((value) => tint(value / largest)));
    describe(map, `Map: more light speaks for ${says} where vermillion, for ${other} where blue`);
    legend(parts[1], [["area", "wrong", `more light here speaks for ${says}`], ["area", "true", `for ${other}`]]);
    heading(parts[2], "Probabilities");
    bars(p, label, says);
    legend(parts[2], [["area", "bar true", "the true class"], ...(says === label ? [] : [["area", "bar wrong", "the predicted one"]])]);
  }

  function bars(p, label, says) {
    const spoken = p.map((value, c) => `${c}: ${fixed(value)}`).join(", ");
    const svg = picture(parts[2], { class: "bars", width: 260, height: 24 * p.length, role: "img", "aria-label": spoken });
    p.forEach((value, c) => {
      const y = 24 * c + 12;
      const kind = c === label ? "true" : c === says ? "wrong" : "";
      add(svg, "text", { x: 0, y }, String(c));
      add(svg, "rect", { class: `bar ${kind}`, x: 18, y: y - 8, width: Math.max(0.5, 180 * value), height: 16 });
      add(svg, "text", { x: 24 + 180 * value, y }, fixed(value));
    });
  }

  function fill() {
    found = chosen(given, { truth: Number(truth.value), guess: Number(guess.value), which: which.value, order: order.value });
    count.textContent = `${found.length} of ${given.labels.length} images`;
    list.replaceChildren();
    buttons = found.map((n, k) => {
      const button = add(list, "button", { type: "button" });
      draw(button, given.images[n].map(grey));
      add(button, "span", {}, `${given.labels[n]}→${maxIndex(given.probabilities[n])}`);
      describe(button, `A digit ${words(n)}`);
      button.addEventListener("click", () => select(k));
      return button;
    });
    select(0);
  }

  onArrows(list, (right, down) => {
    if (!buttons.length) return;
    const k = (buttons.indexOf(document.activeElement) + right + down + buttons.length) % buttons.length;
    select(k);
    buttons[k].focus();
  });
  fill();
  return close;
}

export default { render };

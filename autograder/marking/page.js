// The marking page: what the keys and buttons do. All that is shown of a student's came cleaned from the server.

const $ = (id) => document.getElementById(id);

let unit; // what the server says of the unit
let at = { question: 0, answer: 0 }; // which answer is shown
let seen = null; // the mark that stands in the gradebook, as far as this page knows
let chosen = []; // the points given for each criterion, or null
let saving = Promise.resolve(true); // saves go one after the other
let timer = 0;
let undoing = false;
const changes = []; // what can be undone: places, and the marks that stood there

const SOON = 400; // milliseconds from the last change to its saving
const LATER = 1500; // from a save that found the class in use to the next one

class Failure extends Error {
  constructor(words, busy = false) {
    super(words);
    this.busy = busy;
  }
}

async function ask(path, body) {
  const post = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), keepalive: true };
  let reply, data;
  try {
    reply = await fetch(path, body ? post : {});
    data = await reply.json();
  } catch {
    throw new Failure("the server does not answer. Is `autograder mark` still running? What you typed is kept here.");
  }
  if (!reply.ok && reply.status !== 409) throw new Failure(data.words, reply.status === 503);
  return { ...data, conflict: reply.status === 409 };
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function say(words, bad = false) {
  $("status").textContent = words;
  $("status").classList.toggle("bad", bad);
  $("again-save").hidden = !bad;
}

const question = () => unit.questions[at.question];
const entry = () => question().answers[at.answer];
const waits = (one) => one.points === null || one.again;
const rounded = (x) => Number(x.toFixed(6));
const shownAs = (points) => (points === null ? "" : String(rounded(points)));

// The form

function typedPoints() {
  const words = $("points").value.trim().replace(",", ".");
  if (words === "") return null;
  const points = /^\d*\.?\d+$|^\d+\.$/.test(words) ? Number(words) : NaN;
  return points <= question().worth ? points : NaN;
}

function mark() {
  return { points: typedPoints(), comment: $("comment").value, chosen: [...chosen] };
}

const same = (one, other) =>
  one.points === other.points && one.comment === other.comment && one.chosen.every((points, i) => points === other.chosen[i]);

function fill(given) {
  $("points").value = shownAs(given.points);
  $("comment").value = given.comment;
  choose(given.chosen);
  tellPoints();
}

function choose(points) {
  chosen = [...points];
  for (const input of $("criteria").querySelectorAll("input")) input.checked = chosen[input.dataset.criterion] === Number(input.value);
}

function tellPoints() {
  const wrong = Number.isNaN(typedPoints());
  $("points").setAttribute("aria-invalid", wrong);
  $("points-wrong").textContent = wrong ? `Expected a number from 0 to ${question().worth}. This is not saved.` : "";
  return !wrong;
}

function changed() {
  clearTimeout(timer);
  if (tellPoints()) timer = setTimeout(save, SOON);
}

function give(criterion, points) {
  chosen[criterion] = points;
  choose(chosen);
  $("points").value = shownAs(chosen.reduce((sum, each) => sum + (each ?? 0), 0));
  changed();
}

function giveLess(criterion) {
  const { choices } = question().criteria[criterion];
  const place = choices.indexOf(chosen[criterion]);
  give(criterion, place > 0 ? choices[place - 1] : choices.at(-1));
}

function giveAll(share) {
  choose(question().criteria.map(({ choices }) => choices.at(share ? -1 : 0)));
  $("points").value = shownAs(share ? question().worth : 0);
  changed();
}

// Saving

function save(confirm = false) {
  clearTimeout(timer);
  saving = saving.then(() => write(confirm));
  return saving;
}

async function write(confirm) {
  if (!seen) return true;
  const now = mark();
  if (Number.isNaN(now.points)) {
    $("points").focus();
    return false;
  }
  if (same(now, seen) && !(confirm && entry().again)) return true;
  say("Saving …");
  const before = { points: seen.points, comment: seen.comment };
  let reply;
  try {
    reply = await ask("mark", { question: question().name, id: entry().id, before, ...now });
  } catch (failure) {
    say(`Not saved: ${failure.message}`, true);
    if (failure.busy) timer = setTimeout(save, LATER);
    return false;
  }
  if (reply.conflict) {
    conflict(reply);
    return false;
  }
  if (!undoing) changes.push({ place: { ...at }, given: seen });
  seen = now;
  Object.assign(entry(), { points: now.points, again: false });
  $("again").hidden = true;
  progress();
  say("Saved");
  return true;
}

function conflict(standing) {
  const points = standing.points === null ? "no points" : `${shownAs(standing.points)} of ${question().worth} points`;
  const comment = standing.comment ? `, with the comment “${standing.comment}”` : "";
  $("conflict-words").textContent = `They gave ${points}${comment}. Nothing of yours is saved yet.`;
  say("Not saved: somebody else has marked this answer.", true);
  const stands = { points: standing.points, comment: standing.comment, chosen: chosen.map(() => null) };
  $("theirs").onclick = () => {
    seen = stands;
    Object.assign(entry(), { points: seen.points, again: false });
    fill(seen);
    progress();
    say("Theirs is kept");
    $("conflict").close();
  };
  $("mine").onclick = () => {
    seen = stands;
    $("conflict").close();
    save();
  };
  if (!$("conflict").open) $("conflict").showModal();
}

async function undo() {
  if (!(await save())) return;
  const last = changes.pop();
  if (!last) {
    say("There is nothing to undo");
    return;
  }
  await open(last.place);
  fill(last.given);
  undoing = true;
  const done = await save();
  undoing = false;
  if (done) say("Undone");
}

// Going from answer to answer

async function open(place) {
  let shown;
  do {
    if (!(await save())) return false;
    const { name, answers } = unit.questions[place.question];
    if (!answers.length) {
      at = place;
      showQuestion();
      showNothing();
      return true;
    }
    try {
      shown = await ask(`answer?question=${name}&id=${answers[place.answer].id}`);
    } catch (failure) {
      say(`Not shown: ${failure.message}`, true);
      return false;
    }
  } while (seen && !same(mark(), seen)); // something was typed meanwhile
  const first = !seen || at.question !== place.question;
  at = { ...place };
  if (first) showQuestion();
  showAnswer(shown);
  return true;
}

function showQuestion() {
  const one = question();
  seen = null;
  $("question").value = at.question;
  $("question-text").innerHTML = one.text;
  $("model").innerHTML = one.model || "The instructor's notebook has none.";
  $("remarks").innerHTML = one.remarks;
  $("worth").textContent = `of ${one.worth}`;
  $("rubric").hidden = !one.criteria.length && !one.remarks;
  $("criteria").replaceChildren(...one.criteria.map(criterion));
  chosen = one.criteria.map(() => null);
  showComments();
  progress();
}

function criterion({ text, choices }, number) {
  const words = element("div", { className: "shown", id: `criterion-${number}`, innerHTML: text });
  const group = element("div", { className: "choices", role: "radiogroup" });
  group.setAttribute("aria-labelledby", words.id);
  for (const points of choices) {
    const input = element("input", { type: "radio", name: words.id, value: points, onchange: () => give(number, points) });
    input.dataset.criterion = number;
    group.append(element("label", {}, input, element("span", { textContent: shownAs(points) })));
  }
  return element("div", { className: "criterion" }, element("kbd", { textContent: number < 9 ? number + 1 : "" }), words, group);
}

function showNothing() {
  for (const id of ["answer", "beside"]) $(id).replaceChildren();
  for (const id of ["again", "blank"]) $(id).hidden = true;
  $("which").textContent = "Nobody's answer to this waits for a mark";
  Object.assign($("points"), { value: "" });
  Object.assign($("comment"), { value: "" });
}

function showAnswer(shown) {
  Object.assign(entry(), { points: shown.points, again: shown.again });
  seen = { points: shown.points, comment: shown.comment, chosen: shown.chosen };
  fill(seen);
  $("which").textContent = `Answer ${at.answer + 1} of ${question().answers.length}${shown.who ? `: ${shown.who}` : ""}`;
  $("answer").innerHTML = shown.text;
  $("answer").hidden = shown.blank;
  $("blank").hidden = !shown.blank;
  $("beside").replaceChildren(...shown.beside.map((html) => element("div", { className: "shown", innerHTML: html })));
  $("again").hidden = !shown.again;
  for (const link of document.querySelectorAll(".shown a")) Object.assign(link, { target: "_blank", rel: "noopener noreferrer" });
  progress();
  say("");
  scrollTo(0, 0);
  $("which").focus({ preventScroll: true });
}

function progress() {
  const every = unit.questions.flatMap(({ answers }) => answers);
  const done = every.filter((one) => !waits(one)).length;
  const { answers, unanswered, held } = question();
  const aside = [unanswered && `${unanswered} left blank, or given 0`, held && `${held} cannot be read`].filter(Boolean);
  $("progress-words").textContent = `${done} of ${every.length} marked${aside.length ? ` (${aside.join(", ")})` : ""}`;
  Object.assign($("progress"), { value: done, max: Math.max(every.length, 1) });
  $("go-to").replaceChildren(
    ...answers.map((one, i) => {
      const name = one.who ? `${i + 1}: ${one.who}` : `${i + 1}`;
      const mark = one.points === null ? "no mark" : `${shownAs(one.points)} of ${question().worth}${one.again ? ", look again" : ""}`;
      return element("option", { value: i, textContent: `${name} (${mark})`, selected: i === at.answer });
    }),
  );
}

async function step(by) {
  const answer = at.answer + by;
  if (answer in question().answers) await open({ ...at, answer });
  else if (await save()) say(by > 0 ? "This is the last answer to this question." : "This is the first answer to this question.");
}

async function stepQuestion(by) {
  const place = { question: at.question + by, answer: 0 };
  if (unit.questions[place.question]) await open(place);
}

async function stepUnmarked(by) {
  if (!(await save(true))) return;
  try {
    await refresh(); // another marker may have been at work
  } catch (failure) {
    say(failure.message, true);
    return;
  }
  const places = unit.questions.flatMap(({ answers }, question) => answers.map((one, answer) => ({ question, answer, waits: waits(one) })));
  const here = places.findIndex((one) => one.question === at.question && one.answer === at.answer);
  const round = [...places.slice(here + 1), ...places.slice(0, Math.max(here, 0))];
  const { question, answer } = (by > 0 ? round.find((one) => one.waits) : round.findLast((one) => one.waits)) ?? {};
  if (question !== undefined) await open({ question, answer });
  else say(waits(entry() ?? { points: 0 }) ? "This is the only answer without a mark." : "Every answer is marked. Ctrl-C in the terminal ends this.");
}

async function refresh() {
  const id = entry()?.id;
  unit = await ask("unit");
  at.answer = Math.max(question().answers.findIndex((one) => one.id === id), 0);
}

// Comments kept for reuse

function showComments() {
  const list = question().comments.map((text, i) =>
    element(
      "li",
      {},
      element("kbd", { textContent: i < 9 ? i + 1 : "" }),
      element("button", { type: "button", className: "text", textContent: text, onclick: () => insert(text) }),
      element("button", { type: "button", className: "forget", textContent: "×", ariaLabel: `Forget: ${text}`, onclick: () => keep(text, true) }),
    ),
  );
  $("comments").replaceChildren(...list);
}

function insert(text) {
  const written = $("comment").value.trimEnd();
  $("comment").value = written ? `${written}\n\n${text}` : text;
  changed();
}

async function keep(text, forget = false) {
  if (!text.trim()) {
    say("Write a comment first, to keep it.");
    return;
  }
  try {
    question().comments = (await ask("comments", { question: question().name, text, forget })).comments;
    showComments();
    say(forget ? "Forgotten" : "Kept for reuse");
  } catch (failure) {
    say(`Not ${forget ? "forgotten" : "kept"}: ${failure.message}`, true);
  }
}

function pick(on) {
  document.body.classList.toggle("picking", on && question().comments.length > 0);
  if (on) say(question().comments.length ? "Which comment? Press its number." : "No comment is kept yet. Write one, and press k.");
}

// Keys and buttons

const KEYS = {
  ArrowRight: () => step(1),
  ArrowLeft: () => step(-1),
  b: () => stepQuestion(-1),
  n: () => stepQuestion(1),
  0: () => giveAll(0),
  f: () => giveAll(1),
  p: () => $("points").select(),
  c: () => $("comment").focus(),
  r: () => pick(true),
  k: () => keep($("comment").value),
  u: undo,
  q: () => $("asked").toggleAttribute("open"),
  m: () => $("model-answer").toggleAttribute("open"),
  "?": () => $("help").showModal(),
};

function pressed(event) {
  if (document.querySelector("dialog[open]")) return;
  const typing = event.target.matches("input[type=text], textarea, select");
  const way = event.shiftKey ? -1 : 1;
  if (event.key === "Escape") {
    pick(false);
    event.target.blur();
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey || event.target.id === "points")) {
    stepUnmarked(way);
  } else if (typing || event.ctrlKey || event.metaKey || event.altKey || !$("keys").checked) {
    return;
  } else if (event.key === "Enter" && !event.target.matches("button, summary, a")) {
    stepUnmarked(way);
  } else if (/^[1-9]$/.test(event.key)) {
    const number = Number(event.key) - 1;
    if (document.body.classList.contains("picking")) {
      if (question().comments[number] !== undefined) insert(question().comments[number]);
      pick(false);
    } else if (number in question().criteria) giveLess(number);
  } else if (KEYS[event.key] && !(event.key.startsWith("Arrow") && event.target.matches("input"))) {
    KEYS[event.key]();
  } else {
    return;
  }
  event.preventDefault();
}

function typedAPoint() {
  choose(chosen.map(() => null)); // what was chosen makes other points
  changed();
}

function listen() {
  document.addEventListener("keydown", pressed);
  $("form").addEventListener("submit", (event) => event.preventDefault());
  $("points").addEventListener("input", typedAPoint);
  $("comment").addEventListener("input", changed);
  $("comment").addEventListener("change", () => save());
  $("question").addEventListener("change", (event) => open({ question: Number(event.target.value), answer: 0 }));
  $("go-to").addEventListener("change", (event) => open({ ...at, answer: Number(event.target.value) }));
  for (const [id, work] of Object.entries({
    full: () => giveAll(1),
    none: () => giveAll(0),
    keep: () => keep($("comment").value),
    undo,
    previous: () => step(-1),
    next: () => step(1),
    unmarked: () => stepUnmarked(1),
    "again-save": () => save(),
    "help-open": () => $("help").showModal(),
  })) {
    $(id).addEventListener("click", work);
  }
  addEventListener("visibilitychange", () => save());
  addEventListener("beforeunload", (event) => {
    if (seen && !same(mark(), seen)) {
      save();
      event.preventDefault();
    }
  });
}

async function start() {
  try {
    unit = await ask("unit");
  } catch (failure) {
    say(failure.message, true);
    return;
  }
  document.title = `Marking ${unit.unit}`;
  $("unit").textContent = unit.unit;
  $("questions").hidden = unit.questions.length < 2;
  $("question").replaceChildren(...unit.questions.map(({ title }, value) => element("option", { value, textContent: title })));
  $("desk").hidden = false;
  listen();
  const first = unit.questions.findIndex(({ answers }) => answers.some(waits));
  const question = Math.max(first, 0);
  await open({ question, answer: Math.max(unit.questions[question].answers.findIndex(waits), 0) });
}

start();

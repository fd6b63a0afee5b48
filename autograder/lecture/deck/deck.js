// A deck: reveal.js, with formulas, two themes, and widgets that give the keys back.

import katex from "katex";
import Reveal from "reveal.js";
import Notes from "reveal.js/plugin/notes";
import "reveal.js/reveal.css";
import "katex/dist/katex.css";
import "./deck.css";

const SIZE = { width: 1280, height: 720 };
const THEME = "theme"; // where the one that was chosen is kept, for the next deck
const WORDS = { largest: 46, smallest: 32, tallest: 440 }; // pixels: of letters, and of all that stands on a slide of words
const printing = /print-pdf|view=print/.test(location.search);

typesetFormulas();
fillSlides();
const system = matchMedia("(prefers-color-scheme: dark)");
system.addEventListener("change", () => show(theme()));
show(theme());

const deck = new Reveal(document.querySelector(".reveal"), {
  ...SIZE, margin: 0, minScale: 0.1, maxScale: 6, center: false, display: "flex",
  hash: true, transition: "none", backgroundTransition: "none", slideNumber: "c/t", navigationMode: "linear",
  scrollActivationWidth: null, pdfMaxPagesPerSlide: 1, pdfSeparateFragments: false, plugins: [Notes],
});
deck.initialize().then(() => {
  deck.addKeyBinding({ keyCode: 68, key: "D", description: "Dark or light" }, () => choose(theme() === "dark" ? "light" : "dark"));
  deck.addKeyBinding({ keyCode: 87, key: "W", description: "Into the widget; Esc leaves it" }, () => widget()?.focus());
  deck.on("slidechanged", leave);
  document.querySelectorAll("iframe").forEach(listen);
});

/** In the notes as MathML alone: the window that shows them has no other fonts and styles. */
function typesetFormulas() {
  for (const node of document.querySelectorAll(".math")) {
    const options = {
      displayMode: node.classList.contains("display"), strict: false,
      output: node.closest(".notes") ? "mathml" : "htmlAndMathml",
    };
    try {
      katex.render(node.textContent, node, options);
    } catch (error) {
      console.error(`${error.message}, in the formula ${node.textContent}`);
    }
  }
}

/** Words that stand alone are as large as their slide allows. It is laid out for that: reveal.js has not begun. */
function fillSlides() {
  for (const text of document.querySelectorAll(".content:not(.pictured) > .text")) {
    const slide = text.closest("section");
    slide.classList.add("measured");
    for (let size = WORDS.largest; size >= WORDS.smallest; size -= 2) {
      text.style.fontSize = `${size}px`;
      if (text.offsetHeight <= WORDS.tallest && text.scrollWidth <= text.clientWidth) break;
    }
    slide.classList.remove("measured");
  }
}

// Dark and light: as the system has it, until D is pressed; on paper always light.

function theme() {
  if (printing) return "light";
  return remembered() ?? (system.matches ? "dark" : "light");
}

function remembered() {
  try {
    return sessionStorage.getItem(THEME);
  } catch {
    return null; // a browser that keeps nothing for files
  }
}

function choose(name) {
  try {
    sessionStorage.setItem(THEME, name);
  } catch { /* for this deck alone, then */ }
  show(name);
}

/** In this page and in its widgets; pictures look for the attribute that JupyterLab sets. */
function show(name) {
  document.documentElement.style.colorScheme = name;
  document.body.dataset.jpThemeLight = name === "light";
  for (const frame of document.querySelectorAll("iframe")) {
    const root = frame.contentDocument?.documentElement; // none while it is being read
    if (root) root.style.colorScheme = name;
  }
}

// Widgets: each in a frame, where all keys are its own, but those of a clicker.

const widget = () => deck.getCurrentSlide().querySelector("iframe");

function leave() {
  if (document.activeElement?.matches("iframe")) document.activeElement.blur();
  window.focus();
}

function listen(frame) {
  const begin = () => {
    show(theme());
    frame.contentWindow.addEventListener("keydown", (event) => {
      const turn = { Escape: leave, PageDown: () => deck.next(), PageUp: () => deck.prev() }[event.key];
      if (!turn || (event.key !== "Escape" && event.target.matches?.("input, select"))) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      turn();
    }, true);
  };
  frame.addEventListener("load", begin); // also when printing moves it
  if (frame.contentDocument?.readyState === "complete") begin();
}

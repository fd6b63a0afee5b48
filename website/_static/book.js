// A widget's page is as high as what is drawn in it.
const fit = (frame) => {
  const body = frame.contentDocument.body;
  const { marginTop, marginBottom } = getComputedStyle(body);
  const margins = parseFloat(marginTop) + parseFloat(marginBottom);
  new ResizeObserver(() => (frame.style.height = `${Math.ceil(body.getBoundingClientRect().height + margins)}px`)).observe(body);
};
for (const frame of document.querySelectorAll("iframe.widget")) {
  frame.addEventListener("load", () => fit(frame));
  if (frame.contentDocument?.getElementById("widget")) fit(frame); // it came before this
}

// What the theme leaves undone for those who use a keyboard or a screen reader.
for (const [kind, words] of [[".sidebar-drawer", "All pages"], [".toc-drawer", "On this page"]]) {
  document.querySelector(kind)?.setAttribute("aria-label", words);
}
for (const caption of document.querySelectorAll(".caption[role=heading]")) caption.ariaLevel = 2;
const boxes = document.querySelectorAll("pre, .table-wrapper, .formula, .output");
const scrollable = new ResizeObserver(() => {
  for (const box of boxes) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
});
scrollable.observe(document.body);

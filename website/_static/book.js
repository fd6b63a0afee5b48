// A widget's page is as high as what is drawn in it.
for (const frame of document.querySelectorAll("iframe.widget")) {
  frame.addEventListener("load", () => {
    const body = frame.contentDocument.body;
    const margins = () => parseFloat(getComputedStyle(body).marginTop) + parseFloat(getComputedStyle(body).marginBottom);
    new ResizeObserver(() => (frame.style.height = `${Math.ceil(body.getBoundingClientRect().height + margins())}px`)).observe(body);
  });
}

// What the theme leaves undone for those who use a keyboard or a screen reader.
for (const [kind, words] of [[".sidebar-drawer", "All pages"], [".toc-drawer", "On this page"]]) {
  document.querySelector(kind)?.setAttribute("aria-label", words);
}
const boxes = document.querySelectorAll("pre, .table-wrapper, .formula, .output");
const scrollable = new ResizeObserver(() => {
  for (const box of boxes) box.toggleAttribute("tabindex", box.scrollWidth > box.clientWidth);
});
scrollable.observe(document.body);

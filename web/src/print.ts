// Island "print": unfolds all evidence before printing and folds it again
// afterwards, for browsers whose style sheets cannot do it.
const opened = new Set<HTMLDetailsElement>();

addEventListener("beforeprint", () => {
  for (const d of document.querySelectorAll<HTMLDetailsElement>("details:not([open])")) {
    d.open = true;
    opened.add(d);
  }
});
addEventListener("afterprint", () => {
  for (const d of opened) d.open = false;
  opened.clear();
});

export {};

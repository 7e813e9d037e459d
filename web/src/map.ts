// Island "map": arrow keys between tiles (one stop for the Tab key instead of
// 195), a line that reads out the tile under the pointer or focus, and filters
// by region and by stance. Without it the map is a plain figure with links.
import { el, islands } from "./lib/dom";
import { fill, fold, messages } from "./lib/text";
import { arrows, byPrefix, next } from "./lib/tiles";

const english = {
  region: "Region",
  all: "All regions",
  stances: "Show only",
  hint: "Point at a tile, or move with the arrow keys, to read it here.",
  keys: "Arrow keys move between tiles, a letter jumps to a name, Enter opens.",
  shown: "{n} of {all} tiles shown",
};

islands("map", (root) => {
  const svg = root.querySelector<SVGSVGElement>("svg.tilemap");
  if (!svg) return;
  const words = messages(root.dataset.messages, english);
  const tiles = [...svg.querySelectorAll<SVGElement>("a.tile")];
  if (tiles.length === 0) return;
  const cells = tiles.map((t) => ({ row: Number(t.dataset.row), col: Number(t.dataset.col) }));
  const names = tiles.map((t) => fold(t.dataset.name ?? ""));
  const visible = (i: number): boolean => !tiles[i]!.classList.contains("is-dim");

  const card = el("p", { class: "tile-card", "aria-hidden": "true" }, words.hint);
  const status = el("p", { class: "visually-hidden", role: "status" });
  const keys = el("p", { class: "visually-hidden", id: `${svg.id}-keys` }, words.keys);
  let current = 0;

  const show = (i: number): void => {
    card.textContent = tiles[i]!.querySelector("title")?.textContent ?? "";
    card.classList.add("is-filled");
  };
  const clear = (): void => {
    card.textContent = words.hint;
    card.classList.remove("is-filled");
  };
  const stop = (i: number): void => {
    tiles[current]!.setAttribute("tabindex", "-1");
    current = i;
    tiles[i]!.setAttribute("tabindex", "0");
  };
  const focus = (i: number): void => {
    if (i < 0) return;
    stop(i);
    tiles[i]!.focus();
    tiles[i]!.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  tiles.forEach((tile, i) => {
    tile.setAttribute("tabindex", i === 0 ? "0" : "-1");
    tile.setAttribute("aria-describedby", keys.id);
    tile.addEventListener("pointerenter", () => show(i));
    tile.addEventListener("pointerleave", () => (document.activeElement === tiles[current] ? show(current) : clear()));
    tile.addEventListener("focus", () => {
      stop(i);
      show(i);
    });
    tile.addEventListener("blur", clear);
  });

  let typed = "";
  let lastKey = 0;
  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = arrows[event.key];
    if (direction) {
      event.preventDefault();
      focus(next(cells, current, direction, visible));
    } else if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      const order = tiles.map((_, i) => i).filter(visible);
      focus(order[event.key === "Home" ? 0 : order.length - 1] ?? -1);
    } else if (event.key === "Escape") {
      clear();
    } else if (/^\p{L}$/u.test(event.key)) {
      typed = event.timeStamp - lastKey < 700 ? typed + fold(event.key) : fold(event.key);
      lastKey = event.timeStamp;
      const shownNames = names.map((n, i) => (visible(i) ? n : "\uFFFF"));
      focus(byPrefix(shownNames, typed, current));
    }
  });

  // Filters.
  const wanted = new Set<string>();
  let region = "";
  const filter = (): void => {
    let n = 0;
    tiles.forEach((tile) => {
      const dim = (region !== "" && tile.dataset.region !== region) || (wanted.size > 0 && !wanted.has(tile.dataset.stance ?? ""));
      tile.classList.toggle("is-dim", dim);
      if (!dim) n++;
    });
    if (!visible(current)) {
      const first = tiles.findIndex((_, i) => visible(i));
      if (first >= 0) stop(first);
    }
    status.textContent = fill(words.shown, { n, all: tiles.length });
  };

  const regions = [...new Set(tiles.map((t) => t.dataset.region ?? ""))].filter((r) => r !== "").sort();
  const select = el("select", { id: `${svg.id}-region` }, el("option", { value: "" }, words.all), ...regions.map((r) => el("option", { value: r }, root.dataset[`region${r}`] ?? r)));
  select.addEventListener("change", () => {
    region = select.value;
    filter();
  });
  const controls = el("div", { class: "figure-controls" }, el("label", { for: select.id }, words.region), select);

  const legend = root.querySelector(".legend-list");
  legend?.setAttribute("aria-label", words.stances);
  for (const item of legend?.querySelectorAll<HTMLElement>("[data-stance]") ?? []) {
    const button = el("button", { type: "button", class: "legend-toggle", "aria-pressed": "false" });
    button.append(...item.childNodes);
    item.append(button);
    button.addEventListener("click", () => {
      const stance = item.dataset.stance ?? "";
      const on = !wanted.delete(stance) && !!wanted.add(stance);
      button.setAttribute("aria-pressed", String(on));
      filter();
    });
  }

  const box = svg.closest(".figure-scroll") ?? svg;
  box.before(controls);
  box.after(card, keys, status);
});

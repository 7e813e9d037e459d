// Island "network": reads out the dot or line under the pointer or focus and
// shows its neighbours, picks one actor from a list, zooms and moves, and makes
// a slider of the links to single years. The places come from the server.
import { el, islands } from "./lib/dom";
import { keep, neighbours, zoomBox, type Box } from "./lib/graph";
import { fill, fold, messages } from "./lib/text";

const english = {
  "zoom-in": "Closer",
  "zoom-out": "Wider",
  whole: "Whole picture",
  pick: "Show one",
  everybody: "everybody",
  hint: "Point at a dot or a line to read it here.",
  keys: "Arrow keys move between dots, Enter opens.",
  year: "Year",
  events: "{word}: {n} records",
  neighbours: "{name}: {n} drawn edges",
};

islands("network", (root) => {
  const svg = root.querySelector<SVGSVGElement>("svg.network");
  if (!svg) return;
  const words = messages(root.dataset.messages, english);
  const nodes = [...svg.querySelectorAll<SVGElement>(".net-node")];
  const edges = [...svg.querySelectorAll<SVGElement>(".net-edge")];
  const links = edges.map((e) => ({ a: e.dataset.a ?? "", b: e.dataset.b ?? "" }));
  const title = (node: Element): string => node.querySelector("title")?.textContent ?? "";
  const card = el("p", { class: "tile-card", "aria-hidden": "true" }, words.hint);
  const keys = el("p", { class: "visually-hidden", id: `${svg.id}-keys` }, words.keys);
  const status = el("p", { class: "visually-hidden", role: "status" });
  let picked = "";

  // The neighbourhood of one node, or everything for "".
  const light = (id: string): void => {
    const near = neighbours(links, id);
    nodes.forEach((n) => n.classList.toggle("is-dim", id !== "" && n.dataset.id !== id && !near.has(n.dataset.id ?? "")));
    edges.forEach((e, i) => {
      const touches = links[i]!.a === id || links[i]!.b === id;
      e.classList.toggle("is-dim", id !== "" && !touches);
      e.classList.toggle("is-near", id !== "" && touches);
    });
  };
  const show = (node: Element): void => {
    card.textContent = title(node);
    card.classList.add("is-filled");
  };
  const clear = (): void => {
    card.textContent = words.hint;
    card.classList.remove("is-filled");
    light(picked);
  };

  // One stop for the Tab key; arrow keys move to the nearest dot that way.
  const place = nodes.map((n) => {
    const m = /translate\((\S+) (\S+)\)/.exec(n.getAttribute("transform") ?? "");
    return { x: Number(m?.[1]), y: Number(m?.[2]) };
  });
  let current = 0;
  const stop = (i: number): void => {
    nodes[current]?.setAttribute("tabindex", "-1");
    current = i;
    nodes[i]?.setAttribute("tabindex", "0");
  };
  nodes.forEach((n, i) => {
    n.setAttribute("tabindex", i === 0 ? "0" : "-1");
    n.setAttribute("aria-describedby", keys.id);
    const on = (): void => {
      show(n);
      light(n.dataset.id ?? "");
    };
    n.addEventListener("pointerenter", on);
    n.addEventListener("pointerleave", clear);
    n.addEventListener("focus", () => {
      stop(i);
      on();
    });
    n.addEventListener("blur", clear);
  });
  edges.forEach((e) => {
    e.addEventListener("pointerenter", () => show(e));
    e.addEventListener("pointerleave", clear);
  });
  const ways: Record<string, [number, number]> = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  svg.addEventListener("keydown", (event) => {
    const way = ways[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    let best = -1;
    let cost = Infinity;
    place.forEach((p, i) => {
      const dx = p.x - place[current]!.x;
      const dy = p.y - place[current]!.y;
      const ahead = dx * way[0] + dy * way[1];
      const aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
      if (ahead > 0 && ahead + 2 * aside < cost) {
        best = i;
        cost = ahead + 2 * aside;
      }
    });
    if (best >= 0) {
      stop(best);
      nodes[best]!.focus();
    }
  });

  // Zoom and move: the picture's window on itself.
  const base = svg.viewBox.baseVal;
  const whole: Box = { x: base.x, y: base.y, width: base.width, height: base.height };
  let box: Box = { ...whole };
  const view = (b: Box): void => {
    box = b;
    svg.setAttribute("viewBox", `${b.x.toFixed(1)} ${b.y.toFixed(1)} ${b.width.toFixed(1)} ${b.height.toFixed(1)}`);
  };
  const middle = (): { x: number; y: number } => {
    const i = nodes.findIndex((n) => n.dataset.id === picked);
    return i >= 0 && picked !== "" ? place[i]! : { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  const button = (label: string, act: () => void): HTMLButtonElement => {
    const b = el("button", { type: "button" }, label);
    b.addEventListener("click", act);
    return b;
  };
  const select = el("select", { id: `${svg.id}-pick` }, el("option", { value: "" }, words.everybody));
  const named = nodes.map((n) => ({ id: n.dataset.id ?? "", name: title(n).split(":")[0] ?? "" })).sort((a, b) => (fold(a.name) < fold(b.name) ? -1 : 1));
  select.append(...named.map((n) => el("option", { value: n.id }, n.name)));
  select.addEventListener("change", () => {
    picked = select.value;
    light(picked);
    const name = named.find((n) => n.id === picked)?.name ?? words.everybody;
    status.textContent = fill(words.neighbours, { name, n: picked === "" ? edges.length : links.filter((l) => l.a === picked || l.b === picked).length });
  });
  const controls = el(
    "div",
    { class: "figure-controls" },
    el("label", { for: select.id }, words.pick),
    select,
    button(words["zoom-in"], () => view(zoomBox(box, whole, 1.5, middle()))),
    button(words["zoom-out"], () => view(zoomBox(box, whole, 1 / 1.5, middle()))),
    button(words.whole, () => view({ ...whole })),
  );
  let from: { x: number; y: number; box: Box } | null = null;
  svg.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button !== 0 || (event.target as Element).closest("a")) return; // a finger scrolls the page
    from = { x: event.clientX, y: event.clientY, box };
  });
  svg.addEventListener("pointermove", (event) => {
    if (!from) return;
    const scale = from.box.width / svg.clientWidth;
    view(keep({ ...from.box, x: from.box.x - (event.clientX - from.x) * scale, y: from.box.y - (event.clientY - from.y) * scale }, whole));
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) svg.addEventListener(end, () => (from = null));

  const holder = svg.closest(".figure-scroll") ?? svg;
  holder.before(controls);
  holder.after(card, keys, status);
  years(words);
});

/** A slider over the links to single years; letting go follows the link. */
function years(words: typeof english): void {
  const nav = document.querySelector<HTMLElement>("[data-island-years]");
  const stops = [...(nav?.querySelectorAll<HTMLAnchorElement>("a[data-word]") ?? [])];
  if (!nav || stops.length < 3) return;
  const at = Math.max(0, stops.findIndex((a) => a.hasAttribute("aria-current")));
  const input = el("input", { type: "range", id: "net-years-range", min: "0", max: String(stops.length - 1), step: "1", value: String(at) });
  const output = el("output", { for: input.id });
  const tell = (): void => {
    const a = stops[Number(input.value)]!;
    output.textContent = fill(words.events, { word: a.dataset.word ?? "", n: a.dataset.events ?? "" });
    input.setAttribute("aria-valuetext", output.textContent);
  };
  input.addEventListener("input", tell);
  input.addEventListener("change", () => {
    const a = stops[Number(input.value)]!;
    if (!a.hasAttribute("aria-current")) location.assign(a.href);
  });
  tell();
  nav.append(el("div", { class: "net-slider" }, el("label", { for: input.id }, words.year), input, output));
}

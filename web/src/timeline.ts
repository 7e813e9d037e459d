// Island "timeline": shows a part of the axis and of the rows. Buttons and year
// fields do everything that dragging over the axis does. Positions are computed
// anew from the dates, so marks and text keep their size.
import { el, islands } from "./lib/dom";
import { fill, messages } from "./lib/text";
import { clamp, dayAt, pan, place, ticks, toDay, toISO, zoom, type Window } from "./lib/time";

const english = {
  closer: "Closer",
  wider: "Wider",
  earlier: "Earlier",
  later: "Later",
  whole: "Whole period",
  from: "From year",
  to: "To year",
  rows: "Rows",
  shown: "{from} to {to}",
};
const shortest = 60; // days
const maxTicks = 11;
const svgNS = "http://www.w3.org/2000/svg";

interface Spot {
  node: SVGElement;
  day: number;
  first: number;
  last: number;
  y: string;
  bar: SVGRectElement | null;
}

islands("timeline", (root) => {
  const svg = root.querySelector<SVGSVGElement>("svg.timeline");
  if (!svg) return;
  const words = messages(root.dataset.messages, english);
  const limits: Window = { from: toDay(svg.dataset.from), to: toDay(svg.dataset.to) };
  const x = Number(svg.dataset.x);
  const width = Number(svg.dataset.width);
  const axis = svg.querySelector<SVGGElement>(".axis");
  if (!axis || !(limits.to > limits.from) || !(width > 0)) return;
  let shown: Window = { ...limits };

  const yOf = (node: Element): string => /translate\(\S+ (\S+)\)/.exec(node.getAttribute("transform") ?? "")?.[1] ?? "0";
  const spots: Spot[] = [...svg.querySelectorAll<SVGElement>(".mark")].map((node) => ({
    node,
    day: toDay(node.dataset.day),
    first: toDay(node.dataset.first),
    last: toDay(node.dataset.last),
    y: yOf(node),
    bar: node.querySelector<SVGRectElement>(".bar"),
  }));
  const asOf = svg.querySelector<SVGElement>(".as-of");
  const rows = [...svg.querySelectorAll<SVGGElement>(".timeline-row")].map((node) => ({ node, height: Number(node.dataset.height), top: Number(yOf(node)), on: true }));
  const bottom = Math.max(...rows.map((r) => r.top + r.height));
  const box = svg.viewBox.baseVal;
  const full = { width: box.width, height: box.height };
  const legend = svg.querySelector<SVGGElement>(".legend");
  const status = el("p", { class: "timeline-status", role: "status" });

  const drawTicks = (height: number): void => {
    axis.querySelectorAll(".tick").forEach((t) => t.remove());
    for (const t of ticks(shown, maxTicks)) {
      const g = document.createElementNS(svgNS, "g");
      g.setAttribute("class", "tick");
      g.setAttribute("transform", `translate(${place(t.day, shown, x, width).toFixed(2)} 0)`);
      const line = document.createElementNS(svgNS, "line");
      for (const [k, v] of Object.entries({ class: "grid", x1: "0", y1: "36", x2: "0", y2: String(height) })) line.setAttribute(k, v);
      const text = document.createElementNS(svgNS, "text");
      for (const [k, v] of Object.entries({ x: "0", y: "30", "font-size": "13" })) text.setAttribute(k, v);
      text.textContent = t.label;
      g.append(line, text);
      axis.prepend(g);
    }
  };

  const draw = (): void => {
    let top = Number(svg.dataset.top);
    for (const r of rows) {
      r.node.classList.toggle("is-off", !r.on);
      if (!r.on) continue;
      r.node.setAttribute("transform", `translate(0 ${top})`);
      top += r.height;
    }
    drawTicks(top);
    for (const s of spots) {
      const inside = s.day >= shown.from && s.day <= shown.to;
      s.node.classList.toggle("is-off", !inside);
      const at = place(s.day, shown, x, width);
      s.node.setAttribute("transform", `translate(${at.toFixed(2)} ${s.y})`);
      if (s.bar) {
        // The bar stays within the axis even where it reaches beyond it.
        const a = Math.max(place(s.first, shown, x, width), x);
        const b = Math.min(place(s.last, shown, x, width), x + width);
        s.bar.setAttribute("x", (a - at).toFixed(2));
        s.bar.setAttribute("width", Math.max(b - a, 0).toFixed(2));
      }
    }
    if (asOf) {
      const day = toDay(asOf.dataset.day);
      asOf.classList.toggle("is-off", day < shown.from || day > shown.to);
      const at = place(day, shown, x, width);
      asOf.setAttribute("transform", `translate(${at.toFixed(2)} 0)`);
      const text = asOf.querySelector("text");
      const half = (text?.getComputedTextLength() ?? 0) / 2;
      text?.setAttribute("text-anchor", at + half > full.width ? "end" : "middle");
      asOf.querySelector("line")?.setAttribute("y2", String(top));
    }
    legend?.setAttribute("transform", `translate(0 ${top - bottom})`);
    svg.setAttribute("viewBox", `0 0 ${full.width} ${full.height - (bottom - top)}`);
    fromYear.value = toISO(shown.from).slice(0, 4);
    toYear.value = toISO(shown.to - 1).slice(0, 4);
    status.textContent = fill(words.shown, { from: toISO(shown.from), to: toISO(shown.to) });
  };
  const set = (w: Window): void => {
    shown = w;
    draw();
  };

  // Controls: buttons, year fields, rows.
  const button = (label: string, act: () => void): HTMLButtonElement => {
    const b = el("button", { type: "button" }, label);
    b.addEventListener("click", act);
    return b;
  };
  const year = (label: string, id: string): [HTMLElement, HTMLInputElement] => {
    const input = el("input", { type: "number", id: `${svg.id}-${id}`, min: toISO(limits.from).slice(0, 4), max: toISO(limits.to - 1).slice(0, 4), step: "1" });
    input.addEventListener("change", () => {
      const a = toDay(`${fromYear.value.padStart(4, "0")}-01-01`);
      const b = toDay(`${String(Number(toYear.value) + 1).padStart(4, "0")}-01-01`);
      if (b > a) set(clamp({ from: Math.max(a, limits.from), to: Math.min(b, limits.to) }, limits, shortest));
      else draw(); // puts the last good years back
    });
    return [el("label", { for: input.id }, label), input];
  };
  const [fromLabel, fromYear] = year(words.from, "from-year");
  const [toLabel, toYear] = year(words.to, "to-year");
  const controls = el(
    "div",
    { class: "figure-controls" },
    fromLabel,
    fromYear,
    toLabel,
    toYear,
    button(words.closer, () => set(zoom(shown, 0.5, limits, shortest))),
    button(words.wider, () => set(zoom(shown, 2, limits, shortest))),
    button(words.earlier, () => set(pan(shown, -0.5, limits, shortest))),
    button(words.later, () => set(pan(shown, 0.5, limits, shortest))),
    button(words.whole, () => set({ ...limits })),
  );
  const holder = svg.closest(".figure-scroll") ?? svg;
  holder.before(controls);
  if (rows.length > 1) {
    const list = el("div", { class: "row-filter" });
    rows.forEach((row, i) => {
      const input = el("input", { type: "checkbox", id: `${svg.id}-row-${i}` });
      input.checked = true;
      input.addEventListener("change", () => {
        row.on = input.checked;
        draw();
      });
      list.append(el("label", { for: input.id }, input, ` ${row.node.dataset.label ?? ""}`));
    });
    holder.before(el("details", { class: "row-filter-fold" }, el("summary", {}, words.rows), list));
  }
  holder.after(status);

  // Dragging over the axis chooses a period; the year fields do the same without dragging.
  const strip = document.createElementNS(svgNS, "rect");
  for (const [k, v] of Object.entries({ class: "brush-strip", x: String(x), y: "14", width: String(width), height: "24" })) strip.setAttribute(k, v);
  const brush = document.createElementNS(svgNS, "rect");
  for (const [k, v] of Object.entries({ class: "brush is-off", y: "14", height: "24" })) brush.setAttribute(k, v);
  svg.append(strip, brush);
  const at = (event: PointerEvent): number => {
    const p = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM()!.inverse());
    return Math.min(Math.max(p.x, x), x + width);
  };
  let start = NaN;
  strip.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button !== 0) return; // a finger scrolls the page
    start = at(event);
    strip.setPointerCapture(event.pointerId);
  });
  strip.addEventListener("pointermove", (event) => {
    if (Number.isNaN(start)) return;
    const p = at(event);
    brush.setAttribute("x", String(Math.min(start, p)));
    brush.setAttribute("width", String(Math.abs(p - start)));
    brush.classList.remove("is-off");
  });
  const end = (event: PointerEvent): void => {
    if (Number.isNaN(start)) return;
    const p = at(event);
    if (event.type === "pointerup" && Math.abs(p - start) > 8) {
      set(clamp({ from: dayAt(Math.min(start, p), shown, x, width), to: dayAt(Math.max(start, p), shown, x, width) }, limits, shortest));
    }
    start = NaN;
    brush.classList.add("is-off");
  };
  strip.addEventListener("pointerup", end);
  strip.addEventListener("pointercancel", end);
  draw();
  status.textContent = ""; // nothing has changed yet, so nothing is announced
});

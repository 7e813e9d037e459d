// Island "scale": chooses states and sessions of a plot over time and reads a
// session off. Buttons, number fields and a slider do it all; pointing at the
// plot only moves the slider. The server's drawing is the start and stays
// whole: places are computed anew, heights are kept.
import { el, islands } from "./lib/dom";
import { fill, messages } from "./lib/text";
import { clamp, pan, place, zoom, type Window } from "./lib/time";

const english = {
  states: "States",
  from: "From session",
  to: "To session",
  closer: "Closer",
  wider: "Wider",
  earlier: "Earlier",
  later: "Later",
  whole: "All",
  read: "Read off session",
  shown: "Sessions {from} to {to}",
  none: "no point",
};
const shortest = 2; // sessions between the ends
const svgNS = "http://www.w3.org/2000/svg";

const make = (name: string, attributes: Record<string, string>): SVGElement => {
  const node = document.createElementNS(svgNS, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
};

islands("scale", (root) => {
  const svg = root.querySelector<SVGSVGElement>("svg.scatter");
  const times = svg?.querySelector<SVGGElement>(".times");
  if (!svg || !times) return;
  const words = messages(root.dataset.messages, english);
  const limits: Window = { from: Number(svg.dataset.from), to: Number(svg.dataset.to) };
  const [x, width, top, bottom] = [svg.dataset.x, svg.dataset.width, svg.dataset.top, svg.dataset.bottom].map(Number) as [number, number, number, number];
  if (!(limits.to > limits.from) || !(width > 0)) return;
  let shown: Window = { ...limits };
  const at = (session: number): number => place(session, shown, x, width);
  const inside = (session: number): boolean => session >= shown.from && session <= shown.to;

  const tracks = [...svg.querySelectorAll<SVGGElement>(".track")].map((node, i) => ({
    node,
    label: node.dataset.label ?? "",
    name: [...svg.querySelectorAll<SVGGElement>(".name")].find((n) => n.dataset.label === node.dataset.label),
    aside: Number(node.dataset.aside),
    line: node.querySelector<SVGPathElement>(".track-line"),
    input: el("input", { type: "checkbox", id: `${svg.id}-track-${i}` }),
    dots: [...node.querySelectorAll<SVGGElement>(".dot")].map((dot) => ({
      dot,
      session: Number(dot.dataset.at),
      y: /translate\(\S+ (\S+)\)/.exec(dot.getAttribute("transform") ?? "")?.[1] ?? "0",
      title: dot.querySelector("title")?.textContent ?? "",
    })),
  }));
  const levels = [...svg.querySelectorAll<SVGGElement>(".level")].map((n) => ({ session: Number(n.dataset.at), low: n.dataset.low, mid: n.dataset.mid, high: n.dataset.high }));
  const path = (points: string[]): string => (points.length ? `M${points.join("L")}` : "");
  const cursor = make("line", { class: "cursor is-off", y1: String(top), y2: String(bottom) });
  svg.querySelector(".track")?.before(cursor); // below the marks

  const slider = el("input", { type: "range", id: `${svg.id}-read`, step: "1" });
  const value = el("output", { for: slider.id });
  const list = el("ul", { class: "scale-read" });
  const status = el("p", { class: "timeline-status", role: "status" });

  const read = (): void => {
    const session = Number(slider.value);
    value.textContent = slider.value;
    cursor.setAttribute("x1", at(session).toFixed(2));
    cursor.setAttribute("x2", at(session).toFixed(2));
    cursor.classList.toggle("is-off", !inside(session));
    list.replaceChildren(
      ...tracks.filter((t) => t.input.checked).map((t) => el("li", {}, t.dots.find((d) => d.session === session)?.title ?? `${t.label}: ${words.none}`)),
    );
  };

  const draw = (): void => {
    for (const t of tracks) {
      t.node.classList.toggle("is-off", !t.input.checked);
      t.name?.classList.toggle("is-off", !t.input.checked);
      t.name?.querySelector(".lead")?.classList.toggle("is-off", shown.to < limits.to);
      let d = "";
      let last = NaN;
      for (const p of t.dots) {
        const on = inside(p.session);
        p.dot.classList.toggle("is-off", !on);
        if (!on) continue;
        const px = (at(p.session) + t.aside).toFixed(2);
        p.dot.setAttribute("transform", `translate(${px} ${p.y})`);
        d += `${p.session === last + 1 ? "L" : "M"}${px} ${p.y}`;
        last = p.session;
      }
      t.line?.setAttribute("d", d);
    }
    const seen = levels.filter((l) => inside(l.session));
    const px = (l: { session: number }): string => at(l.session).toFixed(2);
    svg.querySelector(".spread")?.setAttribute("d", path([...seen.map((l) => `${px(l)} ${l.high}`), ...seen.map((l) => `${px(l)} ${l.low}`).reverse()]));
    svg.querySelector(".spread-mid")?.setAttribute("d", path(seen.map((l) => `${px(l)} ${l.mid}`)));
    times.querySelectorAll(".tick").forEach((t) => t.remove());
    const step = width / (shown.to - shown.from);
    const every = [1, 2, 5, 10, 20, 50].find((n) => n * step >= 26) ?? 50;
    for (let s = Math.ceil(shown.from / every) * every; s <= shown.to; s += every) {
      const tick = make("g", { class: "tick", transform: `translate(${at(s).toFixed(2)} 0)` });
      const text = make("text", { x: "0", y: String(bottom + 19), "font-size": "13" });
      text.textContent = String(s);
      tick.append(make("line", { class: "grid", x1: "0", x2: "0", y1: String(bottom), y2: String(bottom + 5) }), text);
      times.prepend(tick);
    }
    from.value = String(shown.from);
    to.value = String(shown.to);
    slider.min = from.value;
    slider.max = to.value;
    status.textContent = fill(words.shown, { from: shown.from, to: shown.to });
    read();
  };
  const set = (w: Window): void => {
    shown = w;
    draw();
  };

  const button = (label: string, act: () => void): HTMLButtonElement => {
    const b = el("button", { type: "button" }, label);
    b.addEventListener("click", act);
    return b;
  };
  const number = (label: string, id: string): [HTMLElement, HTMLInputElement] => {
    const input = el("input", { type: "number", id: `${svg.id}-${id}`, min: String(limits.from), max: String(limits.to), step: "1" });
    input.addEventListener("change", () => {
      const a = Number(from.value);
      const b = Number(to.value);
      if (b > a) set(clamp({ from: Math.max(a, limits.from), to: Math.min(b, limits.to) }, limits, shortest));
      else draw(); // puts the last good numbers back
    });
    return [el("label", { for: input.id }, label), input];
  };
  const [fromLabel, from] = number(words.from, "from");
  const [toLabel, to] = number(words.to, "to");
  const holder = svg.closest(".figure-scroll") ?? svg;
  holder.before(
    el(
      "div",
      { class: "figure-controls" },
      fromLabel,
      from,
      toLabel,
      to,
      button(words.closer, () => set(zoom(shown, 0.5, limits, shortest))),
      button(words.wider, () => set(zoom(shown, 2, limits, shortest))),
      button(words.earlier, () => set(pan(shown, -0.5, limits, shortest))),
      button(words.later, () => set(pan(shown, 0.5, limits, shortest))),
      button(words.whole, () => set({ ...limits })),
    ),
  );
  if (tracks.length > 1) {
    const boxes = el("div", { class: "row-filter", role: "group", "aria-label": words.states });
    for (const t of tracks) {
      t.input.checked = true;
      t.input.addEventListener("change", draw);
      boxes.append(el("label", { for: t.input.id }, t.input, ` ${t.label}`));
    }
    holder.before(boxes);
  } else tracks.forEach((t) => (t.input.checked = true));
  holder.after(el("div", { class: "figure-controls" }, el("label", { for: slider.id }, words.read), slider, value), list, status);

  slider.addEventListener("input", read);
  svg.addEventListener("pointermove", (event) => {
    const m = svg.getScreenCTM();
    if (!m) return;
    const p = new DOMPoint(event.clientX, event.clientY).matrixTransform(m.inverse());
    if (p.x < x - 14 || p.x > x + width + 14 || p.y < top || p.y > bottom) return;
    const session = Math.round(shown.from + ((p.x - x) / width) * (shown.to - shown.from));
    if (String(session) === slider.value || !inside(session)) return;
    slider.value = String(session);
    read();
  });
  slider.min = String(limits.from);
  slider.max = String(limits.to);
  slider.value = slider.max;
  draw();
  status.textContent = ""; // nothing has changed yet, so nothing is announced
});

// Island "actorpicker": a combobox (WAI-ARIA 1.2, list autocomplete) over a
// plain text input with a <datalist>. The input keeps its name and sends the
// same value; without the island the datalist works as it is.
import { el, islands } from "./lib/dom";
import { fill, messages } from "./lib/text";
import { rank, type Option } from "./lib/pick";

const english = { list: "Suggestions", count: "{n} suggestions", none: "No suggestion" };

islands("actorpicker", (root) => {
  const input = root instanceof HTMLInputElement ? root : root.querySelector("input");
  const source = input?.list;
  if (!input || !source) return;
  const words = messages(root.dataset.messages, english);
  const options: Option[] = [...source.options].map((o) => ({ value: o.value, label: o.label || o.text || o.value }));
  const id = `${input.id || source.id}-listbox`; // two fields may share a list
  const box = el("ul", { id, role: "listbox", class: "picker-list", "aria-label": words.list });
  const status = el("span", { class: "visually-hidden", role: "status" });
  box.hidden = true;
  input.removeAttribute("list");
  for (const [k, v] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id, autocomplete: "off" })) input.setAttribute(k, v);
  const wrap = el("span", { class: "picker" });
  input.before(wrap);
  wrap.append(input, box, status);

  let found: Option[] = [];
  let active = -1;
  const close = (): void => {
    box.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (i: number): void => {
    const option = found[i];
    if (!option) return;
    input.value = option.value;
    close();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const move = (i: number): void => {
    active = i;
    [...box.children].forEach((li, k) => li.setAttribute("aria-selected", String(k === i)));
    if (i < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", `${id}-${i}`);
    box.children[i]?.scrollIntoView({ block: "nearest" });
  };
  const open = (): void => {
    found = rank(options, input.value);
    box.replaceChildren(
      ...found.map((o, i) => {
        const li = el("li", { role: "option", id: `${id}-${i}`, "aria-selected": "false" }, o.label === o.value ? o.label : `${o.label} (${o.value})`);
        li.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus in the input
        li.addEventListener("click", () => choose(i));
        return li;
      }),
    );
    active = -1;
    input.removeAttribute("aria-activedescendant");
    box.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    status.textContent = input.value === "" ? "" : found.length > 0 ? fill(words.count, { n: found.length }) : words.none;
  };

  input.addEventListener("input", open);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // a Japanese reader is still choosing characters
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (box.hidden) open();
      const n = found.length;
      if (n > 0) move(event.key === "ArrowDown" ? (active + 1) % n : (active <= 0 ? n : active) - 1);
    } else if (event.key === "Enter" && !box.hidden && active >= 0) {
      event.preventDefault();
      choose(active);
    } else if (event.key === "Escape" && !box.hidden) {
      event.stopPropagation();
      close();
    }
  });
});

// Island "reader": reading and coding a text. The page works without it: the form
// takes a paragraph's number and the words. The island takes what is selected,
// by mouse, by touch or by keys, and saves without loading a long text again.
import { el, islands } from "./lib/dom";
import { cut, points, sentences, step, type Passage } from "./lib/passage";
import { Place } from "./lib/place";
import { Rows } from "./lib/rows";
import { send, type Answer } from "./lib/send";
import { fill, messages } from "./lib/text";

const english = {
  none: "No passage is chosen.", chosen: "{n} characters in paragraph {p} are chosen.", saved: "Saved.", saving: "Saving …", failed: "Not saved: {why}",
  candidates: "Paragraph {n} may speak to", nocandidates: "Nothing like it was coded before.", use: "Use", correct: "Correct paragraph {n}",
  editing: "You edit a coding.", cancel: "Leave it as it is", save: "Save the coding", saveedit: "Save the change", form: "Code a passage", text: "Back to the text",
  offline: "the server does not answer.", signedout: "you are signed out.",
};

interface Candidate {
  proposition: string;
  statement: string;
  why: string;
}

type Field = HTMLInputElement | HTMLTextAreaElement;

islands("reader", (root) => {
  const words = messages(root.dataset.messages, english);
  const text = root.querySelector<HTMLElement>(".reader-text");
  const side = root.querySelector<HTMLElement>(".reader-side");
  if (!text || !side) return;
  const form = root.querySelector<HTMLFormElement>("form.code-form");
  const status = root.querySelector<HTMLElement>(".reader-status") ?? side.appendChild(el("p", { role: "status", class: "reader-status" }));
  const suggest = root.querySelector<HTMLElement>(".reader-candidates");
  const place = new Place(text);
  const rows = new Rows(root);
  let current: HTMLElement | null = null;
  let passage: Passage | null = null; // in the whole text
  root.classList.add("reader-live");

  const field = (name: string): Field | null => form?.querySelector<Field>(`[name="${name}"]:not([type="radio"])`) ?? null;
  const set = (name: string, value: string): void => {
    const f = field(name);
    if (f) f.value = value;
  };

  // ---- where the reader is ----

  /** Makes a paragraph the current one; focus moves there when asked. */
  function enter(p: Element | null | undefined, focus: boolean): void {
    if (!(p instanceof HTMLElement)) return;
    if (current !== p) {
      current?.classList.remove("rp-current");
      current?.setAttribute("tabindex", "-1");
      current = p;
      p.classList.add("rp-current");
      p.setAttribute("tabindex", "0");
      arrived(p);
    }
    if (!focus) return;
    p.focus({ preventScroll: true });
    p.scrollIntoView({ block: "nearest" });
  }

  let arrivals = 0;
  let moved = false;
  /** What follows when the reader stays in a paragraph; not for one that is only passed. */
  function arrived(p: HTMLElement): void {
    const mine = ++arrivals;
    setTimeout(() => {
      if (mine !== arrivals) return;
      if (moved) history.replaceState(null, "", `#p${p.dataset.n ?? ""}`);
      moved = true; // what the address named at first is left as it is
      rows.showHere(p);
      void candidates(p, () => mine === arrivals);
    }, 200);
  }

  // ---- the passage ----

  /** Sets the passage and what the form says of it. */
  function choose(p: HTMLElement, next: Passage | null, exact: string): void {
    passage = next;
    set("start", next ? String(next.start) : "");
    set("end", next ? String(next.end) : "");
    set("exact", exact);
    set("paragraph", next ? (p.dataset.n ?? "") : "");
    place.paint(next);
    status.textContent = next ? fill(words.chosen, { n: next.end - next.start, p: p.dataset.n ?? "" }) : words.none;
    if (next && !narrow.matches) open(true);
  }

  /** Takes the browser's own selection, if it lies in the text. */
  function fromSelection(): boolean {
    const found = place.selection();
    if (!found) return false;
    if (passage && found.start === passage.start && found.end === passage.end) return true;
    enter(found.first, false);
    choose(found.first, found, found.exact);
    return true;
  }

  function sentence(p: HTMLElement, extend: boolean): void {
    const own = place.textOf(p).textContent ?? "";
    const base = place.startOf(p);
    const inside = passage && passage.start >= base && passage.end <= base + points(own) ? { start: passage.start - base, end: passage.end - base } : null;
    const next = step(sentences(own, text?.lang ?? ""), inside, extend);
    document.getSelection()?.removeAllRanges();
    choose(p, next && { start: next.start + base, end: next.end + base }, next ? cut(own, next.start, next.end) : "");
  }

  function whole(p: HTMLElement): void {
    const own = place.textOf(p).textContent ?? "";
    choose(p, { start: place.startOf(p), end: place.startOf(p) + points(own) }, own);
  }

  /** Goes to the form: to the actor when none is named, else to the proposition. */
  function toForm(): void {
    open(true);
    for (const name of ["actor", "proposition"]) {
      const f = field(name);
      if (f && (f.value === "" || name === "proposition")) return f.focus();
    }
  }

  // ---- the side: while somebody reads, the form is out of the way ----

  const narrow = window.matchMedia("(max-width: 60rem)"); // there the side is a sheet at the bottom
  const toggle = el("button", { type: "button", class: "reader-toggle", "aria-expanded": "false" }, words.form);
  const bar = el("div", { class: "reader-bar" });
  status.before(bar);
  bar.append(status, toggle);
  toggle.hidden = !form && !narrow.matches;
  function open(on: boolean): void {
    root.classList.toggle("reader-coding", on);
    toggle.setAttribute("aria-expanded", String(on));
    toggle.textContent = on ? words.text : words.form;
    if (on) side!.scrollTop = 0;
  }
  toggle.addEventListener("click", () => {
    if (root.classList.contains("reader-coding")) back();
    else toForm();
  });
  function back(): void {
    open(false);
    enter(current ?? place.first(), true);
  }
  document.addEventListener("click", (e) => {
    const href = (e.target as Element).closest?.("a[href^='#']")?.getAttribute("href");
    if (href === "#code") {
      e.preventDefault();
      toForm();
    } else if (href === "#codings" || href === "#readings" || href?.startsWith("#coding-")) {
      if (narrow.matches) open(true);
      document.getElementById(href.slice(1))?.closest("details")?.setAttribute("open", "");
    }
  });

  // ---- mouse, touch, keys ----

  let changed = 0;
  document.addEventListener("selectionchange", () => {
    clearTimeout(changed);
    changed = window.setTimeout(() => form && fromSelection(), 150);
  });
  text.addEventListener("focusin", (e) => enter((e.target as Element).closest(".rp"), false));
  text.addEventListener("click", (e) => enter((e.target as Element).closest(".rp"), false));
  text.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || !current) return;
    const p = current;
    const go: Record<string, () => void> = {
      ArrowDown: () => enter(place.next(p, 1) ?? p, true),
      ArrowUp: () => enter(place.next(p, -1) ?? p, true),
      Home: () => enter(place.first(), true),
      End: () => enter(place.last(), true),
    };
    if (form)
      Object.assign(go, {
        s: () => sentence(p, e.shiftKey),
        p: () => whole(p),
        Enter: () => {
          if (!fromSelection() && !(passage && place.holds(p, passage.start))) whole(p);
          toForm();
        },
      });
    const key = e.key.length === 1 ? e.key.toLowerCase() : e.key; // "S" is Shift with s, and s with Caps Lock on
    const act = go[key];
    if (!act || (e.shiftKey && key !== "s")) return;
    e.preventDefault();
    act();
  });
  side.addEventListener("keydown", (e) => {
    if (e.key === "Escape" && !e.defaultPrevented) back();
  });

  // ---- saving ----

  /** Puts an answer in the page's place. */
  function put(answer: Answer): void {
    for (const [n, html] of Object.entries(answer.paragraphs ?? {})) {
      const p = document.getElementById(`p${n}`);
      if (p && text?.contains(p)) place.textOf(p).innerHTML = html; // made and escaped by the server that made the page
    }
    rows.put(answer);
    const readings = root.querySelector(".readings-list");
    if (readings && answer.readings !== undefined) readings.innerHTML = answer.readings;
    if (current) rows.showHere(current);
  }

  function why(answer: Answer): string {
    return answer.message ?? { offline: words.offline, signedout: words.signedout }[answer.trouble ?? "offline"];
  }

  let busy = false;
  form?.addEventListener("submit", (e) => {
    e.preventDefault();
    if (!busy) void save(form);
  });
  form?.addEventListener("keydown", (e) => {
    if (e.key !== "Enter" || !(e.ctrlKey || e.metaKey)) return;
    e.preventDefault();
    form.requestSubmit();
  });
  form?.addEventListener("input", (e) => {
    const name = (e.target as Field).name;
    if (name === "exact" || name === "paragraph") {
      set("start", ""); // the words count now, not the place
      set("end", "");
      passage = null;
      place.paint(null);
    }
    if (name === "proposition") spell();
  });
  form?.addEventListener("change", spell);

  async function save(f: HTMLFormElement): Promise<void> {
    busy = true;
    clearFaults();
    status.textContent = words.saving;
    const answer = await send(f, null);
    busy = false;
    if (answer.status === 409 && editing) return f.submit(); // somebody else changed it: the server shows both, with what was typed
    if (!answer.ok) {
      status.textContent = fill(words.failed, { why: why(answer) });
      for (const x of answer.errors ?? []) {
        const at = x.field === "stance" ? f.querySelector(".stances") : field(x.field)?.closest(".field, fieldset");
        const id = `fault-${x.field}`;
        at?.append(el("p", { class: "field-error from-island", id }, x.message));
        field(x.field)?.setAttribute("aria-invalid", "true");
        at?.closest("details")?.setAttribute("open", "");
      }
      const first = (answer.errors ?? []).map((x) => field(x.field)).find((x) => x !== null);
      open(true);
      first?.focus();
      return;
    }
    const p = current ?? place.first();
    edit(null);
    clear();
    put(answer);
    if (p) {
      choose(p, null, "");
      enter(p, true);
    }
    open(false);
    status.textContent = answer.message ?? words.saved;
  }

  function clearFaults(): void {
    for (const note of form?.querySelectorAll(".field-error") ?? []) note.remove();
    for (const f of form?.querySelectorAll("[aria-invalid]") ?? []) f.removeAttribute("aria-invalid");
  }

  /** Empties the form, but for the actor: the next passage is mostly the same one's. No stance stays chosen. */
  function clear(): void {
    for (const name of ["exact", "paragraph", "proposition", "conditions", "pinpoint", "date", "instrument", "note", "base", "passage", "start", "end"]) set(name, "");
    for (const box of form?.querySelectorAll<HTMLInputElement>('input[type="radio"], input[type="checkbox"]') ?? []) box.checked = false;
    document.getSelection()?.removeAllRanges();
    spell();
  }

  const spelled = field("proposition")?.closest(".field")?.appendChild(el("p", { class: "field-hint proposition-words" }));
  /** Spells out the proposition that the field names. */
  function spell(): void {
    if (!spelled) return;
    const list = document.getElementById("propositions-list") as HTMLDataListElement | null;
    const value = field("proposition")?.value.trim() ?? "";
    const option = value === "" ? undefined : [...(list?.options ?? [])].find((o) => o.value === value);
    spelled.textContent = option ? option.label || option.text : "";
  }

  // ---- editing a coding in the same form ----

  let editing: { fields: Record<string, string>; start: number; end: number } | null = null;
  const newAction = form?.getAttribute("action") ?? "";
  const cancel = el("button", { type: "button", class: "button-quiet", hidden: "" }, words.cancel);
  form?.querySelector(".code-send")?.append(" ", cancel);
  cancel.addEventListener("click", () => {
    edit(null);
    clear();
    clearFaults();
    if (current) choose(current, null, "");
    enter(current, true);
  });

  function edit(to: typeof editing, action = newAction): void {
    editing = to;
    form?.setAttribute("action", action);
    cancel.hidden = !to;
    const title = document.getElementById("code");
    if (title) title.textContent = (to ? form?.dataset.edit : form?.dataset.new) ?? title.textContent;
    const send_ = form?.querySelector("button.button-primary");
    if (send_) send_.textContent = to ? words.saveedit : words.save;
  }

  root.addEventListener("click", (e) => {
    const link = (e.target as Element).closest<HTMLAnchorElement>("a.coding-edit");
    if (!link || !form || e.ctrlKey || e.metaKey || e.shiftKey) return;
    e.preventDefault();
    void startEdit(link);
  });

  async function startEdit(link: HTMLAnchorElement): Promise<void> {
    try {
      const reply = await fetch(link.href, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!reply.ok) return location.assign(link.href);
      const got = (await reply.json()) as NonNullable<typeof editing>;
      clear();
      clearFaults();
      const p = document.getElementById(`p${got.fields.paragraph ?? ""}`);
      if (p) enter(p, false);
      p?.scrollIntoView({ block: "nearest" });
      edit(got, new URL(link.href).pathname);
      for (const [name, value] of Object.entries(got.fields)) {
        if (name === "stance" || name === "date_basis") {
          for (const box of form!.querySelectorAll<HTMLInputElement>(`[name="${name}"]`)) box.checked = value !== "" && box.value === value;
        } else set(name, value);
      }
      if (got.end > got.start) {
        passage = { start: got.start, end: got.end };
        set("start", String(got.start));
        set("end", String(got.end));
        place.paint(passage);
      }
      spell();
      toForm();
      status.textContent = words.editing;
    } catch {
      location.assign(link.href);
    }
  }

  // ---- the other forms: take back, nothing found ----

  root.addEventListener("submit", (e) => {
    const f = e.target as HTMLFormElement;
    if (!f.matches("[data-inplace]")) return;
    e.preventDefault();
    status.textContent = words.saving;
    void send(f, (e as SubmitEvent).submitter).then((answer) => {
      if (!answer.ok) {
        status.textContent = fill(words.failed, { why: [answer.errors?.map((x) => x.message).join(" ") || why(answer)].join(" ") });
        return;
      }
      put(answer);
      const typed = f.querySelector<HTMLInputElement>('input[name="proposition"]');
      if (typed) typed.value = "";
      status.textContent = answer.message ?? words.saved;
      if (typed) typed.focus();
      else if (!f.isConnected) enter(current ?? place.first(), true);
    });
  });

  // ---- suggestions: they propose and never code ----

  async function candidates(p: HTMLElement, wanted: () => boolean): Promise<void> {
    const url = root.dataset.candidates;
    if (!suggest || !url || !form) return;
    try {
      const reply = await fetch(`${url}?paragraph=${encodeURIComponent(p.dataset.n ?? "")}`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!reply.ok || !wanted()) return;
      const got = (await reply.json()) as { candidates: Candidate[]; rate: string };
      if (!wanted()) return;
      const items = got.candidates.map((c) => {
        const use = el("button", { type: "button", class: "button-quiet" }, words.use, el("span", { class: "visually-hidden" }, ` ${c.proposition}`));
        use.addEventListener("click", () => {
          set("proposition", c.proposition);
          spell();
          if (!passage) whole(p);
          open(true);
          form!.querySelector<HTMLInputElement>('input[name="stance"]')?.focus();
        });
        return el("li", {}, el("p", {}, c.statement, " ", use), el("p", { class: "small muted" }, c.why));
      });
      suggest.replaceChildren(
        el("h2", {}, fill(words.candidates, { n: p.dataset.n ?? "" })),
        items.length > 0 ? el("ol", { class: "reader-suggest" }, ...items) : el("p", { class: "muted" }, words.nocandidates),
        el("p", { class: "small muted" }, got.rate),
        el("p", { class: "small" }, el("a", { href: `${root.dataset.correct ?? ""}?paragraph=${p.dataset.n ?? ""}` }, fill(words.correct, { n: p.dataset.n ?? "" }))),
      );
    } catch {
      // a page that cannot ask shows none
    }
  }

  const first = document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest<HTMLElement>(".reader-text .rp");
  enter(first ?? place.first(), false);
  status.textContent = form ? words.none : "";
  spell();
  if (form?.querySelector(".field-error") || field("paragraph")?.value || location.hash === "#code") open(true); // the server has filled in something
});

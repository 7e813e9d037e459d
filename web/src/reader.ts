// Island "reader": reading and coding a text. The page works without it: the form
// takes a paragraph's number and the words. The island takes what is selected,
// by mouse or by keys, and saves without loading a long text again.
import { el, islands } from "./lib/dom";
import { cut, points, sentences, step, type Passage } from "./lib/passage";
import { fill, messages } from "./lib/text";

const english = {
  none: "No passage chosen", chosen: "Passage of {n} characters in paragraph {p}", saved: "Saved", failed: "Not saved: {why}",
  candidates: "It may speak to", nocandidates: "Nothing like it was coded before", use: "Use", basis: "{n} earlier codings; words: {words}", offline: "the server does not answer",
};

interface Answer {
  message?: string;
  errors?: { field: string; message: string }[];
  paragraphs?: Record<string, string>; // number → inner HTML of its text
  codings?: string; // HTML of the list
}

interface Candidate {
  proposition: string;
  statement: string;
  basis: number;
  words: string[];
}

islands("reader", (root) => {
  const words = messages(root.dataset.messages, english);
  const text = root.querySelector<HTMLElement>(".reader-text");
  const form = root.querySelector<HTMLFormElement>("form.code-form");
  if (!text || !form) return;
  const field = (name: string): HTMLInputElement | HTMLTextAreaElement | null => form.querySelector(`[name="${name}"]`);
  const status = root.querySelector<HTMLElement>(".reader-status") ?? form.appendChild(el("p", { role: "status", class: "reader-status" }));
  const side = root.querySelector<HTMLElement>(".reader-candidates");
  let current: HTMLElement | null = null;
  let passage: Passage | null = null; // in the whole text

  const paragraphs = (): HTMLElement[] => [...text.querySelectorAll<HTMLElement>(".rp")];
  const textOf = (p: Element): HTMLElement => p.querySelector<HTMLElement>(".rp-text") ?? (p as HTMLElement);
  const startOf = (p: HTMLElement): number => Number(p.dataset.start ?? 0);

  /** Makes a paragraph the current one; focus moves there when asked. */
  function enter(p: HTMLElement | null | undefined, focus: boolean): void {
    if (!p) return;
    if (current !== p) {
      current?.classList.remove("rp-current");
      current?.setAttribute("tabindex", "-1");
      current = p;
      p.classList.add("rp-current");
      p.setAttribute("tabindex", "0");
      void candidates(p);
    }
    if (focus) p.focus({ preventScroll: true });
    if (focus) p.scrollIntoView({ block: "nearest" });
  }

  /** Sets the passage and what the form says of it. */
  function choose(p: HTMLElement, next: Passage | null, words_: string): void {
    passage = next;
    const set = (name: string, value: string): void => {
      const f = field(name);
      if (f) f.value = value;
    };
    set("start", next ? String(next.start) : "");
    set("end", next ? String(next.end) : "");
    set("exact", words_);
    set("paragraph", p.dataset.n ?? "");
    show(next ? p : null, next);
    status.textContent = next ? fill(words.chosen, { n: next.end - next.start, p: p.dataset.n ?? "" }) : words.none;
  }

  /** Shows the passage in the text, where the browser can paint ranges. */
  function show(p: HTMLElement | null, next: Passage | null): void {
    const paint = (CSS as unknown as { highlights?: Map<string, unknown> }).highlights;
    const Highlight = (globalThis as unknown as { Highlight?: new (...r: Range[]) => unknown }).Highlight;
    if (!paint || !Highlight) return;
    paint.delete("passage");
    if (!p || !next) return;
    const from = place(textOf(p), next.start - startOf(p));
    const last = paragraphs().filter((x) => startOf(x) < next.end).at(-1) ?? p;
    const to = place(textOf(last), next.end - startOf(last));
    if (!from || !to) return;
    const range = document.createRange();
    range.setStart(...from);
    range.setEnd(...to);
    paint.set("passage", new Highlight(range));
  }

  /** The node and offset of a place in code points inside an element. */
  function place(root_: Node, at: number): [Node, number] | null {
    const walk = document.createTreeWalker(root_, NodeFilter.SHOW_TEXT);
    for (let n = walk.nextNode(); n; n = walk.nextNode()) {
      const s = n.nodeValue ?? "";
      const size = points(s);
      if (at <= size) return [n, cut(s, 0, at).length];
      at -= size;
    }
    return null;
  }

  /** The place in the whole text of a point of the selection. */
  function global(node: Node, offset: number): { p: HTMLElement; at: number } | null {
    const p = (node instanceof Element ? node : node.parentElement)?.closest<HTMLElement>(".rp");
    if (!p || !text?.contains(p)) return null;
    const range = document.createRange();
    range.selectNodeContents(textOf(p));
    if (range.comparePoint(node, offset) < 0) return { p, at: startOf(p) };
    if (range.comparePoint(node, offset) === 0) range.setEnd(node, offset);
    return { p, at: startOf(p) + points(range.toString()) };
  }

  /** Takes the browser's own selection, if it lies in the text. */
  function fromSelection(): boolean {
    const sel = document.getSelection();
    if (!sel || sel.isCollapsed || sel.rangeCount === 0) return false;
    const range = sel.getRangeAt(0);
    const a = global(range.startContainer, range.startOffset);
    const b = global(range.endContainer, range.endOffset);
    if (!a || !b || b.at <= a.at) return false;
    const all = paragraphs();
    const covered = all.slice(all.indexOf(a.p), all.indexOf(b.p) + 1);
    const exact = covered
      .map((p) => cut(textOf(p).textContent ?? "", Math.max(0, a.at - startOf(p)), b.at - startOf(p)))
      .join("\n\n");
    enter(a.p, false);
    choose(a.p, { start: a.at, end: b.at }, exact);
    return true;
  }

  function sentence(p: HTMLElement, extend: boolean): void {
    const own = textOf(p).textContent ?? "";
    const base = startOf(p);
    const inside = passage && passage.start >= base && passage.end <= base + points(own) ? { start: passage.start - base, end: passage.end - base } : null;
    const next = step(sentences(own, text?.lang ?? ""), inside, extend);
    document.getSelection()?.removeAllRanges();
    choose(p, next && { start: next.start + base, end: next.end + base }, next ? cut(own, next.start, next.end) : "");
  }

  function whole(p: HTMLElement): void {
    const own = textOf(p).textContent ?? "";
    choose(p, { start: startOf(p), end: startOf(p) + points(own) }, own);
  }

  const toForm = (): void => {
    for (const name of ["actor", "proposition"]) {
      const f = field(name);
      if (f && (f.value === "" || name === "proposition")) return f.focus();
    }
  };

  text.addEventListener("mouseup", () => setTimeout(() => fromSelection()));
  text.addEventListener("focusin", (e) => enter((e.target as Element).closest<HTMLElement>(".rp"), false));
  text.addEventListener("click", (e) => {
    const at = e.target as Element;
    enter(at.closest<HTMLElement>(".rp"), false);
    const id = at.closest<HTMLElement>("mark[data-q]")?.dataset.q?.split(" ")[0];
    if (id && document.getSelection()?.isCollapsed) root.querySelector(`#coding-${CSS.escape(id)}`)?.scrollIntoView({ block: "nearest" });
  });
  text.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    const all = paragraphs();
    const i = current ? all.indexOf(current) : -1;
    const go: Record<string, () => void> = {
      ArrowDown: () => enter(all[Math.min(i + 1, all.length - 1)], true),
      ArrowUp: () => enter(all[Math.max(i - 1, 0)], true),
      Home: () => enter(all[0], true),
      End: () => enter(all.at(-1), true),
      s: () => current && sentence(current, false),
      S: () => current && sentence(current, true),
      p: () => current && whole(current),
      Enter: () => {
        if (!current) return;
        if (!fromSelection() && !(passage && passage.start >= startOf(current) && passage.start <= startOf(current) + points(textOf(current).textContent ?? ""))) whole(current);
        toForm();
      },
    };
    const act = go[e.key];
    if (!act || (e.shiftKey && e.key !== "S")) return;
    e.preventDefault();
    act();
  });
  form.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      form.requestSubmit();
    } else if (e.key === "Escape") enter(current ?? paragraphs()[0], true);
  });

  /** Sends the form and puts the answer in its place. */
  async function save(): Promise<void> {
    for (const note of form!.querySelectorAll(".field-error.from-island")) note.remove();
    let answer: Answer = {};
    let ok = false;
    try {
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form!)) if (typeof value === "string") body.append(name, value);
      const reply = await fetch(form!.action, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin" });
      ok = reply.ok;
      answer = (await reply.json()) as Answer;
    } catch {
      answer = { message: words.offline };
    }
    if (!ok) {
      const errors = answer.errors ?? [];
      status.textContent = fill(words.failed, { why: answer.message ?? errors.map((x) => x.message).join("; ") });
      for (const x of errors) field(x.field)?.closest(".field, fieldset")?.append(el("p", { class: "field-error from-island" }, x.message));
      const first = errors.map((x) => field(x.field)).find((f) => f !== null);
      first?.focus();
      return;
    }
    for (const [n, html] of Object.entries(answer.paragraphs ?? {})) {
      const p = text!.querySelector(`.rp[data-n="${CSS.escape(n)}"] .rp-text`);
      if (p) p.innerHTML = html; // made and escaped by the server that made the page
    }
    const list = root.querySelector(".reader-codings");
    if (list && answer.codings !== undefined) list.innerHTML = answer.codings;
    const actor = field("actor")?.value ?? "";
    form!.reset();
    const keep = field("actor");
    if (keep) keep.value = actor; // the next passage is mostly the same actor's
    if (current) choose(current, null, "");
    status.textContent = answer.message ?? words.saved;
    enter(current ?? paragraphs()[0], true);
  }
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    void save();
  });

  /** Asks what the paragraph may speak to; it proposes and never codes. */
  let asked = 0;
  async function candidates(p: HTMLElement): Promise<void> {
    const url = root.dataset.candidates;
    if (!side || !url) return;
    const mine = ++asked;
    await new Promise((done) => setTimeout(done, 150)); // not for a paragraph that is only passed
    if (mine !== asked) return;
    try {
      const reply = await fetch(`${url}?paragraph=${encodeURIComponent(p.dataset.n ?? "")}`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      const list = reply.ok ? ((await reply.json()) as { candidates: Candidate[] }).candidates : [];
      if (mine !== asked) return;
      const items = list.map((c) => {
        const use = el("button", { type: "button", class: "button-quiet" }, words.use);
        use.addEventListener("click", () => {
          const f = field("proposition");
          if (f) f.value = c.proposition;
          if (!passage) whole(p);
          (form!.querySelector<HTMLInputElement>('input[name="stance"]') ?? f)?.focus();
        });
        use.setAttribute("aria-label", `${words.use}: ${c.statement}`);
        return el("li", {}, el("span", {}, c.statement), " ", use, el("span", { class: "small muted" }, ` ${fill(words.basis, { n: c.basis, words: c.words.join(", ") })}`));
      });
      side.replaceChildren(el("h3", {}, words.candidates), items.length > 0 ? el("ul", {}, ...items) : el("p", { class: "muted" }, words.nocandidates));
    } catch {
      // a page that cannot ask shows none
    }
  }

  const first = document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest<HTMLElement>(".reader-text .rp");
  const start = first ?? paragraphs()[0];
  if (start) {
    start.setAttribute("tabindex", "0");
    current = start;
    start.classList.add("rp-current");
  }
  status.textContent = words.none;
});

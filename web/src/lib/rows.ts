// The list of codings beside a text: kept in the order that the server gives
// (data-order), and shown in part for the paragraph that the reader is in.
import type { Answer } from "./send";

export class Rows {
  private readonly all: HTMLElement | null;
  private readonly here: HTMLElement | null;
  private readonly count: HTMLElement | null;
  private byKey = new Map<string, HTMLElement[]>();

  constructor(root: HTMLElement) {
    this.all = root.querySelector("#all-codings");
    this.here = root.querySelector(".reader-here");
    this.count = root.querySelector(".reader-all .count");
    for (const li of this.all?.children ?? []) this.note(li as HTMLElement);
  }

  private note(li: HTMLElement): void {
    const key = li.dataset.q ?? "";
    this.byKey.set(key, [...(this.byKey.get(key) ?? []), li]);
  }

  private forget(li: HTMLElement): void {
    const key = li.dataset.q ?? "";
    this.byKey.set(key, (this.byKey.get(key) ?? []).filter((x) => x !== li));
    li.remove();
  }

  /** Shows the codings of a paragraph on their own. */
  showHere(p: HTMLElement): void {
    if (!this.here) return;
    const keys = new Set([...p.querySelectorAll<HTMLElement>("mark[data-q]")].flatMap((m) => (m.dataset.q ?? "").split(" ")));
    const list = [...keys].flatMap((k) => this.byKey.get(k) ?? []).filter((li, i, a) => a.indexOf(li) === i);
    list.sort((a, b) => compare(a.dataset.order, b.dataset.order));
    const copies = list.map((li) => {
      const copy = li.cloneNode(true) as HTMLElement;
      copy.removeAttribute("id"); // the row in the whole list keeps it
      return copy;
    });
    this.here.querySelector("ul")?.replaceChildren(...copies);
    this.here.hidden = copies.length === 0;
  }

  /** Puts the rows of an answer in their places. */
  put(answer: Answer): void {
    if (!this.all) return;
    if (answer.coding !== undefined) for (const li of [...(this.byKey.get(answer.coding) ?? [])]) this.forget(li);
    for (const [id, html] of Object.entries(answer.rows ?? {})) {
      const old = document.getElementById(id);
      if (old) this.forget(old);
      const box = document.createElement("template");
      box.innerHTML = html; // made and escaped by the server that made the page
      const li = box.content.firstElementChild as HTMLElement | null;
      if (!li) continue;
      const before = [...this.all.children].find((x) => compare((x as HTMLElement).dataset.order, li.dataset.order) > 0);
      this.all.insertBefore(li, before ?? null);
      this.note(li);
    }
    if (this.count && answer.count !== undefined) this.count.textContent = answer.count;
  }
}

function compare(a = "", b = ""): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

// Places in a text that is laid out as numbered paragraphs, counted in code points
// of the whole text: each paragraph says in data-start where it begins.
import { cut, points, type Passage } from "./passage";

/** A passage that was selected, with its words and its first paragraph. */
export interface Selected extends Passage {
  first: HTMLElement;
  exact: string;
}

export class Place {
  constructor(private readonly text: HTMLElement) {}

  /** The element that holds the words of a paragraph and nothing else. */
  textOf(p: Element): HTMLElement {
    return p.querySelector<HTMLElement>(".rp-text") ?? (p as HTMLElement);
  }

  startOf(p: Element): number {
    return Number((p as HTMLElement).dataset.start ?? 0);
  }

  holds(p: Element, at: number): boolean {
    return at >= this.startOf(p) && at <= this.startOf(p) + points(this.textOf(p).textContent ?? "");
  }

  /** What the browser has selected, if it lies in the text. */
  selection(): Selected | null {
    const sel = document.getSelection();
    if (!sel || sel.isCollapsed || sel.rangeCount === 0) return null;
    const range = sel.getRangeAt(0);
    const a = this.global(range.startContainer, range.startOffset);
    const b = this.global(range.endContainer, range.endOffset);
    if (!a || !b || b.at <= a.at) return null;
    const exact: string[] = [];
    for (let p: HTMLElement | null = a.p; p; p = this.next(p, 1)) {
      exact.push(cut(this.textOf(p).textContent ?? "", Math.max(0, a.at - this.startOf(p)), b.at - this.startOf(p)));
      if (p === b.p) break;
    }
    return { start: a.at, end: b.at, first: a.p, exact: exact.join("\n\n") };
  }

  /** The place in the whole text of a point in the document. */
  private global(node: Node, offset: number): { p: HTMLElement; at: number } | null {
    const p = (node instanceof Element ? node : node.parentElement)?.closest<HTMLElement>(".rp");
    if (!p || !this.text.contains(p)) return null;
    const range = document.createRange();
    range.selectNodeContents(this.textOf(p));
    const side = range.comparePoint(node, offset);
    if (side < 0) return { p, at: this.startOf(p) };
    if (side === 0) range.setEnd(node, offset);
    return { p, at: this.startOf(p) + points(range.toString()) };
  }

  /** A paragraph by its number, from 1. */
  numbered(n: number): HTMLElement | null {
    const p = document.getElementById(`p${n}`);
    return p && this.text.contains(p) ? p : null;
  }

  /** The paragraph so many further on, or before. */
  next(p: HTMLElement, by: number): HTMLElement | null {
    return this.numbered(Number(p.dataset.n) + by);
  }

  first(): HTMLElement | null {
    return this.text.querySelector<HTMLElement>(".rp");
  }

  last(): HTMLElement | null {
    const list = this.text.lastElementChild?.querySelectorAll<HTMLElement>(".rp");
    return list?.[list.length - 1] ?? null;
  }

  /** The paragraph in which a place lies, found by halving. */
  private at(place: number): HTMLElement | null {
    let low = 1;
    let high = Number(this.last()?.dataset.n ?? 1);
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      const p = this.numbered(mid);
      if (p && this.startOf(p) <= place) low = mid;
      else high = mid - 1;
    }
    return this.numbered(low);
  }

  /** Shows a passage in the text, where the browser can paint ranges. */
  paint(next: Passage | null): void {
    const paint = (CSS as unknown as { highlights?: Map<string, unknown> }).highlights;
    const Highlight = (globalThis as unknown as { Highlight?: new (...r: Range[]) => unknown }).Highlight;
    if (!paint || !Highlight) return;
    paint.delete("passage");
    const first = next && this.at(next.start);
    const last = next && this.at(next.end - 1);
    if (!next || !first || !last) return;
    const from = point(this.textOf(first), next.start - this.startOf(first));
    const to = point(this.textOf(last), next.end - this.startOf(last));
    if (!from || !to) return;
    const range = document.createRange();
    range.setStart(...from);
    range.setEnd(...to);
    paint.set("passage", new Highlight(range));
  }
}

/** The node and offset of a place in code points inside an element. */
function point(root: Node, at: number): [Node, number] | null {
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let n = walk.nextNode(); n; n = walk.nextNode()) {
    const s = n.nodeValue ?? "";
    const size = points(s);
    if (at <= size) return [n, cut(s, 0, at).length];
    at -= size;
  }
  return null;
}

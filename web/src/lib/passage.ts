// Passages of a text, counted in Unicode code points as the server counts them.

/** A stretch of the whole text: end is not included. */
export interface Passage {
  start: number;
  end: number;
}

/** The number of code points: "𝄞" is one, though two UTF-16 units. */
export function points(s: string): number {
  let n = 0;
  for (const _ of s) n++;
  return n;
}

/** The part of a text between two places in code points. */
export function cut(s: string, start: number, end: number): string {
  return [...s].slice(start, end).join("");
}

/** A printed number that a paragraph begins with: "12.", "(a)", "1.2.". It is no sentence. */
const label = /^\(?(?:\p{Nd}{1,4}(?:\.\p{Nd}{1,3})*|\p{L}|[ivxlc]{1,6})[.)]{1,2}$/u;

/**
 * The sentences of a paragraph as passages from its own start, without the
 * white space at their ends and without the number that it begins with.
 */
export function sentences(text: string, lang: string): Passage[] {
  const out: Passage[] = [];
  let at = 0;
  for (const { segment } of segmenter(lang).segment(text)) {
    const size = points(segment);
    const lead = points(segment) - points(segment.trimStart());
    const body = points(segment.trim());
    if (body > 0 && !(out.length === 0 && label.test(segment.trim()))) out.push({ start: at + lead, end: at + lead + body });
    at += size;
  }
  return out;
}

function segmenter(lang: string): Intl.Segmenter {
  try {
    return new Intl.Segmenter(lang || "en", { granularity: "sentence" });
  } catch {
    return new Intl.Segmenter("en", { granularity: "sentence" }); // not a language tag
  }
}

/**
 * The next passage when a reader steps through a paragraph by sentences. From
 * nothing, or a passage elsewhere, it is the first; with extend the end moves on
 * by one sentence. After the last one it stays.
 */
export function step(list: readonly Passage[], now: Passage | null, extend: boolean): Passage | null {
  const first = list[0];
  if (!first) return null;
  if (!now) return first;
  const next = list.find((s) => s.start >= now.end);
  if (!next) return list.some((s) => s.end === now.end) ? now : first;
  if (!list.some((s) => s.start === now.start)) return first;
  return extend ? { start: now.start, end: next.end } : next;
}

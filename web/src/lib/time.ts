// Arithmetic of the timeline: days, windows, ticks. A day is a count from 1970-01-01.

export interface Window {
  from: number;
  to: number;
}

const dayMs = 86_400_000;

/** Reads YYYY-MM-DD; NaN for anything else. */
export function toDay(iso: string | undefined): number {
  if (!iso || !/^\d{4}-\d{2}-\d{2}$/.test(iso)) return NaN;
  return Date.parse(`${iso}T00:00:00Z`) / dayMs;
}

export function toISO(day: number): string {
  return new Date(Math.round(day) * dayMs).toISOString().slice(0, 10);
}

/** Position of a day on an axis that starts at x and is width long. */
export function place(day: number, w: Window, x: number, width: number): number {
  return x + (width * (day - w.from)) / (w.to - w.from);
}

/** The day under a position; the inverse of place. */
export function dayAt(pos: number, w: Window, x: number, width: number): number {
  return w.from + ((pos - x) / width) * (w.to - w.from);
}

/** Keeps a window inside the limits and at least shortest days long. */
export function clamp(w: Window, limits: Window, shortest: number): Window {
  const length = Math.min(Math.max(w.to - w.from, shortest), limits.to - limits.from);
  const middle = (w.from + w.to) / 2;
  const from = Math.min(Math.max(middle - length / 2, limits.from), limits.to - length);
  return { from: Math.round(from), to: Math.round(from + length) };
}

/** Scales a window about its middle; a factor below 1 shows less. */
export function zoom(w: Window, factor: number, limits: Window, shortest: number): Window {
  const middle = (w.from + w.to) / 2;
  const half = ((w.to - w.from) * factor) / 2;
  return clamp({ from: middle - half, to: middle + half }, limits, shortest);
}

/** Moves a window by a share of its length. */
export function pan(w: Window, share: number, limits: Window, shortest: number): Window {
  const by = (w.to - w.from) * share;
  return clamp({ from: w.from + by, to: w.to + by }, limits, shortest);
}

export interface Tick {
  day: number;
  label: string;
}

/** Round labelled points of a window, at most max: whole years, or months when it is short. Same rule as the server's drawing. */
export function ticks(w: Window, max: number): Tick[] {
  const a = new Date(w.from * dayMs);
  const b = new Date(w.to * dayMs);
  const months = (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth() + 1;
  const steps = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200];
  const step = steps.find((s) => Math.ceil(months / s) <= max) ?? 1200;
  let m = a.getUTCFullYear() * 12 + a.getUTCMonth();
  if (m % step !== 0) m += step - (m % step);
  else if (a.getUTCDate() > 1) m += step;
  const out: Tick[] = [];
  for (; ; m += step) {
    const day = Date.UTC(Math.floor(m / 12), m % 12, 1) / dayMs;
    if (day > w.to) return out;
    out.push({ day, label: toISO(day).slice(0, step < 12 ? 7 : 4) });
  }
}

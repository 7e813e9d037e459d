// Ranking of suggestions for a typed name.
import { fold } from "./text";

export interface Option {
  value: string; // what the form sends
  label: string; // what the reader sees
}

/**
 * The options that match what was typed, best first: exact value, value or label
 * that starts with it, a later word that starts with it, then any place. Ties
 * keep the given order.
 */
export function rank(options: readonly Option[], typed: string, limit = 8): Option[] {
  const query = fold(typed);
  if (query === "") return [];
  const score = (o: Option): number => {
    const value = fold(o.value);
    const label = fold(o.label);
    if (value === query || label === query) return 0;
    if (value.startsWith(query)) return 1;
    if (label.startsWith(query)) return 2;
    if (label.split(/[\s()'’-]+/).some((word) => word.startsWith(query))) return 3;
    if (label.includes(query)) return 4;
    return 9;
  };
  return options
    .map((option, i) => ({ option, i, s: score(option) }))
    .filter((x) => x.s < 9)
    .sort((a, b) => a.s - b.s || a.i - b.i)
    .slice(0, limit)
    .map((x) => x.option);
}

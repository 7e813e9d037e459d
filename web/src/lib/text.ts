// Text helpers shared by the islands.

/** Folds case and diacritics, so that "turk" finds "Türkiye". */
export function fold(s: string): string {
  return s.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase("en").trim();
}

/** Replaces {name} by its value; an unknown name stays visible, so that it is noticed. */
export function fill(pattern: string, values: Record<string, string | number>): string {
  return pattern.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

/**
 * Reads the words of an island from its data-messages attribute (a JSON object
 * of strings) over the English defaults. Words that are missing or malformed
 * keep the default: a bad translation must not break the page.
 */
export function messages<T extends Record<string, string>>(raw: string | undefined, defaults: T): T {
  const out: Record<string, string> = { ...defaults };
  if (raw) {
    try {
      const given: unknown = JSON.parse(raw);
      if (given && typeof given === "object") {
        for (const [key, value] of Object.entries(given)) {
          if (key in out && typeof value === "string") out[key] = value;
        }
      }
    } catch {
      // keep the defaults
    }
  }
  return out as T;
}

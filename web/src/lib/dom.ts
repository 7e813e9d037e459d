// Small helpers for building elements without markup strings (nothing here
// parses HTML, so no text can become markup).

export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** Runs start on every element that asks for the island, once, and never lets one failure stop the page. */
export function islands(name: string, start: (root: HTMLElement) => void): void {
  for (const root of document.querySelectorAll<HTMLElement>(`[data-island~="${name}"]`)) {
    if (root.dataset[`ready${name}`]) continue;
    root.dataset[`ready${name}`] = "yes";
    try {
      start(root);
    } catch (error) {
      console.error(`island ${name}:`, error);
    }
  }
}

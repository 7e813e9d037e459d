// Arithmetic of the network: neighbours and the part of the picture that is shown.

export interface Link {
  a: string;
  b: string;
}

/** The ends that share a link with id, without id itself. */
export function neighbours(links: readonly Link[], id: string): Set<string> {
  const out = new Set<string>();
  for (const l of links) {
    if (l.a === id && l.b !== id) out.add(l.b);
    if (l.b === id && l.a !== id) out.add(l.a);
  }
  return out;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Shows 1/factor of the box about a point, never more than the whole and never less than an eighth of it. */
export function zoomBox(box: Box, whole: Box, factor: number, at: { x: number; y: number }): Box {
  const width = Math.min(Math.max(box.width / factor, whole.width / 8), whole.width);
  const scale = width / box.width;
  const height = box.height * scale;
  return keep({ x: at.x - (at.x - box.x) * scale, y: at.y - (at.y - box.y) * scale, width, height }, whole);
}

/** Moves a box so that it lies within the whole. */
export function keep(box: Box, whole: Box): Box {
  const x = Math.min(Math.max(box.x, whole.x), whole.x + whole.width - box.width);
  const y = Math.min(Math.max(box.y, whole.y), whole.y + whole.height - box.height);
  return { ...box, x, y };
}

// Movement between tiles of the map by arrow key.

export interface Cell {
  row: number;
  col: number;
}

export type Direction = "up" | "down" | "left" | "right";

export const arrows: Record<string, Direction> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
};

/**
 * Index of the tile that an arrow key leads to, or -1 at the edge. Of the tiles
 * that lie in the direction the nearest wins, where a step sideways counts
 * three times a step ahead: moving right stays on the row as long as it can.
 * Only tiles for which allowed is true are considered.
 */
export function next(cells: readonly Cell[], from: number, direction: Direction, allowed: (i: number) => boolean = () => true): number {
  const start = cells[from];
  if (!start) return -1;
  const vertical = direction === "up" || direction === "down";
  const sign = direction === "down" || direction === "right" ? 1 : -1;
  let best = -1;
  let bestCost = Infinity;
  cells.forEach((cell, i) => {
    const ahead = sign * (vertical ? cell.row - start.row : cell.col - start.col);
    const aside = Math.abs(vertical ? cell.col - start.col : cell.row - start.row);
    if (ahead <= 0 || !allowed(i)) return;
    const cost = ahead + 3 * aside;
    if (cost < bestCost) {
      best = i;
      bestCost = cost;
    }
  });
  return best;
}

/** Index of the next name after from that starts with the typed letters, going round; -1 when none does. */
export function byPrefix(names: readonly string[], typed: string, from: number): number {
  // While letters are added the present tile may still match; a first letter moves on.
  const offset = typed.length > 1 ? 0 : 1;
  for (let k = 0; k < names.length; k++) {
    const i = (from + offset + k) % names.length;
    if (names[i]!.startsWith(typed)) return i;
  }
  return -1;
}

import { expect, test } from "vitest";
import { readFileSync } from "node:fs";
import { byPrefix, next, type Direction } from "../src/lib/tiles";

// A cross with a gap: a at the middle, b to its right after a gap, c below right.
const cells = [
  { row: 1, col: 1 },
  { row: 1, col: 4 },
  { row: 2, col: 2 },
  { row: 0, col: 1 },
];

test("an arrow stays on its row or column over gaps", () => {
  expect(next(cells, 0, "right")).toBe(1);
  expect(next(cells, 1, "left")).toBe(0);
  expect(next(cells, 0, "up")).toBe(3);
  expect(next(cells, 3, "down")).toBe(0);
});

test("at the edge and for an unknown start nothing is found", () => {
  expect(next(cells, 3, "up")).toBe(-1);
  expect(next(cells, 0, "left")).toBe(-1);
  expect(next(cells, 99, "left")).toBe(-1);
  expect(next([], 0, "down")).toBe(-1);
});

test("tiles that are filtered out are passed over", () => {
  expect(next(cells, 0, "right", (i) => i !== 1)).toBe(2);
});

// Every tile of the real grid can be reached from every other with arrow keys alone.
test("the whole map can be walked", () => {
  const grid = readFileSync(new URL("../../internal/chart/grid.txt", import.meta.url), "utf8");
  const places = grid.split("\n").flatMap((line, row) => [...line.matchAll(/[A-Z]{3}/g)].map((m) => ({ row, col: m.index / 4 })));
  expect(places).toHaveLength(195);
  for (const start of [0, 57, 194]) {
    const reached = new Set([start]);
    const queue = [start];
    for (let i = queue.pop(); i !== undefined; i = queue.pop()) {
      for (const direction of ["up", "down", "left", "right"] as Direction[]) {
        const j = next(places, i, direction);
        if (j >= 0 && !reached.has(j)) {
          reached.add(j);
          queue.push(j);
        }
      }
    }
    expect(reached.size).toBe(195);
  }
});

test("a letter moves on, more letters narrow down, and the search goes round", () => {
  const names = ["estonia", "eswatini", "fiji", "ethiopia"];
  expect(byPrefix(names, "e", 0)).toBe(1);
  expect(byPrefix(names, "e", 3)).toBe(0);
  expect(byPrefix(names, "es", 0)).toBe(0);
  expect(byPrefix(names, "est", 1)).toBe(0);
  expect(byPrefix(names, "x", 0)).toBe(-1);
});

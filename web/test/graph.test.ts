import { describe, expect, it } from "vitest";
import { keep, neighbours, zoomBox } from "../src/lib/graph";

const whole = { x: 0, y: 0, width: 960, height: 480 };

describe("neighbours", () => {
  const links = [
    { a: "est", b: "jpn" },
    { a: "jpn", b: "fra" },
    { a: "usa", b: "usa" },
  ];
  it("takes links in both directions", () => expect([...neighbours(links, "jpn")].sort()).toEqual(["est", "fra"]));
  it("leaves the node itself out", () => expect(neighbours(links, "usa").size).toBe(0));
  it("gives nobody for nobody", () => expect(neighbours(links, "").size).toBe(0));
});

describe("zoomBox", () => {
  it("keeps the point under the eye", () => {
    const b = zoomBox(whole, whole, 2, { x: 240, y: 120 });
    expect(b).toEqual({ x: 120, y: 60, width: 480, height: 240 });
    expect((240 - b.x) / b.width).toBeCloseTo(0.25);
  });
  it("never shows more than the whole", () => expect(zoomBox(whole, whole, 0.5, { x: 0, y: 0 })).toEqual(whole));
  it("stops at an eighth", () => {
    let b = { ...whole };
    for (let i = 0; i < 20; i++) b = zoomBox(b, whole, 2, { x: 960, y: 480 });
    expect(b).toEqual({ x: 840, y: 420, width: 120, height: 60 });
  });
});

describe("keep", () => {
  it("moves a box back inside", () => expect(keep({ x: -10, y: 470, width: 100, height: 50 }, whole)).toEqual({ x: 0, y: 430, width: 100, height: 50 }));
});

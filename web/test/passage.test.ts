import { describe, expect, test } from "vitest";
import { cut, points, sentences, step } from "../src/lib/passage";

describe("passages", () => {
  test("count code points, not UTF-16 units", () => {
    expect(points("a𝄞é")).toBe(3);
    expect(cut("a𝄞éz", 1, 3)).toBe("𝄞é");
  });

  test("sentences leave the white space out", () => {
    const text = "International law applies.  It applies as a whole! 𝄞 Does it?";
    expect(sentences(text, "en").map((p) => cut(text, p.start, p.end))).toEqual(["International law applies.", "It applies as a whole!", "𝄞 Does it?"]);
    expect(sentences("", "en")).toEqual([]);
    expect(sentences("国際法は適用される。全体として。", "ja")).toHaveLength(2);
    expect(sentences("One. Two.", "not a tag!")).toHaveLength(2);
  });

  test("the number that a paragraph begins with is no sentence", () => {
    for (const [text, want] of [
      ["12. The Charter applies. So it is.", ["The Charter applies.", "So it is."]],
      ["(a) The Charter applies.", ["(a) The Charter applies."]], // one segment: the number belongs to it
      ["4.1. States agree.", ["States agree."]],
      ["A. States agree.", ["States agree."]],
      ["No. States disagree.", ["No.", "States disagree."]],
      ["7.", []],
    ] as const)
      expect(sentences(text, "en").map((p) => cut(text, p.start, p.end))).toEqual(want);
  });

  test("stepping goes on, extends, and stops at the end", () => {
    const list = sentences("A one. B two. C three.", "en");
    const first = step(list, null, false);
    expect(first).toEqual(list[0]);
    const second = step(list, first, false);
    expect(second).toEqual(list[1]);
    expect(step(list, second, true)).toEqual({ start: list[1]!.start, end: list[2]!.end });
    expect(step(list, list[2]!, false)).toEqual(list[2]);
    expect(step(list, { start: 3, end: 4 }, false)).toEqual(list[0]);
    expect(step([], null, false)).toBeNull();
  });
});

import { expect, test } from "vitest";
import { rank } from "../src/lib/pick";
import { fill, fold, messages } from "../src/lib/text";

test("folding drops case and diacritics, and leaves other scripts alone", () => {
  expect(fold(" Türkiye ")).toBe("turkiye");
  expect(fold("Côte d'Ivoire")).toBe("cote d'ivoire");
  expect(fold("日本")).toBe("日本");
});

test("filling keeps unknown names visible", () => {
  expect(fill("{n} of {all}", { n: 3, all: 195 })).toBe("3 of 195");
  expect(fill("{x} of {n}", { n: 3 })).toBe("{x} of 3");
});

test("messages take known strings only and survive bad input", () => {
  const english = { a: "one", b: "two" };
  expect(messages('{"a":"üks","c":"x","b":3}', english)).toEqual({ a: "üks", b: "two" });
  for (const bad of [undefined, "", "{", "null", "[]", '"x"']) expect(messages(bad, english)).toEqual(english);
});

const options = [
  { value: "EST", label: "Estonia" },
  { value: "KOR", label: "Republic of Korea" },
  { value: "PRK", label: "Democratic People's Republic of Korea" },
  { value: "JPN", label: "Japan" },
  { value: "TUR", label: "Türkiye" },
  { value: "JAM", label: "Jamaica" },
];
const values = (typed: string): string => rank(options, typed).map((o) => o.value).join(" ");

test("ranking: exact value, then start of the value or name, then of a word, then anywhere", () => {
  expect(values("jpn")).toBe("JPN");
  expect(values("ja")).toBe("JAM JPN");
  expect(values("korea")).toBe("KOR PRK");
  expect(values("people")).toBe("PRK");
  expect(values("turki")).toBe("TUR");
  expect(values("kiye")).toBe("TUR");
  expect(values("")).toBe("");
  expect(values("zz")).toBe("");
  expect(rank(options, "e", 2)).toHaveLength(2);
});

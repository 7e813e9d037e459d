import { expect, test } from "vitest";
import { clamp, dayAt, pan, place, ticks, toDay, toISO, zoom } from "../src/lib/time";

const limits = { from: toDay("2013-01-01"), to: toDay("2022-01-01") };

test("days and dates are each other's inverse", () => {
  for (const iso of ["1969-12-31", "1970-01-01", "2020-02-29", "2021-05-28"]) expect(toISO(toDay(iso))).toBe(iso);
  expect(toDay("1970-01-02")).toBe(1);
  for (const bad of ["2021", "", "x", undefined, "2021-1-1"]) expect(toDay(bad)).toBeNaN();
});

test("positions and days are each other's inverse", () => {
  expect(place(limits.from, limits, 188, 700)).toBe(188);
  expect(place(limits.to, limits, 188, 700)).toBe(888);
  expect(dayAt(place(17000, limits, 188, 700), limits, 188, 700)).toBeCloseTo(17000, 6);
});

test("zooming keeps the middle and stays inside the limits", () => {
  const half = zoom(limits, 0.5, limits, 60);
  expect(half.to - half.from).toBeCloseTo((limits.to - limits.from) / 2, -1);
  expect((half.from + half.to) / 2).toBeCloseTo((limits.from + limits.to) / 2, -1);
  expect(zoom(half, 100, limits, 60)).toEqual(limits);
  const least = zoom(half, 0.0001, limits, 60);
  expect(least.to - least.from).toBe(60);
});

test("moving stops at the ends and keeps the length", () => {
  const w = { from: limits.from + 10, to: limits.from + 110 };
  expect(pan(w, -5, limits, 60)).toEqual({ from: limits.from, to: limits.from + 100 });
  expect(pan(w, 500, limits, 60)).toEqual({ from: limits.to - 100, to: limits.to });
});

test("a window longer than the limits becomes the limits", () => {
  expect(clamp({ from: 0, to: 99999 }, limits, 60)).toEqual(limits);
});

// The same table as TestTicks in internal/chart: server and island must label alike.
test.each([
  ["2019-01-01", "2022-01-01", "2019-01 2019-07 2020-01 2020-07 2021-01 2021-07 2022-01"],
  ["2013-06-01", "2022-01-01", "2014 2015 2016 2017 2018 2019 2020 2021 2022"],
  ["2020-03-01", "2020-06-15", "2020-03 2020-04 2020-05 2020-06"],
  ["1998-01-01", "2025-12-31", "2000 2005 2010 2015 2020 2025"],
  ["2019-01-02", "2019-02-20", "2019-02"],
])("labels from %s to %s", (from, to, want) => {
  const got = ticks({ from: toDay(from), to: toDay(to) }, 11);
  expect(got.map((t) => t.label).join(" ")).toBe(want);
});

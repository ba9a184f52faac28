import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer } from "../../../bench/lib/answer.ts";
import { barChart } from "../../../bench/lib/bar-chart.ts";

const ratio = { median: 4, min: 3, max: 5 };
const rates: Answer = {
  question: "a < b & c",
  ours: { name: "Hawser", figures: [{ opsPerSecond: 400 }], verdict: "shown" },
  peers: [
    { name: "Twisted", figures: [{ opsPerSecond: 100 }], ratio, verdict: "shown" },
    { name: "absent", figures: [], verdict: "skipped", reason: "not installed" },
  ],
};
const times: Answer = {
  question: "start",
  ours: { name: "Hawser", figures: [{ seconds: 1 }], verdict: "shown" },
  peers: [{ name: "Twisted", figures: [{ seconds: 4 }], ratio, verdict: "shown" }],
};

/** The widths of the bars, in the order in which they stand. */
function widths(svg: string): number[] {
  return [...svg.matchAll(/<rect x="\d+" y="\d+" width="(\d+)"/g)].map(([, width]) => Number(width));
}

test("barChart, draws a bar for each subject, in proportion, longer for the better", () => {
  const [ours = 0, theirs = 0, absent = 0] = widths(barChart("t", [rates]));
  assert.ok(ours > 300);
  assert.ok(Math.abs(ours / theirs - 4) < 0.05);
  assert.equal(absent, 0);
  assert.deepEqual(widths(barChart("t", [times])), [ours, theirs]);
});

test("barChart, labels the bars with their figures, ratios and absences", () => {
  const svg = barChart("t", [rates, times]);
  for (const label of [">400 /s<", ">100 /s (ours 4.00x)<", ">skipped<", ">4.00 s (ours 4.00x)<"])
    assert.ok(svg.includes(label), label);
});

test("barChart, is one complete SVG element that refers to nothing outside, with the text escaped", () => {
  const svg = barChart("<title>", [rates]);
  assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^>]*>\n.*<\/svg>\n$/s);
  assert.ok(svg.includes("a &lt; b &amp; c"));
  assert.ok(svg.includes("<title>&lt;title&gt;</title>"));
  assert.doesNotMatch(svg, /href|url\(|<script|<style/);
  const opened = [...svg.matchAll(/<(svg|text|title)\b/g)].length;
  assert.equal([...svg.matchAll(/<\/(svg|text|title)>/g)].length, opened);
});

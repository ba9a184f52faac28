import assert from "node:assert/strict";
import { test } from "node:test";
import { DIAGRAM_STYLE, PAGE_STYLE } from "../../../src/sim/look/timeline-style.ts";

/** WCAG 2: the luminance of a colour, and how far two are from each other. */
function luminance(colour: string): number {
  const digits =
    colour.length === 4
      ? colour
          .slice(1)
          .split("")
          .map((digit) => digit + digit)
      : colour.slice(1).match(/../g)!;
  const [red, green, blue] = digits.map((pair) => {
    const part = Number.parseInt(pair, 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
}

const themes = [...DIAGRAM_STYLE.matchAll(/\.timeline\{(--[^}]*)\}/g)].map(
  ([, body]) => new Map([...body!.matchAll(/(--\w+):(#\w+)/g)].map(([, name, colour]) => [name!, colour!])),
);

test("styles, can be read in the light and in the dark", () => {
  assert.equal(themes.length, 2);
  for (const theme of themes) {
    for (const name of ["ink", "faint", "bad", "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7"]) {
      const least = contrast(theme.get(`--${name}`)!, theme.get("--paper")!);
      assert.ok(least >= 4.5, `${name}: ${least}`);
    }
  }
});

test("styles, use no colour that a theme does not have, and load nothing", () => {
  for (const [, name] of `${DIAGRAM_STYLE}${PAGE_STYLE}`.matchAll(/var\((--\w+)\)/g)) {
    if (name !== "--own")
      assert.ok(
        themes.every((theme) => theme.has(name!)),
        name,
      );
  }
  assert.doesNotMatch(`${DIAGRAM_STYLE}${PAGE_STYLE}`, /url\(|@import|[<&]|\]\]>/);
});

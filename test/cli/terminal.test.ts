import assert from "node:assert/strict";
import { test } from "node:test";
import { oneLine, styleFor } from "../../src/cli/terminal.ts";

const output = (isTTY: boolean): { isTTY: boolean; write: () => void } => ({ isTTY, write: () => {} });

test("styleFor, paints on a terminal alone, and not with NO_COLOR", () => {
  assert.equal(styleFor(output(true), {}).red("x"), "\x1b[31mx\x1b[39m");
  assert.equal(styleFor(output(true), { NO_COLOR: "" }).bold("x"), "\x1b[1mx\x1b[22m");
  for (const plain of [
    styleFor(output(false), {}),
    styleFor(output(true), { NO_COLOR: "1" }),
    styleFor(output(true), { TERM: "dumb" }),
  ])
    assert.equal(plain.yellow("x"), "x");
});

test("oneLine, joins lines and shows what cannot be seen", () => {
  assert.equal(oneLine("a\n  b\r\nc\x1b[2J"), "a b c?[2J");
});

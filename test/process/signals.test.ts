import assert from "node:assert/strict";
import { test } from "node:test";
import { signalNumber } from "../../src/process/signals.ts";

test("signalNumber, knows names with and without SIG, and numbers", () => {
  assert.deepEqual(
    ["HUP", "INT", "KILL", "SIGTERM", 0, 64].map((signal) => signalNumber(signal)),
    [1, 2, 9, 15, 0, 64],
  );
});

test("signalNumber, refuses what is no signal", () => {
  for (const wrong of ["", "kill", "SIG", "SIGNONE", "constructor", undefined, {}]) {
    assert.throws(
      () => signalNumber(wrong as string),
      /^TypeError: Cannot send the signal .*: expected one such as "TERM"$/,
    );
  }
  for (const wrong of [-1, 65, 1.5, Number.NaN]) assert.throws(() => signalNumber(wrong), RangeError);
});

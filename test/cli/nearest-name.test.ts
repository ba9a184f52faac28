import assert from "node:assert/strict";
import { test } from "node:test";
import { didYouMean, nearestName } from "../../src/cli/nearest-name.ts";

const names = ["chat", "chargen", "echo", "time", "daytime"];

test("nearestName, finds a slip of the hand", () => {
  assert.equal(nearestName("caht", names), "chat");
  assert.equal(nearestName("eco", names), "echo");
  assert.equal(nearestName("daytme", names), "daytime");
  assert.equal(nearestName("chragen", names), "chargen");
});

test("nearestName, finds nothing where it would be a guess", () => {
  assert.equal(nearestName("smtp", names), undefined);
  assert.equal(nearestName("x", names), undefined);
});

test("didYouMean, is a question or nothing", () => {
  assert.equal(didYouMean("tine", names), "; did you mean time?");
  assert.equal(didYouMean("ftp", names), "");
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { errorLine, errorText, isSameFailure } from "../../../src/sim/explore/error-text.ts";
import { failureNamed } from "./fake-network.ts";

function thrower(message: string, options?: ErrorOptions): Error {
  return new TypeError(message, options);
}

describe("errorText", () => {
  test("has the name, the message and the stack of an error, and of its causes", () => {
    const text = errorText(thrower("outside", { cause: new RangeError("inside", { cause: "a word" }) }));
    assert.deepEqual([text.name, text.message], ["TypeError", "outside"]);
    assert.match(
      text.stack,
      /^TypeError: outside\n {4}at thrower .*\n[^]*\nCaused by: RangeError: inside\n {4}at [^]*\nCaused by: 'a word'$/,
    );
  });

  test("says the message that an error has now, and goes on without a stack", () => {
    const error = thrower("early");
    error.message = "late\nin two lines";
    assert.match(errorText(error).stack, /^TypeError: late\nin two lines\n {4}at /);
    Object.defineProperty(error, "stack", { value: undefined });
    assert.equal(errorText(error).stack, "TypeError: late\nin two lines");
  });

  test("ends the stack where the program was called from here", () => {
    const error = new Error("x");
    const here = new URL("../../../src/sim/explore/run-seed.js", import.meta.url).href;
    error.stack = `Error: x\n    at check (file:///program.js:1:2)\n    at runIn (${here}:3:4)\n    at later (file:///node.js:5:6)`;
    assert.equal(errorText(error).stack, "Error: x\n    at check (file:///program.js:1:2)");
  });

  test("ends with causes in a circle", () => {
    const error = thrower("round");
    error.cause = error;
    assert.equal(errorText(error).stack.split("Caused by").length, 6);
  });

  test("says of other things what they are", () => {
    assert.deepEqual(errorText("oh"), { name: "", message: "oh", stack: "oh was thrown, which is no Error" });
    assert.equal(errorText({ a: 1 }).message, "{ a: 1 }");
    assert.equal(errorText(undefined).message, "undefined");
  });
});

test("errorLine, is a line", () => {
  assert.equal(errorLine({ name: "E", message: "one\ntwo", stack: "" }), "E: one");
  assert.equal(errorLine({ name: "", message: "one\u2028two", stack: "" }), "one");
});

test("isSameFailure, compares who failed, with what, and where", () => {
  const failure = failureNamed("A");
  const { error } = failure;
  const withError = (more: Partial<typeof error>): boolean =>
    isSameFailure(failure, failureNamed("A", { error: { ...error, ...more } }));
  assert.ok(
    withError({ message: "A happened 3 times", stack: "another first line\n    at A.ts:1:2\n    at elsewhere" }),
  );
  assert.ok(!withError({ name: "B" }));
  assert.ok(!withError({ stack: "A: A happened\n    at A.ts:2:1" }));
  assert.ok(!isSameFailure(failure, failureNamed("A", { origin: "host" })));
  // Without a place the message decides, but for its numbers.
  const without = (message: string): typeof failure => failureNamed("A", { error: { name: "A", message, stack: "" } });
  assert.ok(isSameFailure(without("not in 3 s"), without("not in 12 s")));
  assert.ok(!isSameFailure(without("not in 3 s"), without("not in 3 m")));
});

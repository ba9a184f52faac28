import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ThreadFunctionError } from "../../src/threads/errors.ts";
import { decodeThrown, encodeThrown } from "../../src/threads/thread-error.ts";

/** To another thread and back out of the message. */
function across(thrown: unknown): unknown {
  return decodeThrown(structuredClone(encodeThrown(thrown)));
}

describe("encodeThrown and decodeThrown", () => {
  for (const Class of [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]) {
    test(`keep class, message and stack of a ${Class.name}`, () => {
      const error = new Class("it failed");
      const other = across(error) as Error;
      assert.equal(Object.getPrototypeOf(other), Class.prototype);
      assert.deepEqual([other.message, other.name, other.stack], ["it failed", Class.name, error.stack]);
      assert.deepEqual(Object.keys(other), []);
    });
  }

  test("keep the builtin class, the name and the properties of a class of the program", () => {
    class PoemError extends TypeError {
      override readonly name: string = "PoemError";
      readonly lines: number[] = [1, 2];
      readonly write: unknown = () => {};
      readonly mark: symbol = Symbol("mark");
    }
    const thrown = across(new PoemError("no rhyme"));
    assert.ok(thrown instanceof TypeError);
    assert.equal(thrown instanceof PoemError, false);
    assert.equal(String(thrown), "PoemError: no rhyme");
    const other: Partial<Record<string, unknown>> = { ...thrown };
    assert.deepEqual(other["lines"], [1, 2]);
    assert.equal(other["write"], "[Function (anonymous)]", "what cannot be copied is described");
    assert.equal(other["mark"], "Symbol(mark)");
  });

  test("keep our own errors, DOMExceptions and AggregateErrors", () => {
    const ours = across(new ThreadFunctionError("m")) as ThreadFunctionError;
    assert.ok(ours instanceof ThreadFunctionError);
    assert.equal(ours.code, "ERR_THREAD_FUNCTION");
    const abort = across(AbortSignal.abort().reason) as DOMException;
    assert.ok(abort instanceof DOMException);
    assert.equal(abort.name, "AbortError");
    const many = across(new AggregateError([new RangeError("one"), 2], "both")) as AggregateError;
    assert.ok(many instanceof AggregateError && many.errors[0] instanceof RangeError);
    assert.deepEqual([many.message, many.errors[1]], ["both", 2]);
  });

  test("keep causes, and end where they go in a circle", () => {
    const other = across(new Error("top", { cause: new RangeError("below", { cause: "the reason" }) })) as Error;
    assert.ok(other.cause instanceof RangeError);
    assert.equal(other.cause.cause, "the reason");
    const circle = new Error("round");
    circle.cause = circle;
    let depth = 0;
    for (let error = across(circle) as Error; error.cause !== undefined; error = error.cause as Error) depth++;
    assert.equal(depth, 20);
  });

  test("keep a missing stack and an undefined cause", () => {
    const error = new Error("bare", { cause: undefined });
    Object.defineProperty(error, "stack", { value: 7 });
    const other = across(error) as Error;
    assert.ok("cause" in other);
    assert.equal(other.stack, undefined);
  });

  test("keep values that are no errors", () => {
    assert.deepEqual(across({ a: [1n] }), { a: [1n] });
    assert.equal(across(undefined), undefined);
    assert.equal(
      across(() => {}),
      "[Function (anonymous)]",
    );
  });
});

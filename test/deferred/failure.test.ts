import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { Failure } from "../../src/deferred/failure.ts";
import { HawserError, InvalidStateError } from "../../src/errors.ts";

class NotFound extends Error {
  override readonly name: string = "NotFound";
  readonly path: string;

  constructor(path: string, options?: ErrorOptions) {
    super(`no ${path}`, options);
    this.path = path;
  }
}

const ODD_VALUES = ["text", 0, Number.NaN, null, undefined, Symbol("s"), Object.create(null)];

test("Failure, wraps whatever was thrown", () => {
  const error = new NotFound("a");
  assert.equal(new Failure(error).value, error);
  for (const value of ODD_VALUES) assert.equal(new Failure(value).value, value);
});

test("Failure, wraps the value of another Failure, not the Failure", () => {
  const failure = new Failure(new NotFound("a"));
  const again = new Failure(failure);
  assert.notEqual(again, failure);
  assert.equal(again.value, failure.value);
});

test("type, is the class of the value, or undefined where it has none", () => {
  assert.equal(new Failure(new NotFound("a")).type, NotFound);
  assert.equal(new Failure("text").type, String);
  assert.equal(new Failure(null).type, undefined);
  assert.equal(new Failure(undefined).type, undefined);
  assert.equal(new Failure(Object.create(null)).type, undefined);
  assert.equal(new Failure({ constructor: "concrete" }).type, undefined);
});

test("cause, is that of the error, and nothing for what is no error", () => {
  const cause = new RangeError("deeper");
  assert.equal(new Failure(new NotFound("a", { cause })).cause, cause);
  assert.equal(new Failure(new NotFound("a")).cause, undefined);
  assert.equal(new Failure({ cause }).cause, undefined);
  assert.equal(new Failure(null).cause, undefined);
});

test("check, gives the first class that the value is an instance of, else null", () => {
  const failure = new Failure(new NotFound("a"));
  assert.equal(failure.check(RangeError, NotFound, Error), NotFound);
  assert.equal(failure.check(Error, NotFound), Error);
  assert.equal(failure.check(RangeError, TypeError), null);
  assert.equal(failure.check(), null);
  assert.equal(new Failure("text").check(Error), null);
});

test("check, takes abstract classes, so that a family is named by its root", () => {
  assert.equal(new Failure(new InvalidStateError("x")).check(HawserError), HawserError);
});

test("check and trap, refuse what is no class", () => {
  const failure = new Failure(new NotFound("a"));
  for (const bad of ["NotFound", undefined, new NotFound("a")]) {
    const refused = { name: "TypeError", message: /^Cannot check a failure against [^]+: expected a class$/ };
    assert.throws(() => failure.check(bad as never), refused);
    assert.throws(() => failure.trap(bad as never), refused);
  }
});

test("trap, gives the class that fits, and throws the value again, where none does", () => {
  const error = new NotFound("a");
  const failure = new Failure(error);
  assert.equal(failure.trap(RangeError, NotFound), NotFound);
  assert.throws(
    () => failure.trap(RangeError),
    (thrown) => thrown === error,
  );
  assert.throws(
    () => failure.trap(),
    (thrown) => thrown === error,
  );
});

test("trapValue, gives the error itself, and throws it again, where no class fits", () => {
  const error = new NotFound("a");
  const failure: Failure = new Failure(error);
  assert.equal(failure.trapValue(NotFound).path, "a");
  assert.throws(
    () => failure.trapValue(RangeError, TypeError),
    (thrown) => thrown === error,
  );
});

test("raiseException, throws the value, whatever it is", () => {
  for (const value of [new NotFound("a"), ...ODD_VALUES]) {
    let thrown: unknown = "nothing was thrown";
    try {
      new Failure(value).raiseException();
    } catch (error) {
      thrown = error;
    }
    assert.equal(thrown, value);
  }
});

test("getErrorMessage, gives the message without the class, or shows what is no error", () => {
  assert.equal(new Failure(new NotFound("a")).getErrorMessage(), "no a");
  assert.equal(new Failure({ code: 7 }).getErrorMessage(), "{ code: 7 }");
  assert.equal(new Failure(undefined).getErrorMessage(), "undefined");
});

test("getTraceback, gives the stack of the error and of its causes", () => {
  const failure = new Failure(new NotFound("a", { cause: new RangeError("deeper", { cause: "the root" }) }));
  assert.match(
    failure.getTraceback(),
    /^\w+: no a\n {4}at [^]*failure\.test[^]*\nCaused by: RangeError: deeper\n {4}at [^]*\nCaused by: 'the root'\n$/,
  );
  assert.equal(new Failure("text").getTraceback(), "'text'\n");
});

test("getTraceback, gives class and message, where an error has lost its stack", () => {
  const error = new NotFound("a");
  delete error.stack;
  assert.equal(new Failure(error).getTraceback(), "NotFound: no a\n");
});

test("getTraceback, ends, where an error is its own cause", () => {
  const error = new NotFound("a");
  error.cause = error;
  const lines = new Failure(error).getBriefTraceback().split("\n");
  assert.equal(lines[0], "NotFound: no a");
  assert.equal(lines[1], "Caused by: NotFound: no a");
  assert.ok(lines.length < 50);
});

test("getBriefTraceback, gives a line for the error and one for each cause", () => {
  const failure = new Failure(new NotFound("a", { cause: new RangeError("deeper") }));
  assert.equal(failure.getBriefTraceback(), "NotFound: no a\nCaused by: RangeError: deeper\n");
  assert.equal(failure.getTraceback({ detail: "brief" }), failure.getBriefTraceback());
});

test('getTraceback, with the detail "verbose", adds the fields of the errors', () => {
  const text = new Failure(new NotFound("a", { cause: new RangeError("deeper") })).getTraceback({ detail: "verbose" });
  assert.match(text, /^\w+: no a\n {4}at [^]*\n {2}path: 'a'\nCaused by: RangeError: deeper\n {4}at /);
  assert.doesNotMatch(text, /^ {2}(name|cause):/m);
});

test("printTraceback, writes the traceback to a stream, standard error by default", (context) => {
  const failure = new Failure(new NotFound("a"));
  const written: string[] = [];
  failure.printTraceback({ write: (text) => written.push(text) }, { detail: "brief" });
  assert.deepEqual(written, ["NotFound: no a\n"]);
  failure.printTraceback({ write: (text) => written.push(text) });
  assert.equal(written[1], failure.getTraceback());

  const write = context.mock.method(process.stderr, "write", () => true);
  failure.printTraceback();
  write.mock.restore();
  assert.deepEqual(write.mock.calls[0]?.arguments, [failure.getTraceback()]);
});

test("toString, names the error", () => {
  assert.equal(String(new Failure(new NotFound("a"))), "[Failure instance: NotFound: no a]");
  assert.equal(String(new Failure(7)), "[Failure instance: 7]");
});

test("inspect, shows the value with the options that were asked for", () => {
  assert.match(
    inspect(new Failure(new NotFound("a"))),
    /^\[Failure instance: NotFound: no a\n {4}at [^]*path: 'a'[^]*\]$/,
  );
  assert.equal(inspect(new Failure({ a: { b: {} } }), { depth: 0 }), "[Failure instance: { a: [Object] }]");
  assert.equal(
    inspect(new Failure({ a: { b: { c: {} } } }), { depth: null }),
    "[Failure instance: { a: { b: { c: {} } } }]",
  );
  assert.equal(inspect({ a: { b: { c: new Failure(1) } } }), "{ a: { b: { c: [Failure] } } }");
});

test("inspect, ends, where an error refers to its own Failure", () => {
  const value: { failure?: Failure } = {};
  value.failure = new Failure(value);
  assert.equal(
    inspect(value.failure),
    "[Failure instance: {\n  failure: [Failure instance: { failure: [Failure instance: { failure: [Failure] }] }]\n}]",
  );
});

test("making a Failure, takes no stack of its own", () => {
  const limit = Error.stackTraceLimit;
  const failure = new Failure("text");
  assert.equal("stack" in failure, false);
  assert.deepEqual(Object.keys(failure), ["value"]);
  assert.equal(Error.stackTraceLimit, limit);
});

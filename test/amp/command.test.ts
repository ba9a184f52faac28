import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { expectTypeOf } from "expect-type";
import { AMP } from "../../src/amp/amp.ts";
import { bigInteger, integer } from "../../src/amp/arguments/integer.ts";
import { unicode } from "../../src/amp/arguments/unicode.ts";
import { Command, command } from "../../src/amp/command.ts";
import { RemoteAmpError } from "../../src/amp/errors.ts";
import { AmpBox } from "../../src/amp/wire/amp-box.ts";
import type { Deferred } from "../../src/deferred/deferred.ts";
import { Divide, DivisionError, Note, RecordingSender, Sum } from "./fixtures.ts";

const Greet = command("Greet", {
  arguments: { name: unicode(), title: unicode({ optional: true }) },
  response: { greeting: unicode() },
});

describe("command, types", () => {
  const amp = new AMP();
  // Only looked at by the compiler.
  const calls = (): void => {
    expectTypeOf(amp.callRemote(Sum, { a: 1, b: 2 })).toEqualTypeOf<Deferred<{ total: number }>>();
    expectTypeOf(amp.callRemote(Note, { text: "" })).toEqualTypeOf<undefined>();
    expectTypeOf(amp.callRemote(Greet, { name: "" })).toEqualTypeOf<Deferred<{ greeting: string }>>();
    const Ping = command("Ping");
    // oxlint-disable-next-line typescript/no-empty-object-type -- that is what it answers
    expectTypeOf(amp.callRemote(Ping)).toEqualTypeOf<Deferred<{}>>();
    const Factor = command("Factor", {
      arguments: { n: bigInteger() },
      response: { n: bigInteger({ optional: true }) },
    });
    expectTypeOf(amp.callRemote(Factor, { n: 7 })).toEqualTypeOf<Deferred<{ n: bigint | undefined }>>();
    // @ts-expect-error -- an argument is missing
    void amp.callRemote(Sum, { a: 1 });
    // @ts-expect-error -- an argument is of another type
    void amp.callRemote(Sum, { a: 1, b: "2" });
    // @ts-expect-error -- an argument is not declared
    void amp.callRemote(Sum, { a: 1, b: 2, c: 3 });
    // @ts-expect-error -- there have to be arguments
    void amp.callRemote(Sum);
    // @ts-expect-error -- the answer is of another type
    Sum.responder(() => ({ total: "3" }));
    // @ts-expect-error -- the answer lacks something
    Sum.responder(() => ({}));
    Sum.responder(async ({ a }) => ({ total: a }));
    Ping.responder(() => {});
    Greet.responder(({ title }) => {
      expectTypeOf(title).toEqualTypeOf<string | undefined>();
      return { greeting: "" };
    });
  };

  test("follow from the schema", () => {
    assert.equal(typeof calls, "function");
  });
});

describe("Command", () => {
  test("makeArguments and parseArguments, are the inverse of each other", () => {
    const values = { name: "Ada", title: "Countess" };
    const box = Greet.makeArguments(values);
    assert.equal(box.toString(), 'AmpBox { name: "Ada", title: "Countess" }');
    assert.deepEqual(Greet.parseArguments(box), values);
    assert.deepEqual(Greet.parseArguments(Greet.makeArguments({ name: "Ada" })), { name: "Ada", title: undefined });
    assert.equal(Greet.makeArguments({ name: "Ada", title: null as never }).size, 1);
  });

  test("makeArguments, refuses values that are missing or too many", () => {
    assert.throws(() => Greet.makeArguments({ title: "x" } as never), {
      code: "ERR_AMP_INVALID_SIGNATURE",
      message: "Cannot call Greet without name: expected a value for each",
    });
    assert.throws(() => Greet.makeArguments({ name: "x", nam: "y" } as never), {
      code: "ERR_AMP_INVALID_SIGNATURE",
      message: 'Cannot call Greet with "nam": expected no argument but name, title',
    });
    assert.throws(() => command("Ping").makeArguments({ x: 1 }), { message: /expected no argument but none/ });
    assert.throws(() => Sum.makeArguments({ a: 1, b: 0.5 }), TypeError);
  });

  test("parseArguments and parseResponse, refuse what is not as declared", () => {
    assert.throws(() => Sum.parseArguments(new AmpBox({ a: "1" })), { code: "ERR_AMP_INVALID_ARGUMENT" });
    assert.throws(() => Sum.parseResponse(new AmpBox({ total: "x" })), { code: "ERR_AMP_INVALID_ARGUMENT" });
    assert.deepEqual(Sum.parseResponse(new AmpBox({ total: "3", more: "?" })), { total: 3 });
  });

  test("answerBox, says what cannot be answered, and why", () => {
    const sender = new RecordingSender();
    assert.deepEqual(Sum.answerBox({ total: 3 }, sender), new AmpBox({ total: "3" }));
    assert.deepEqual(Note.answerBox(undefined, sender), new AmpBox());
    for (const [answer, why] of [
      [{}, "there is no total"],
      [undefined, "there is no total"],
      [7, "7 is no object"],
      [{ total: 1.5 }, "Cannot send 1.5 as an integer"],
    ] as const) {
      assert.throws(
        () => Sum.answerBox(answer, sender),
        (error: Error) =>
          error.name === "BadLocalReturn" && error.message.includes(why) && error.cause instanceof Error,
      );
    }
  });

  test("errors, go over the wire by their code", () => {
    const error = Divide.toRemoteError(new DivisionError("zero"));
    assert.ok(error instanceof RemoteAmpError && error.errorCode === "ZERO_DIVISION");
    assert.ok(Divide.fromRemoteError(error) instanceof DivisionError);
    assert.equal(Divide.fromRemoteError(7), 7);
  });

  test("refuses a name that is none, and a responder that is no function", () => {
    assert.throws(() => new Command("\u0100"), TypeError);
    assert.throws(() => command(7 as never), TypeError);
    assert.throws(() => Sum.responder(7 as never), { name: "TypeError", message: /Cannot respond to Sum with 7/ });
    assert.throws(() => command("X", { arguments: { n: integer as never } }), TypeError);
  });
});

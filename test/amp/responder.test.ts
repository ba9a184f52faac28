import assert from "node:assert/strict";
import { test } from "node:test";
import { boxResponder } from "../../src/amp/responder.ts";
import { AmpBox } from "../../src/amp/wire/amp-box.ts";
import { RemoteAmpError } from "../../src/amp/errors.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { fail } from "../../src/deferred/maybe-deferred.ts";
import { Divide, DivisionError, RecordingSender, Sum, outcomeOf } from "./fixtures.ts";

const sender = new RecordingSender();
const call = new AmpBox({ a: "1", b: "2" });
const quotient = new AmpBox({ numerator: "1", denominator: "0" });

test("boxResponder, answers at once where the function does", () => {
  const respond = boxResponder(
    Sum.responder(function (this: { plus: number }, { a, b }) {
      return { total: a + b + this.plus };
    }),
    { plus: 10 },
  );
  assert.deepEqual(respond(call, sender), new AmpBox({ total: "13" }));
});

test("boxResponder, answers later where the function does, by a Deferred or a promise", async () => {
  const answer = new Deferred<{ total: number }>();
  const later = boxResponder(
    Sum.responder(() => answer),
    undefined,
  )(call, sender);
  assert.equal(outcomeOf(later as Deferred<AmpBox>), "nothing yet");
  answer.callback({ total: 5 });
  assert.deepEqual(await later, new AmpBox({ total: "5" }));
  const promised = boxResponder(
    Sum.responder(async () => ({ total: 6 })),
    undefined,
  )(call, sender);
  assert.deepEqual(await promised, new AmpBox({ total: "6" }));
});

test("boxResponder, gives declared errors their code, now and later", async () => {
  const error = new DivisionError("zero");
  const now = boxResponder(
    Divide.responder(() => {
      throw error;
    }),
    undefined,
  );
  assert.throws(
    () => now(quotient, sender),
    (thrown) => thrown instanceof RemoteAmpError && thrown.errorCode === "ZERO_DIVISION",
  );
  const later = boxResponder(
    Divide.responder(() => fail(error)),
    undefined,
  );
  await assert.rejects(async () => later(quotient, sender), { errorCode: "ZERO_DIVISION", cause: error });
});

test("boxResponder, leaves other errors as they are, and a RemoteAmpError as well", () => {
  for (const error of [new TypeError("x"), new RemoteAmpError("OWN", "x")]) {
    const respond = boxResponder(
      Divide.responder(() => {
        throw error;
      }),
      undefined,
    );
    assert.throws(
      () => respond(quotient, sender),
      (thrown) => thrown === error,
    );
  }
});

test("boxResponder, throws BadLocalReturn for an answer that cannot be sent", async () => {
  const bad = { total: "x" } as never;
  assert.throws(
    () =>
      boxResponder(
        Sum.responder(() => bad),
        undefined,
      )(call, sender),
    { code: "ERR_AMP_BAD_LOCAL_RETURN" },
  );
  await assert.rejects(
    async () =>
      boxResponder(
        Sum.responder(async () => bad),
        undefined,
      )(call, sender),
    { code: "ERR_AMP_BAD_LOCAL_RETURN" },
  );
});

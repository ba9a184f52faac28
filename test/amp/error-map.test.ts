import assert from "node:assert/strict";
import { test } from "node:test";
import { ErrorMap } from "../../src/amp/error-map.ts";
import { RemoteAmpError, UnknownRemoteError } from "../../src/amp/errors.ts";

class Narrow extends RangeError {}
class Fatal extends Error {}

const map = new ErrorMap(new Map([[RangeError, "RANGE"]]), [[Fatal, "FATAL"]]);

test("toRemote, is an error with the code of the class, or of one that it extends", () => {
  const thrown = new Narrow("too far");
  const remote = map.toRemote(thrown);
  assert.ok(remote instanceof RemoteAmpError);
  assert.deepEqual(
    [remote.errorCode, remote.description, remote.fatal, remote.cause],
    ["RANGE", "too far", false, thrown],
  );
  assert.equal(map.toRemote(new Fatal("over"))?.fatal, true);
  assert.equal(map.toRemote(new TypeError("x")), undefined);
  assert.equal(map.toRemote("text"), undefined);
});

test("fromRemote, is an error of the class, or unknown, with what was said", () => {
  const known = map.fromRemote(new RemoteAmpError("RANGE", "too far"));
  assert.ok(known instanceof RangeError && !(known instanceof Narrow));
  assert.equal(known.message, "too far");
  const remote = new RemoteAmpError("OTHER", "what");
  const unknown = map.fromRemote(remote);
  assert.ok(unknown instanceof UnknownRemoteError);
  assert.deepEqual([unknown.description, unknown.cause], ["what", remote]);
});

test("ErrorMap, refuses what is no pair of a class and a code", () => {
  for (const wrong of [[RangeError], ["RANGE", RangeError], [RangeError, "x".repeat(65_536)]]) {
    assert.throws(() => new ErrorMap([wrong as never], []), { name: "TypeError", message: /Cannot declare/ });
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import * as amp from "../../src/amp/errors.ts";
import { InvalidStateError, LocalProtocolError, RemoteProtocolError } from "../../src/errors.ts";

test("Errors, have a name, a code of their own, and an owner", () => {
  const owners = [
    [amp.AmpError, [amp.UnhandledCommand, amp.IncompatibleVersions, amp.BadLocalReturn]],
    [LocalProtocolError, [amp.InvalidSignature]],
    [InvalidStateError, [amp.ProtocolSwitched, amp.OnlyOneTLS]],
    [
      RemoteProtocolError,
      [
        amp.InvalidArgument,
        amp.NoEmptyBoxes,
        amp.UnexpectedAnswer,
        amp.TooManyCalls,
        amp.AnswersNotRead,
        amp.TooManyDescriptors,
      ],
    ],
  ] as const;
  const codes = new Set<string>();
  for (const [owner, classes] of owners) {
    for (const Class of classes) {
      const error = new Class("what");
      assert.ok(error instanceof owner, Class.name);
      assert.deepEqual([error.name, error.message], [Class.name, "what"]);
      codes.add(error.code);
    }
  }
  assert.equal(codes.size, 12);
});

test("RemoteAmpError, has the code and the description", () => {
  const error = new amp.RemoteAmpError("NO", "not today", { cause: 7 });
  assert.deepEqual(
    [error.message, error.errorCode, error.description, error.fatal, error.cause],
    ["NO: not today", "NO", "not today", false, 7],
  );
  assert.ok(error instanceof amp.AmpError);
  assert.equal(new amp.RemoteAmpError("NO", "", { fatal: true }).fatal, true);
});

test("UnknownRemoteError, is a RemoteAmpError of the code UNKNOWN", () => {
  const error = new amp.UnknownRemoteError("Unknown Error");
  assert.ok(error instanceof amp.RemoteAmpError);
  assert.deepEqual(
    [error.errorCode, error.code, error.name],
    ["UNKNOWN", "ERR_AMP_UNKNOWN_REMOTE", "UnknownRemoteError"],
  );
});

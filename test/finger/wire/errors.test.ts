import assert from "node:assert/strict";
import { test } from "node:test";
import { LocalProtocolError, RemoteProtocolError } from "../../../src/errors.ts";
import { AnswerTooLong, InvalidQuery } from "../../../src/finger/wire/errors.ts";

test("Errors of finger, are of those who make them", () => {
  const [mine, theirs] = [new InvalidQuery("x"), new AnswerTooLong("x")];
  assert.ok(mine instanceof LocalProtocolError && theirs instanceof RemoteProtocolError);
  assert.deepEqual([mine.name, theirs.name], ["InvalidQuery", "AnswerTooLong"]);
  assert.deepEqual([mine.code, theirs.code], ["ERR_FINGER_INVALID_QUERY", "ERR_FINGER_ANSWER_TOO_LONG"]);
});

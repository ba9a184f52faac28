import assert from "node:assert/strict";
import { test } from "node:test";
import { EndTeller } from "../../src/application/end-teller.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { ProcessDone } from "../../src/process/errors.ts";

test("EndTeller, tells when the process has ended, and why", () => {
  const told: Failure[] = [];
  const protocol = new EndTeller((reason) => told.push(reason));
  const reason = new Failure(new ProcessDone());
  protocol.processExited(reason);
  assert.deepEqual(told, []);
  protocol.processEnded(reason);
  assert.deepEqual(told, [reason]);
});

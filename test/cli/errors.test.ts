import assert from "node:assert/strict";
import { test } from "node:test";
import { CommandError } from "../../src/cli/errors.ts";
import { ExitCode } from "../../src/cli/exit-code.ts";
import { HawserError } from "../../src/errors.ts";

test("CommandError, is one of ours, and means wrong use unless it says otherwise", () => {
  const cause = new Error("why");
  const error = new CommandError("what", ExitCode.cannotListen, { cause });
  assert.ok(error instanceof HawserError);
  assert.deepEqual([error.name, error.code, error.exitCode, error.cause], ["CommandError", "ERR_COMMAND", 3, cause]);
  assert.equal(new CommandError("what").exitCode, ExitCode.wrongUse);
});

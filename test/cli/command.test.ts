import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS, COMPLETION, RUN, SHELLS } from "../../src/cli/command.ts";
import { BUILT_IN_SERVICES } from "../../src/cli/built-in-services.ts";

test("COMMANDS, are those there are, and none has the name of a service", () => {
  assert.deepEqual(COMMANDS, [RUN, COMPLETION]);
  assert.equal(COMPLETION.operand?.choices, SHELLS);
  for (const { name } of COMMANDS) assert.ok(!Object.hasOwn(BUILT_IN_SERVICES, name));
});

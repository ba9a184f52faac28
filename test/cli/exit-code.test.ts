import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ExitCode } from "../../src/cli/exit-code.ts";

test("ExitCode, each is in the table of docs/command.md, and no other", () => {
  const document = readFileSync(new URL("../../../docs/command.md", import.meta.url), "utf8");
  const table = /## Exit codes\n([^#]*)/.exec(document)?.[1] ?? "";
  const documented = [...table.matchAll(/^\| (\d+) \|/gm)].map((match) => Number(match[1]));
  assert.deepEqual(documented, Object.values(ExitCode));
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { LISTEN_OPTIONS, QUESTIONS, RUN_OPTIONS } from "../../src/cli/global-options.ts";

test("global options, each is in docs/command.md, and each of its own there", () => {
  const document = readFileSync(new URL("../../../docs/command.md", import.meta.url), "utf8");
  const table = /## Options\n([^#]*)/.exec(document)?.[1] ?? "";
  const documented = [...table.matchAll(/^\|[^|]*`--([a-z-]+)/gm)].map((match) => match[1]);
  assert.deepEqual(new Set(documented), new Set(Object.keys({ ...QUESTIONS, ...RUN_OPTIONS, ...LISTEN_OPTIONS })));
});

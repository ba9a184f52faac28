import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

test("examples/logger/pino, run, ends well and writes lines of JSON", async () => {
  const path = fileURLToPath(new URL("../../examples/logger/pino.js", import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [path]);
  assert.equal(stderr, "");
  for (const line of stdout.trimEnd().split("\n")) assert.equal(typeof JSON.parse(line), "object");
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { test } from "node:test";
import { compile } from "../../../bench/lib/compile.ts";
import { peer } from "../../../bench/lib/peers.ts";

test("compile, makes a program, once", { skip: peer("cc").skip }, () => {
  const program = compile("load/tcp-idle.c");
  const { status, stderr } = spawnSync(program, { encoding: "utf8" });
  assert.equal(status, 1);
  assert.match(stderr, /^Usage: tcp-idle PORT PID COUNT\n$/);
  const { mtimeMs } = statSync(program);
  assert.equal(compile("load/tcp-idle.c"), program);
  assert.equal(statSync(program).mtimeMs, mtimeMs);
});

test("compile, throws, for a source that is not there", () => {
  assert.throws(() => compile("load/nothing.c"), /ENOENT.*nothing\.c/);
});

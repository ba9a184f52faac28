import assert from "node:assert/strict";
import { test } from "node:test";
import { procmon } from "../../../src/cli/services/procmon.ts";
import { Program } from "../../support/program.ts";

test("procmon, starts a process again that has ended, logs what it says, and ends it", async () => {
  const program = new Program("bin/hawser", [
    procmon.name,
    "--min-restart-delay=0.01",
    "--",
    process.execPath,
    "-e",
    'console.log("Hello from " + process.pid);',
  ]);
  const pids = new Set<string>();
  await new Promise<void>((resolve) => {
    program.process.stderr.on("data", () => {
      for (const [, pid] of program.stderr.matchAll(/Hello from (\d+)/g)) pids.add(pid ?? "");
      if (pids.size >= 2) resolve();
    });
    program.process.on("close", () => resolve());
  });
  assert.ok(pids.size >= 2, program.stderr);
  assert.equal(await program.stop(), 0, program.stderr);
});

test("procmon, wants a program", async () => {
  const program = await Program.run("bin/hawser", ["procmon"]);
  assert.match(program.stderr, /^hawser: procmon: PROGRAM is missing, expected the path of a program behind a --$/m);
  assert.equal(await program.ended(), 2);
});

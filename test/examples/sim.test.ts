/** The programs of `examples/` that run in the simulated network: the same output each time. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Program } from "../support/program.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

describe("examples/sim-planted-bug", () => {
  test("find, prints the seed, the time, the plan, and a program that fails in the same way", async () => {
    const { stdout, stderr } = await Program.run("examples/sim-planted-bug/find");
    const [, line = "", reproduction = ""] =
      /^(Seed \d+ fails after [\d.]+ s of virtual time: .*)\n[^]*\nThis program reproduces it:\n\n([^]*)\n\n\d+ seeds were run, 1 failed\n$/.exec(
        stdout,
      ) ?? [];
    assert.match(
      line,
      /^Seed 1 fails after \d\.\d+ s of virtual time: Error: The square of \d+ is \d+, not \d+$/,
      stderr,
    );
    const [, plan = ""] = /\nThe faults \(1 of 3 are needed\):\n((?: {2}.*\n)+)/.exec(stdout) ?? [];
    assert.equal(plan, "  1 s to 1.001 s: server has no power\n");
    assert.match(stdout, /\n {2}\d\.\d+ client error Error: The square of /);

    const again = spawnSync(process.execPath, ["--input-type=module", "--eval", reproduction], { cwd: root });
    assert.equal(again.status, 1);
    assert.ok(again.stderr.toString().includes(line), again.stderr.toString());
  });

  test("find, finds nothing where the bug is not", async () => {
    const { stdout } = await Program.run("examples/sim-planted-bug/find", ["fixed"]);
    assert.equal(stdout, "200 seeds were run, none failed\n");
  });
});

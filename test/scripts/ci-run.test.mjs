import assert from "node:assert/strict";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { repositoryRoot } from "../../scripts/lib/files.mjs";
import { runCommand } from "../../scripts/lib/run-command.mjs";
import { temporaryTree } from "./temporary-tree.mjs";

/** @param {string} path */
const read = (path) => readFileSync(join(repositoryRoot, path), "utf8");

test(".ci/run, installs the packages of test/support/peers.ts, all of them and no other", () => {
  /** @type {string[]} */
  const wanted = [...read("test/support/peers.ts").matchAll(/package: "([^"]+)"/g)].map(([, name = ""]) => name);
  const installed = /^packages=\((.*)\)$/m.exec(read(".ci/run"))?.[1]?.split(" ");
  assert.deepEqual(installed?.sort(), wanted.sort());
});

for (const code of [0, 1]) {
  test(`.ci/run, ends with the summary of the tests and with code ${code}, when npm cit does or prints more`, async (t) => {
    const summary =
      "ℹ tests 1\nℹ suites 0\nℹ pass 1\nℹ fail 0\nℹ cancelled 0\nℹ skipped 0\nℹ todo 0\nℹ duration_ms 7\n";
    const npm = `#!/bin/sh\necho "npm $*"\necho "ℹ other"\nprintf '${summary.replaceAll("\n", "\\n")}'\n${code === 0 ? "" : "echo npm error >&2; exit 1"}\n`;
    const root = temporaryTree(t, {
      ".ci/run": read(".ci/run"),
      "bin/npm": npm,
      "bin/dpkg-query": "#!/bin/sh\necho installed\n",
    });
    for (const program of ["bin/npm", "bin/dpkg-query"]) chmodSync(join(root, program), 0o755);
    const bash = ["-c", `PATH="${root}/bin:$PATH" exec bash ${root}/.ci/run`];
    const outcome = await runCommand("bash", bash);
    assert.equal(outcome.code, code);
    assert.ok(outcome.stdout.startsWith("Interop peers and tools: all installed\nnpm cit\n"), outcome.output);
    assert.equal(outcome.stdout.includes("npm run sanitize"), code === 0);
    assert.ok(outcome.stdout.endsWith(summary), outcome.output);
  });
}

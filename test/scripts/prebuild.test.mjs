/** The package as its users get it: packed, unpacked into another project, and run there. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { prebuild } from "../../scripts/prebuild.mjs";
import { repositoryRoot } from "../../scripts/lib/files.mjs";
import { runCommand } from "../../scripts/lib/run-command.mjs";
import { temporaryTree } from "./temporary-tree.mjs";

const PROGRAM = `import { reactor } from "hawser";
console.log(reactor.kind);
`;

test("prebuild, leaves out the files for which there is no compiler, and says so", async (t) => {
  const root = temporaryTree(t, { "native/a.c": "int answer(void) { return 42; }\n" });
  const path = process.env["PATH"];
  process.env["PATH"] = join(root, "empty");
  t.after(() => (process.env["PATH"] = path));
  const { built, skipped, complaints } = await prebuild(root);
  assert.deepEqual({ built, complaints }, { built: [], complaints: "" });
  assert.equal(skipped.length, 2);
  for (const line of skipped) assert.match(line, /^native\/prebuilt\/linux-\w+\.node: /);
});

test("prebuild, of sources with a mistake, complains", { skip: process.platform !== "linux" }, async (t) => {
  const root = temporaryTree(t, { "native/a.c": "int answer(void) { return }\n" });
  const { built, skipped, complaints } = await prebuild(root);
  assert.ok(complaints.includes("native/a.c:1") || (skipped.length === 2 && built.length === 0), complaints);
});

describe("the package", () => {
  const folder = mkdtempSync(join(tmpdir(), "hawser-package-"));
  const installed = join(folder, "node_modules/hawser");
  const program = join(folder, "program.mjs");

  before(async () => {
    const { code, output } = await runCommand("npm", ["pack", "--pack-destination", folder], { cwd: repositoryRoot });
    assert.equal(code, 0, output);
    const { version } = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8"));
    mkdirSync(join(folder, "node_modules"));
    const unpacked = await runCommand("tar", ["xf", `hawser-${version}.tgz`], { cwd: folder });
    assert.equal(unpacked.code, 0, unpacked.output);
    renameSync(join(folder, "package"), installed);
    writeFileSync(program, PROGRAM);
  });
  after(() => rmSync(folder, { recursive: true }));

  /**
   * @param {string} [forced]
   */
  async function kind(forced = "") {
    const usual = process.env["HAWSER_REACTOR"];
    process.env["HAWSER_REACTOR"] = forced;
    try {
      return (await runCommand(process.execPath, [program])).output;
    } finally {
      if (usual === undefined) delete process.env["HAWSER_REACTOR"];
      else process.env["HAWSER_REACTOR"] = usual;
    }
  }

  test("brings the native core along, and uses it", async (t) => {
    const core = join(installed, `native/prebuilt/${process.platform}-${process.arch}.node`);
    if (!existsSync(core)) {
      t.skip("the core could not be built here");
      return;
    }
    assert.equal(await kind(), "epoll\n");
    assert.equal(await kind("node"), "node\n");
    writeFileSync(core, "no program");
    assert.equal(await kind(), "node\n");
    assert.match(
      await kind("epoll"),
      /Cannot make an epoll reactor: the native core does not load \(.*linux-\w+\.node: file too short/,
    );
  });

  test("without the core, works all the same, and says what is missing where it is asked for", async () => {
    rmSync(join(installed, "native"), { recursive: true });
    assert.equal(await kind(), "node\n");
    assert.match(
      await kind("epoll"),
      /NotSupportedByReactorError: Cannot make an epoll reactor: the native core does not load \(Cannot find module/,
    );
  });
});

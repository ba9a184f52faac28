import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Program } from "../support/program.ts";
import { PackageFolder } from "./package-folder.ts";

describe("runFile", () => {
  async function run(
    source: string,
    ...args: string[]
  ): Promise<[code: number | null, stdout: string, stderr: string]> {
    const folder = new PackageFolder();
    folder.write("x.mjs", source);
    const program = await Program.run("bin/hawser", ["run", `${folder.path}/x.mjs`, ...args]);
    return [await program.ended(), program.stdout, program.stderr.replaceAll(folder.path, "")];
  }

  test("gives a function the reactor and the arguments, and ends when it is over", async () => {
    const source = "export default async (reactor, ...args) => console.log(typeof reactor.listenTCP, ...args);";
    assert.deepEqual(await run(source, "--", "-a", "b"), [0, "function -a b\n", ""]);
  });

  test("runs what a function answers", async () => {
    const source = `export default async (reactor) => ({
      startService() { console.log("start"); reactor.callLater(0, () => reactor.stop()); },
      stopService() { console.log("stop"); },
    });`;
    assert.deepEqual(await run(source), [0, "start\nstop\n", ""]);
  });

  test("goes on where a function answers nothing", async () => {
    assert.deepEqual(await run("export default (reactor) => void reactor.callLater(0.01, () => reactor.stop());"), [
      0,
      "",
      "",
    ]);
  });

  test("does not wait for what a program has left behind", async () => {
    const source = "setInterval(() => {}, 1000); export default async () => console.log('over');";
    assert.deepEqual(await run(source), [0, "over\n", ""]);
  });

  test("ends with 1 and a line where it fails", async () => {
    const [code, , stderr] = await run("export default async () => { throw new Error('Oh'); };");
    assert.deepEqual([code, stderr], [1, "hawser: run: /x.mjs: Oh\n"]);
  });

  test("ends with 4 and says where a module fails that cannot be loaded", async () => {
    const [code, , stderr] = await run("throw new Error('Oh');");
    assert.equal(code, 4);
    assert.match(stderr, /^hawser: run: \/x\.mjs: it cannot be loaded: Error: Oh\nError: Oh\n +at .*x\.mjs:1:7\n/);
  });
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CommandError } from "../../src/cli/errors.ts";
import { isStartable, loadProgram, runsTypeScript } from "../../src/cli/load-program.ts";
import { PackageFolder } from "./package-folder.ts";

const service = "{ startService() {}, stopService() {} }";

async function load(source: string, name: string = "x.mjs"): Promise<unknown> {
  const folder = new PackageFolder();
  folder.write(name, source);
  return loadProgram(`${folder.path}/${name}`);
}

async function complaint(source: string, name?: string): Promise<string> {
  try {
    await load(source, name);
  } catch (error) {
    assert.ok(error instanceof CommandError);
    return `${error.exitCode} ${error.message}`;
  }
  return assert.fail("It did not complain");
}

describe("loadProgram", () => {
  test("takes a function or something to start, under any of the names", async () => {
    assert.equal(typeof (await load("export default () => {};")), "function");
    for (const name of ["application", "service"])
      assert.ok(isStartable(await load(`export const other = 1, ${name} = ${service};`)));
    assert.equal(typeof (await load("export function main() {}")), "function");
  });

  test("says what it found and what was expected", async () => {
    const expected = "expected an application, a service, or a function of the reactor";
    assert.ok((await complaint("")).endsWith(`it exports none of default, application, service, main, ${expected}`));
    assert.ok((await complaint("export default 1;")).endsWith(`its export default is 1, ${expected}`));
    assert.match(await complaint("throw new Error('Oh');"), /^4 run: .*x\.mjs: it cannot be loaded: Error: Oh$/);
    assert.match(await complaint("export default ("), /^4 run: .*x\.mjs: it cannot be loaded: SyntaxError/);
    await assert.rejects(() => loadProgram("/nowhere/x.js"), {
      message: "run: /nowhere/x.js: there is no such file, expected a module",
      exitCode: 2,
    });
    await assert.rejects(() => loadProgram("/"), { exitCode: 2 });
  });

  test("runs TypeScript where this Node does, and says so where it does not", async () => {
    const source = "export default (reactor: object): void => {};";
    if (runsTypeScript()) assert.equal(typeof (await load(source, "x.ts")), "function");
    else
      assert.match(
        await complaint(source, "x.ts"),
        /^4 run: .*x\.ts: this Node, v.*, does not run TypeScript, expected Node/,
      );
  });
});

test("isStartable, is what has both methods", () => {
  assert.ok(isStartable({ startService: () => {}, stopService: () => {} }));
  for (const other of [undefined, null, 1, {}, { startService: () => {} }]) assert.ok(!isStartable(other));
});

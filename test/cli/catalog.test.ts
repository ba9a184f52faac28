import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Catalog } from "../../src/cli/catalog.ts";
import { CommandError } from "../../src/cli/errors.ts";
import { ExitCode } from "../../src/cli/exit-code.ts";
import { PackageFolder } from "./package-folder.ts";

describe("Catalog", () => {
  test("has the services of Hawser, then those of packages, and loads them", async () => {
    const folder = new PackageFolder();
    folder.writeMotd("node_modules/motd", "motd");
    const catalog = new Catalog(folder.path, (warning) => assert.fail(warning));
    const entries = catalog.entries();
    assert.equal(entries[0]?.origin, "hawser");
    assert.deepEqual(
      [entries.at(-1)?.name, entries.at(-1)?.origin],
      ["motd", `motd 1.2.3 in ${folder.path}/node_modules/motd`],
    );
    assert.equal((await catalog.find("motd").load()).name, "motd");
  });

  test("does not look at packages for a service of Hawser", () => {
    const folder = new PackageFolder();
    folder.write("node_modules/broken/package.json", { hawser: 1 });
    const warnings: string[] = [];
    const catalog = new Catalog(folder.path, (warning) => warnings.push(warning));
    assert.equal(catalog.find("chat").name, "chat");
    assert.equal(warnings.length, 0);
    catalog.entries();
    assert.equal(warnings.length, 1);
  });

  test("keeps its own names", () => {
    const folder = new PackageFolder();
    const services = { chat: { summary: "", module: "./x.js" }, run: { summary: "", module: "./x.js" } };
    folder.write("node_modules/greedy/package.json", { name: "greedy", hawser: { services } });
    const warnings: string[] = [];
    new Catalog(folder.path, (warning) => warnings.push(warning)).entries();
    assert.deepEqual(warnings, [
      "greedy: the name chat is one of hawser's own; its service is not used",
      "greedy: the name run is one of hawser's own; its service is not used",
    ]);
  });

  test("says what may have been meant", () => {
    const folder = new PackageFolder();
    const catalog = new Catalog(folder.path, () => {});
    assert.throws(() => catalog.find("caht"), { message: "caht: there is no such service; did you mean chat?" });
    assert.throws(() => catalog.find("zzzzzz"), /expected one of those that hawser --list shows/);
  });

  test("names the package whose module is broken", async () => {
    const folder = new PackageFolder();
    folder.writeMotd("node_modules/motd", "motd");
    const load = (): Promise<unknown> => new Catalog(folder.path, () => {}).find("motd").load();
    folder.write("node_modules/motd/motd.js", "export default 1;");
    const wrong = /^CommandError: motd: cannot use the module of motd: it exports no service/;
    await assert.rejects(load, (error) => error instanceof CommandError && wrong.test(String(error)));
    folder.writeMotd("node_modules/b/motd", "x");
    folder.writeMotd("node_modules/a", "a");
    folder.write("node_modules/a/motd.js", "throw new Error('Oh');");
    await assert.rejects(load, (error) => {
      assert.ok(error instanceof CommandError);
      assert.deepEqual(
        [error.message, error.exitCode],
        ["motd: cannot load it from a: Error: Oh", ExitCode.cannotLoad],
      );
      return true;
    });
  });
});

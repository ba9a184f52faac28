import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { findPackageServices } from "../../src/cli/package-services.ts";
import { PackageFolder } from "./package-folder.ts";

describe("findPackageServices", () => {
  test("finds packages, also those of scopes and of the folders above", () => {
    const folder = new PackageFolder();
    folder.writeMotd("node_modules/@scope/motd", "@scope/motd");
    const services = { fortune: { summary: "Says one", module: "./f.js" } };
    folder.write("a/node_modules/fortune/package.json", { name: "fortune", version: "1.0.0", hawser: { services } });
    folder.write("a/node_modules/plain/package.json", { name: "plain" });
    folder.write("a/node_modules/.package-lock.json", "{}");
    folder.write("a/node_modules/other/readme", "no package");
    const found = findPackageServices(join(folder.path, "a"));
    assert.deepEqual(found.warnings, []);
    assert.deepEqual(
      found.services.map(({ name, packageName, packageVersion }) => [name, packageName, packageVersion]),
      [
        ["fortune", "fortune", "1.0.0"],
        ["motd", "@scope/motd", "1.2.3"],
      ],
    );
    assert.equal(found.services[1]?.module, join(folder.path, "node_modules/@scope/motd/motd.js"));
  });

  test("takes the nearest of two packages, and the first of two services", () => {
    const folder = new PackageFolder();
    folder.writeMotd("node_modules/motd", "motd");
    folder.writeMotd("a/node_modules/motd", "motd");
    folder.writeMotd("a/node_modules/zz", "zz");
    const { services, warnings } = findPackageServices(join(folder.path, "a"));
    assert.deepEqual(
      services.map((service) => service.folder),
      [join(folder.path, "a/node_modules/motd")],
    );
    assert.deepEqual(warnings, ["zz: the service motd is that of motd, expected another name; it is not used"]);
  });

  test("warns of a broken package by its name, and goes on", () => {
    const folder = new PackageFolder();
    const broken: [string, unknown, RegExp][] = [
      ["b1", '{ "hawser": ', /^b1: .*JSON.*; it is not used$/],
      ["b2", { hawser: true }, /^b2: the field "hawser" of its package.json has no services, expected/],
      ["b3", { hawser: { services: { "": { summary: "", module: "./x.js" } } } }, /^b3: the service "" has no name/],
      ["b4", { hawser: { services: { x: { module: "./x.js" } } } }, /^b4: the service x is not described, expected/],
      [
        "b5",
        { hawser: { services: { x: { summary: "", module: "../x.js" } } } },
        /^b5: .*expected a file of the package/,
      ],
    ];
    for (const [name, manifest] of broken) folder.write(`node_modules/${name}/package.json`, manifest as object);
    folder.writeMotd("node_modules/motd", "motd");
    const { services, warnings } = findPackageServices(folder.path);
    assert.deepEqual(
      services.map(({ name }) => name),
      ["motd"],
    );
    assert.equal(warnings.length, broken.length);
    for (const [place, [, , warning]] of broken.entries()) assert.match(warnings[place] ?? "", warning);
  });
});

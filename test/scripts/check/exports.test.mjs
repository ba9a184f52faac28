import assert from "node:assert/strict";
import { test } from "node:test";
import { compareExports, inspectTarball } from "../../../scripts/check/exports.mjs";
import { addFiles, temporaryTree } from "../temporary-tree.mjs";

/** @param {Record<string, unknown>} exports */
function manifest(exports) {
  return JSON.stringify({
    name: "fixture",
    version: "1.0.0",
    license: "MIT",
    type: "module",
    engines: { node: ">=20" },
    files: ["dist"],
    exports: { "./package.json": "./package.json", ...exports },
  });
}

/**
 * @param {string} types
 * @param {string} file
 */
function target(types, file) {
  return { types: `./dist/src${types}.d.ts`, default: `./dist/lib/${file}.js` };
}

const index = '/** The clock. */\nexport { Clock } from "./clock.ts";\nexport type {\n  Time,\n} from "./time.ts";\n';

test("compareExports, finds nothing, when package.json lists each index", (t) => {
  const root = temporaryTree(t, {
    "package.json": manifest({ ".": target("/index", "index"), "./clock": target("/clock/index", "clock") }),
    "src/index.ts": index,
    "src/clock/index.ts": index,
    "src/clock/not-an-index.ts": "",
  });
  assert.deepEqual(compareExports(root), []);
});

test("compareExports, names what is missing, stale, or more than a re-export by name", (t) => {
  const root = temporaryTree(t, {
    "package.json": manifest({ ".": "./dist/lib/main.js", "./gone": target("/gone/index", "gone") }),
    "src/index.ts": index,
    "src/clock/index.ts": `${index}export * from "./all.ts";\n`,
    "src/tls/index.ts": `${index}start();\n`,
  });
  assert.deepEqual(compareExports(root).sort(), [
    'package.json exports "./gone", which has no index.ts',
    'package.json exports lacks ".": {"types":"./dist/src/index.d.ts","default":"./dist/lib/index.js"}',
    'package.json exports lacks "./clock": {"types":"./dist/src/clock/index.d.ts","default":"./dist/lib/clock.js"}',
    'package.json exports lacks "./tls": {"types":"./dist/src/tls/index.d.ts","default":"./dist/lib/tls.js"}',
    'src/clock/index.ts does more than re-export by name: export * from "./all.ts";',
    "src/tls/index.ts does more than re-export by name: start();",
  ]);
});

test("inspectTarball, complains as long as the tarball lacks what it exports", async (t) => {
  const types = "export declare const a: number;\n";
  const root = temporaryTree(t, {
    "package.json": manifest({ ".": "./dist/index.js", "./more": "./dist/more.js" }),
    "dist/index.js": "export const a = 1;\n",
    "dist/more.d.ts": types,
  });
  const complaints = (await inspectTarball(root)).join("\n");
  assert.match(complaints, /dist\/more\.js but the file does not exist/);
  assert.match(complaints, /No types/);

  addFiles(root, { "dist/more.js": "export const a = 1;\n", "dist/index.d.ts": types });
  assert.deepEqual(await inspectTarball(root), []);
});

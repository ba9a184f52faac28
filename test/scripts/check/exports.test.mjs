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

const index = '/** The clock. */\nexport { Clock } from "./clock.ts";\nexport type {\n  Time,\n} from "./time.ts";\n';

test("compareExports, finds nothing, when package.json lists each index", (t) => {
  const root = temporaryTree(t, {
    "package.json": manifest({ ".": "./dist/src/index.js", "./clock": "./dist/src/clock/index.js" }),
    "src/index.ts": index,
    "src/clock/index.ts": index,
    "src/clock/not-an-index.ts": "",
  });
  assert.deepEqual(compareExports(root), []);
});

test("compareExports, names what is missing, stale, or more than a re-export by name", (t) => {
  const root = temporaryTree(t, {
    "package.json": manifest({ ".": "./dist/src/main.js", "./gone": "./dist/src/gone/index.js" }),
    "src/index.ts": index,
    "src/clock/index.ts": `${index}export * from "./all.ts";\n`,
    "src/tls/index.ts": `${index}start();\n`,
  });
  assert.deepEqual(compareExports(root).sort(), [
    'package.json exports "./gone", which has no index.ts',
    'package.json exports lacks ".": "./dist/src/index.js"',
    'package.json exports lacks "./clock": "./dist/src/clock/index.js"',
    'package.json exports lacks "./tls": "./dist/src/tls/index.js"',
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

import assert from "node:assert/strict";
import { test } from "node:test";
import { findLayerOffences } from "../../../scripts/check/layers.mjs";
import { temporaryTree } from "../temporary-tree.mjs";

/** What points down, or sideways within a layer. */
const sound = {
  "src/index.ts": 'export { App } from "./application/index.ts";\n',
  "src/errors.ts": "export class E extends Error {}\n",
  "src/bytes/byte-queue.ts": 'import { E } from "../errors.ts";\n',
  "src/deferred/deferred.ts": 'import { E } from "../errors.ts";\n',
  "src/reactor/global-reactor.ts": "export const reactor = 1;\n",
  "src/reactor/index.ts": 'export { reactor } from "./global-reactor.ts";\n',
  "src/clock/clock.ts": 'import { Deferred } from "../deferred/deferred.ts";\nimport { wake } from "node:timers";\n',
  "src/http/wire/reader.ts":
    'import { ByteQueue } from "../../bytes/byte-queue.ts";\nimport { createHash } from "node:crypto";\nimport "./chunk.ts";\n',
  "src/http/wire/chunk.ts": 'import { E } from "../../errors.ts";\nexport const at = new Date(0);\n// new Date()\n',
  "src/http/client.ts":
    'import type { Clock } from "../clock/clock.ts";\nimport { Reader } from "./wire/reader.ts";\nimport { resolve } from "../dns/client.ts";\n',
  "src/dns/client.ts": "export const resolve = 1;\n",
  "src/application/site.ts": 'import { Client } from "../http/client.ts";\n',
  "src/application/index.ts": 'export { App } from "./site.ts";\n',
  "src/cli/web.ts": 'import { reactor } from "../reactor/global-reactor.ts";\nimport "../application/site.ts";\n',
};

/** @type {Array<[title: string, file: string, text: string, offence: RegExp]>} */
const offences = [
  [
    "bytes import the engine",
    "src/bytes/a.ts",
    'import { D } from "../deferred/deferred.ts";\n',
    /:1 imports .*base is below engine/,
  ],
  [
    "the engine imports a family",
    "src/clock/a.ts",
    'import type { C } from "../http/client.ts";\n',
    /engine is below family/,
  ],
  [
    "the engine imports a family's machine",
    "src/clock/a.ts",
    'import { R } from "../http/wire/reader.ts";\n',
    /engine is below family/,
  ],
  [
    "a family imports the application",
    "src/http/a.ts",
    'export { S } from "../application/site.ts";\n',
    /family is below application/,
  ],
  [
    "the application imports the cli",
    "src/application/a.ts",
    'const w = await import("../cli/web.ts");\n',
    /application is below cli/,
  ],
  [
    "a type is imported in passing",
    "src/bytes/a.ts",
    'let a: import("../clock/clock.ts").Clock;\n',
    /base is below engine/,
  ],
  [
    "the import spans lines",
    "src/bytes/a.ts",
    'import "./b.ts";\nimport {\n  D,\n} from "../deferred/deferred.ts";\n',
    /a\.ts:2 imports .*deferred\.ts/,
  ],
  [
    "a source imports an index",
    "src/http/a.ts",
    'import { S } from "../reactor/index.ts";\n',
    /imports the file, not the index/,
  ],
  [
    "a source imports the package",
    "src/http/a.ts",
    'import { S } from "hawser/deferred";\n',
    /imports the file, not the package/,
  ],
  [
    "a library file imports the global reactor",
    "src/http/a.ts",
    'import { reactor } from "../reactor/global-reactor.ts";\n',
    /only programs use the global reactor/,
  ],
  [
    "a machine imports the engine",
    "src/http/wire/a.ts",
    'import { D } from "../../deferred/deferred.ts";\n',
    /a machine imports src\/bytes/,
  ],
  [
    "a machine imports its driver",
    "src/http/wire/a.ts",
    'import { C } from "../client.ts";\n',
    /a machine imports src\/bytes/,
  ],
  [
    "a machine imports another machine",
    "src/dns/wire/a.ts",
    'import { R } from "../../http/wire/reader.ts";\n',
    /a machine imports src\/bytes/,
  ],
  ["a machine imports sockets", "src/http/wire/a.ts", 'import { connect } from "node:net";\n', /a machine is pure/],
  [
    "a machine reads the clock",
    "src/http/wire/a.ts",
    "\nconst now = new Date();\n",
    /a\.ts:2 reads the clock: new Date\(\)/,
  ],
];

test("findLayerOffences, finds nothing, when imports point down", (t) => {
  assert.deepEqual(findLayerOffences(temporaryTree(t, sound)), []);
});

for (const [title, file, text, offence] of offences) {
  test(`findLayerOffences, says so, when ${title}`, (t) => {
    const found = findLayerOffences(temporaryTree(t, { ...sound, [file]: text }));
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0] ?? "", offence);
  });
}

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { repositoryRoot } from "../../scripts/lib/files.mjs";

/** @param {string} path */
const read = (path) => readFileSync(join(repositoryRoot, path), "utf8");

test(".ci/run, installs the packages of test/support/peers.ts, all of them and no other", () => {
  /** @type {string[]} */
  const wanted = [...read("test/support/peers.ts").matchAll(/package: "([^"]+)"/g)].map(([, name = ""]) => name);
  const installed = /^packages=\((.*)\)$/m.exec(read(".ci/run"))?.[1]?.split(" ");
  assert.deepEqual(installed?.sort(), wanted.sort());
});

test(".ci/run, runs the README's test command as its last act", () => {
  assert.match(read(".ci/run"), /\nexec npm cit <\/dev\/null\n$/);
});

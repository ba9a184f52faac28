import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { buildNative } from "../../scripts/build-native.mjs";
import { temporaryTree } from "./temporary-tree.mjs";

const GOOD = {
  "native/a.c": '#include "b.h"\nint answer(void) { return ANSWER; }\n',
  "native/b.h": "#define ANSWER 42\n",
};

/**
 * Sets what the environment says for the time of a test.
 *
 * @param {import("node:test").TestContext} t
 * @param {string} name
 * @param {string} value
 */
function setEnvironment(t, name, value) {
  const before = process.env[name];
  process.env[name] = value;
  t.after(() => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  });
}

/**
 * Why nothing can be compiled here, or false.
 *
 * @type {string | false}
 */
const skip = (await buildNative(temporaryTreeOfProcess())).skipped || false;

function temporaryTreeOfProcess() {
  /** @type {(() => void)[]} */
  const after = [];
  const root = temporaryTree(/** @type {any} */ ({ after: (/** @type {() => void} */ f) => after.push(f) }), GOOD);
  process.on("exit", () => after.forEach((f) => f()));
  return root;
}

test("buildNative, without sources, has nothing to do", async (t) => {
  const root = temporaryTree(t, { "package.json": "{}" });
  assert.deepEqual(await buildNative(root), { complaints: "", skipped: "" });
  assert.ok(!existsSync(join(root, "dist")));
});

test("buildNative, compiles into dist, and again only when something is newer", { skip }, async (t) => {
  const root = temporaryTree(t, GOOD);
  const output = join(root, "dist/native/hawser.node");
  assert.deepEqual(await buildNative(root), { complaints: "", skipped: "" });
  assert.equal(readFileSync(output).toString("latin1", 1, 4), "ELF");
  const old = new Date(Date.now() - 10_000);
  for (const file of Object.keys(GOOD)) utimesSync(join(root, file), old, old);
  const first = statSync(output).mtimeMs;
  await buildNative(root);
  assert.equal(statSync(output).mtimeMs, first);
  const later = new Date(Date.now() + 10_000);
  utimesSync(join(root, "native/b.h"), later, later);
  await buildNative(root);
  assert.notEqual(statSync(output).mtimeMs, first);
});

test("buildNative, with flags and an output, compiles there and each time", { skip }, async (t) => {
  const root = temporaryTree(t, GOOD);
  const options = { flags: ["-g"], output: "elsewhere/core.node" };
  await buildNative(root, options);
  assert.ok(existsSync(join(root, "elsewhere/core.node")));
  assert.ok(!existsSync(join(root, "dist")));
});

test("buildNative, a warning, is a complaint", { skip }, async (t) => {
  const root = temporaryTree(t, { "native/a.c": "int answer(void) { int unused; return 42; }\n" });
  const { complaints, skipped } = await buildNative(root);
  assert.match(complaints, /native\/a\.c:1:.*unused/);
  assert.equal(skipped, "");
});

test("buildNative, without a compiler, says so in a line", { skip }, async (t) => {
  const root = temporaryTree(t, GOOD);
  setEnvironment(t, "CC", "no-such-compiler");
  assert.deepEqual(await buildNative(root), {
    complaints: "",
    skipped: "there is no C compiler called no-such-compiler",
  });
});

test("buildNative, on another system, says so in a line", async (t) => {
  const real = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(process, "platform"));
  Object.defineProperty(process, "platform", { ...real, value: "plan9" });
  t.after(() => Object.defineProperty(process, "platform", real));
  const { skipped } = await buildNative(temporaryTree(t, GOOD));
  assert.equal(skipped, "it is for Linux, and this is plan9");
});

test("buildNative, with a compiler that has no headers, leaves out what it would make, and says so", async (t) => {
  const root = temporaryTree(t, {
    "native/a.c": "#include <stdlib.h>\n",
    "bin/bare-cc": "#!/bin/sh\necho 'stdlib.h: No such file or directory' >&2\nexit 1\n",
  });
  const compiler = join(root, "bin/bare-cc");
  chmodSync(compiler, 0o755);
  const { complaints, skipped } = await buildNative(root, { compiler });
  assert.equal(complaints, "");
  assert.match(skipped, /bare-cc has no headers of the C library|^Node's headers/);
});

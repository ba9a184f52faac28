import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import type * as nativeCore from "../../../src/reactor/epoll/native-core.ts";
import { loadNativeCore } from "../../../src/reactor/epoll/native-core.ts";

type Module = typeof nativeCore;

const COMPILED = new URL("../../../src/reactor/epoll/native-core.js", import.meta.url);

test("loadNativeCore, called again, answers the same", () => {
  assert.equal(loadNativeCore(), loadNativeCore());
});

test("loadNativeCore, without a core at its places, answers null and says why", async () => {
  const root = mkdtempSync(join(tmpdir(), "hawser-"));
  const folder = join(root, "src/reactor/epoll");
  mkdirSync(folder, { recursive: true });
  cpSync(fileURLToPath(COMPILED), join(folder, "native-core.js"));
  cpSync(fileURLToPath(new URL("../../built-folder.js", COMPILED)), join(root, "src/built-folder.js"));
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
  try {
    const lonely = (await import(pathToFileURL(join(folder, "native-core.js")).href)) as Module;
    assert.equal(lonely.loadNativeCore(), null);
    assert.match(lonely.whyNotLoaded(), process.platform === "linux" ? /^Cannot find module/ : /it is for Linux/);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("loadNativeCore, on another system, answers null and says so", async () => {
  const real = Object.getOwnPropertyDescriptor(process, "platform")!;
  Object.defineProperty(process, "platform", { ...real, value: "plan9" });
  try {
    const elsewhere = (await import(`${COMPILED.href}?plan9`)) as Module;
    assert.equal(elsewhere.loadNativeCore(), null);
    assert.equal(elsewhere.loadNativeCore(), null);
    assert.equal(elsewhere.whyNotLoaded(), "it is for Linux, and this is plan9");
  } finally {
    Object.defineProperty(process, "platform", real);
  }
});

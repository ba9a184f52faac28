import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import * as tls from "node:tls";
import { nodeTLS } from "../../src/tls/node-tls.ts";

test("nodeTLS, is Node's", () => {
  assert.equal(nodeTLS().connect, tls.connect);
  assert.equal(nodeTLS(), nodeTLS());
});

test("hawser and hawser/tls, load it only when it is needed", () => {
  const sources = ["../../src/index.js", "../../src/tls/index.js"].map((path) => new URL(path, import.meta.url).href);
  const program = `
    for (const source of ${JSON.stringify(sources)}) await import(source);
    console.log(process.moduleLoadList.includes("NativeModule _tls_wrap"));
  `;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  assert.equal(output.trim(), "false");
});

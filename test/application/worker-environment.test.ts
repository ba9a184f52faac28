import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  tellGroup,
  takeWorkerEnvironment,
  withWorkerEnvironment,
  workerEnvironment,
  workerID,
} from "../../src/application/worker-environment.ts";

test("workerEnvironment, is that of the process, which is no worker here", () => {
  assert.equal(workerEnvironment(), undefined);
  assert.equal(workerID(), undefined);
});

test("takeWorkerEnvironment, takes what withWorkerEnvironment gives, and leaves nothing for children", () => {
  const worker = { id: 2, listen: ["tcp:80", "tcp6:80"] };
  const environment = withWorkerEnvironment({ A: "b" }, worker);
  assert.deepEqual(takeWorkerEnvironment(environment), worker);
  assert.deepEqual(environment, { A: "b" });
  assert.equal(takeWorkerEnvironment(environment), undefined);
});

test("tellGroup, writes a line of JSON, and cuts what is too long", () => {
  const folder = mkdtempSync(join(tmpdir(), "news-"));
  const fd = openSync(join(folder, "news"), "w");
  tellGroup({ kind: "ready" });
  tellGroup({ kind: "ready" }, fd);
  tellGroup({ kind: "problem", text: "x".repeat(10_000) }, fd);
  closeSync(fd);
  const lines = readFileSync(join(folder, "news"), "utf8").split("\n");
  assert.deepEqual(lines, ['{"kind":"ready"}', `{"kind":"problem","text":"${"x".repeat(2048)}"}`, ""]);
  rmSync(folder, { recursive: true });
});

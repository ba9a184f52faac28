import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  takeWorkerEnvironment,
  tellReady,
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

test("tellReady, writes a line", () => {
  const folder = mkdtempSync(join(tmpdir(), "ready-"));
  const fd = openSync(join(folder, "ready"), "w");
  tellReady(fd);
  closeSync(fd);
  assert.equal(readFileSync(join(folder, "ready"), "utf8"), "ready\n");
  rmSync(folder, { recursive: true });
});

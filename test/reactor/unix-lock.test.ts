import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { InvalidStateError } from "../../src/errors.ts";
import { UNIXLock } from "../../src/reactor/unix-lock.ts";

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(folder, { recursive: true }));

/** A process id that no process has: larger than the system gives. */
const NOBODY = String(2 ** 30);

test("UNIXLock, taken and released, leaves the socket alone", () => {
  const path = join(folder, "fresh");
  writeFileSync(path, "");
  const lock = new UNIXLock(path);
  lock.release();
  lock.take();
  assert.throws(() => new UNIXLock(path).take(), InvalidStateError);
  lock.release();
  assert.deepEqual([existsSync(path), existsSync(`${path}.lock`)], [true, false]);
});

test("UNIXLock, of a dead process, is taken and the socket removed, if there is one", () => {
  const path = join(folder, "stale");
  symlinkSync(NOBODY, `${path}.lock`);
  new UNIXLock(path).take();
  const left = join(folder, "left");
  writeFileSync(left, "");
  symlinkSync(NOBODY, `${left}.lock`);
  new UNIXLock(left).take();
  assert.equal(existsSync(left), false);
});

test("UNIXLock, that cannot remove what was left, says so", () => {
  const path = join(folder, "folder");
  mkdirSync(path);
  symlinkSync(NOBODY, `${path}.lock`);
  assert.throws(() => new UNIXLock(path).take(), { code: /EISDIR|EPERM/ });
});

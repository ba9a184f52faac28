import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs, { lstatSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import type { TestContext } from "node:test";
import { FilesystemLock, isLocked } from "../../src/deferred/filesystem-lock.ts";

/** The number of a process that has ended, and that no process will have soon. */
let ended = 0;
let folder = "";
let name = "";
let count = 0;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "hawser-lock-"));
  ended = spawnSync(process.execPath, ["--eval", "0"]).pid;
});

after(() => rmSync(folder, { recursive: true }));

beforeEach(() => {
  name = join(folder, `${count++}.lock`);
});

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

test("lock, takes a free lock: a link that names this process", () => {
  const lock = new FilesystemLock(name);
  assert.deepEqual([lock.name, lock.locked, lock.clean], [name, false, undefined]);
  assert.equal(lock.lock(), true);
  assert.deepEqual([lock.locked, lock.clean], [true, true]);
  assert.equal(readlinkSync(name), String(process.pid));
  lock.unlock();
  assert.equal(lock.locked, false);
  assert.equal(exists(name), false);
});

test("lock, fails, while another holds the lock, or the same, and then leaves it alone", () => {
  const [lock, other] = [new FilesystemLock(name), new FilesystemLock(name)];
  lock.lock();
  assert.equal(other.lock(), false);
  assert.deepEqual([other.locked, other.clean], [false, undefined]);
  assert.equal(lock.lock(), false);
  assert.equal(lock.locked, true);
  lock.unlock();
  assert.equal(other.lock(), true);
  other.unlock();
});

test("lock, takes over from a process that has died, and says that it was not clean", () => {
  symlinkSync(String(ended), name);
  const lock = new FilesystemLock(name);
  assert.equal(lock.lock(), true);
  assert.deepEqual([lock.locked, lock.clean], [true, false]);
  assert.equal(readlinkSync(name), String(process.pid));
  lock.unlock();
  assert.equal(lock.lock(), true);
  assert.equal(lock.clean, true);
  lock.unlock();
});

test("lock, fails, while a process of another user holds the lock", (context) => {
  symlinkSync("1", name);
  context.mock.method(process, "kill", () => {
    throw Object.assign(new Error("not yours"), { code: "EPERM" });
  });
  assert.equal(new FilesystemLock(name).lock(), false);
});

/** Puts `replacements` in the place of functions of `node:fs`, for everybody, while `run` runs. */
function withFileSystem(context: TestContext, replacements: Partial<typeof fs>, run: () => void): void {
  for (const [key, replacement] of Object.entries(replacements)) {
    context.mock.method(fs, key as "readlinkSync", replacement as typeof fs.readlinkSync);
  }
  syncBuiltinESMExports();
  try {
    run();
  } finally {
    context.mock.restoreAll();
    syncBuiltinESMExports();
  }
}

function failWith(code: string): () => never {
  return () => {
    throw Object.assign(new Error(code), { code });
  };
}

test("lock, looks again, when the link is gone before it can be read, and gives up after a hundred looks", (context) => {
  const lock = new FilesystemLock(name);
  let looks = 0;
  const comesAndGoes = {
    symlinkSync: failWith("EEXIST"),
    readlinkSync: () => (looks++, failWith("ENOENT")()),
    unlinkSync: () => assert.fail("The link was removed, which may be that of another process by now"),
  };
  withFileSystem(context, comesAndGoes, () => assert.equal(lock.lock(), false));
  assert.equal(looks, 100);
  assert.equal(lock.locked, false);
  assert.equal(lock.lock(), true);
  lock.unlock();
});

test("lock, takes over a stale lock that another process has just removed, and throws, where it cannot be removed", (context) => {
  const lock = new FilesystemLock(name);
  symlinkSync(String(ended), name);
  const { unlinkSync } = fs;
  const removedBefore: Partial<typeof fs> = {
    unlinkSync(path) {
      unlinkSync(path);
      failWith("ENOENT")();
    },
  };
  withFileSystem(context, removedBefore, () => assert.equal(lock.lock(), true));
  assert.equal(lock.clean, false);
  lock.unlock();
  symlinkSync(String(ended), name);
  const cannot = { unlinkSync: failWith("EACCES") };
  withFileSystem(context, cannot, () => assert.throws(() => lock.lock(), { code: "EACCES" }));
  assert.equal(lock.locked, false);
});

test("lock, refuses a link that names no process", () => {
  for (const target of ["nobody", "-1", "1.5", "0"]) {
    rmSync(name, { force: true });
    symlinkSync(target, name);
    assert.throws(() => new FilesystemLock(name).lock(), {
      name: "InvalidStateError",
      message: `Cannot use the lock "${name}": it names the owner "${target}", expected a process id`,
    });
    assert.equal(readlinkSync(name), target);
  }
});

test("lock and unlock, throw the errors of the file system", () => {
  const nowhere = new FilesystemLock(join(folder, "nowhere", "x.lock"));
  assert.throws(() => nowhere.lock(), { code: "ENOENT" });
  assert.equal(nowhere.locked, false);
  writeFileSync(name, "no link");
  assert.throws(() => new FilesystemLock(name).lock(), { code: "EINVAL" });
  assert.throws(() => new FilesystemLock(name).unlock(), { code: "EINVAL" });
});

test("unlock, of a lock that is free or that another process holds, throws and leaves it as it is", () => {
  const lock = new FilesystemLock(name);
  assert.throws(() => lock.unlock(), {
    name: "InvalidStateError",
    code: "ERR_INVALID_STATE",
    message: `Cannot unlock "${name}": it is free, expected this process to hold it`,
  });
  symlinkSync(String(ended), name);
  assert.throws(() => lock.unlock(), {
    message: `Cannot unlock "${name}": process ${ended} holds it, expected this process to hold it`,
  });
  assert.equal(exists(name), true);
});

test("isLocked, tells whether a living process holds the lock, and leaves it so", () => {
  assert.equal(isLocked(name), false);
  assert.equal(exists(name), false);
  const lock = new FilesystemLock(name);
  lock.lock();
  assert.equal(isLocked(name), true);
  assert.equal(exists(name), true);
  lock.unlock();
  symlinkSync(String(ended), name);
  assert.equal(isLocked(name), false);
});

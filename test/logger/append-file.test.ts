import assert from "node:assert/strict";
import fs, {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { after, test } from "node:test";
import { InvalidStateError } from "../../src/errors.ts";
import { AppendFile } from "../../src/logger/append-file.ts";

const directory = mkdtempSync(join(tmpdir(), "hawser-append-"));
after(() => rmSync(directory, { recursive: true }));

const NO_DEV_FULL = !existsSync("/dev/full") && "there is no /dev/full";

let count = 0;

interface Opened {
  file: AppendFile;
  path: string;
  errors: string[];
}

/** A file of its own, which is closed when the test ends. */
function open(t: TestContext, path: string = join(directory, `${count++}.log`), mode?: number): Opened {
  const errors: string[] = [];
  const file = new AppendFile(path, { mode, errorStream: { write: (text) => errors.push(text) } });
  t.after(() => file.close());
  return { file, path, errors };
}

/** Replaces a function of `node:fs` until the test ends or `restore` is called. */
function replace<K extends "closeSync" | "fchmodSync" | "openSync" | "writeSync">(
  t: TestContext,
  name: K,
  substitute: (original: (typeof fs)[K]) => (...args: never[]) => unknown,
): () => void {
  const mock = t.mock.method(fs, name, substitute(fs[name]) as never);
  syncBuiltinESMExports();
  const restore = (): void => {
    mock.mock.restore();
    syncBuiltinESMExports();
  };
  t.after(restore);
  return restore;
}

test("AppendFile.append, strings and bytes, are in the file when it returns", (t) => {
  const { file, path } = open(t);
  file.append("é\n");
  file.append(Buffer.from("two\n"));
  file.append("");
  assert.equal(readFileSync(path, "utf8"), "é\ntwo\n");
  assert.equal(file.size, 7);
  file.flush();
});

test("AppendFile, a file that is there, is added to", (t) => {
  const path = join(directory, "there.log");
  writeFileSync(path, "old\n");
  const { file } = open(t, path);
  assert.equal(file.size, 4);
  file.append("new\n");
  assert.equal(readFileSync(path, "utf8"), "old\nnew\n");
});

test("AppendFile, a path that cannot be opened, throws the error of the system", () => {
  const path = join(directory, "missing/file.log");
  assert.throws(() => new AppendFile(path, { mode: undefined, errorStream: undefined }), { code: "ENOENT" });
});

test("AppendFile.modifiedBefore, a file with something in it, is when that was written", (t) => {
  const path = join(directory, "modified.log");
  writeFileSync(path, "old\n");
  utimesSync(path, 1000, 1000);
  assert.equal(open(t, path).file.modifiedBefore, 1000);
  assert.equal(open(t).file.modifiedBefore, undefined, "a new file has not been written to");
});

test("AppendFile, a mode, is that of the file, whatever the umask", (t) => {
  const umask = process.umask(0o077);
  t.after(() => process.umask(umask));
  const { file, path } = open(t, undefined, 0o640);
  assert.equal(statSync(path).mode & 0o777, 0o640);
  file.moveTo(`${path}.1`, () => {});
  assert.equal(statSync(path).mode & 0o777, 0o640);
});

test("AppendFile, no mode, gives a new file that of the old one", (t) => {
  const path = join(directory, "private.log");
  writeFileSync(path, "");
  chmodSync(path, 0o600);
  const { file } = open(t, path);
  file.moveTo(`${path}.1`, () => {});
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test("AppendFile, a mode that it may not set, is opened all the same", (t) => {
  const path = join(directory, "theirs.log");
  writeFileSync(path, "");
  replace(t, "fchmodSync", () => () => {
    throw new Error("EPERM");
  });
  const { file } = open(t, path, 0o604);
  file.append("x");
  assert.equal(readFileSync(path, "utf8"), "x");
});

test("AppendFile, closed, refuses all but closing again", (t) => {
  const { file, path } = open(t);
  assert.equal(file.closed, false);
  file.close();
  file.close();
  assert.equal(file.closed, true);
  for (const act of [
    () => file.append("x"),
    () => file.size,
    () => file.movable,
    () => file.flush(),
    () => file.modifiedBefore,
  ]) {
    assert.throws(act, InvalidStateError);
  }
  assert.throws(() => file.moveTo(`${path}.1`, () => {}), InvalidStateError);
  assert.throws(
    () => file.append("x"),
    /^InvalidStateError: Cannot write to the log file '.*': it is closed, expected an open one$/,
  );
  file.reopen();
  file.append("x");
  assert.equal(readFileSync(path, "utf8"), "x");
});

test("AppendFile.moveTo, a path, moves the file there and starts a new one", (t) => {
  const { file, path, errors } = open(t);
  file.append("one\n");
  const order: string[] = [];
  assert.equal(
    file.moveTo(`${path}.1`, () => order.push(readFileSync(path, "utf8"))),
    true,
  );
  file.append("two\n");
  assert.deepEqual(order, ["one\n"], "what is to be done first is done before");
  assert.equal(readFileSync(`${path}.1`, "utf8"), "one\n");
  assert.equal(readFileSync(path, "utf8"), "two\n");
  assert.equal(file.size, 4);
  assert.deepEqual(errors, []);
});

test("AppendFile.moveTo, a path that is not possible, goes on in the old file and tells once", (t) => {
  const { file, path, errors } = open(t);
  for (let n = 0; n < 3; n++) {
    assert.equal(
      file.moveTo(join(directory, "missing/x"), () => {}),
      false,
    );
    file.append("line\n");
  }
  assert.equal(readFileSync(path, "utf8"), "line\nline\nline\n");
  assert.equal(errors.length, 1);
  assert.match(
    errors[0] ?? "",
    /^Trouble with the log file .*: cannot move it aside, logging goes on in it: Error: ENOENT.*\n$/,
  );
  file.moveTo(`${path}.1`, () => {});
  file.moveTo(join(directory, "missing/x"), () => {});
  assert.equal(errors.length, 2, "an outage after it had worked is another one");
});

test("AppendFile.moveTo, a new file that cannot be opened, leaves the old one in its place", (t) => {
  const { file, path, errors } = open(t);
  file.append("one\n");
  const restore = replace(t, "openSync", () => () => {
    throw new Error("EMFILE");
  });
  assert.equal(
    file.moveTo(`${path}.1`, () => {}),
    false,
  );
  restore();
  file.append("two\n");
  assert.equal(readFileSync(path, "utf8"), "one\ntwo\n");
  assert.equal(existsSync(`${path}.1`), false);
  assert.match(errors[0] ?? "", /EMFILE/);
});

test("AppendFile.reopen, a file that another program has moved, starts a new one", (t) => {
  const { file, path } = open(t);
  file.append("one\n");
  fs.renameSync(path, `${path}.old`);
  file.append("two\n");
  file.reopen();
  file.append("three\n");
  assert.equal(readFileSync(`${path}.old`, "utf8"), "one\ntwo\n");
  assert.equal(readFileSync(path, "utf8"), "three\n");
});

test(
  "AppendFile.append, a full disk, tells once, throws nothing, and goes on when there is room",
  { skip: NO_DEV_FULL },
  (t) => {
    const path = join(directory, "full.log");
    symlinkSync("/dev/full", path);
    const { file, errors } = open(t, path);
    assert.equal(file.movable, false);
    for (let n = 0; n < 5; n++) file.append("lost\n");
    assert.equal(errors.length, 1);
    assert.match(
      errors[0] ?? "",
      /: cannot write it, what is logged is lost until it works again: Error: ENOSPC: .*\n$/,
    );
    fs.unlinkSync(path);
    file.reopen();
    file.append("kept\n");
    assert.equal(readFileSync(path, "utf8"), "kept\n");
    fs.unlinkSync(path);
    symlinkSync("/dev/full", path);
    file.reopen();
    for (let n = 0; n < 5; n++) file.append("lost\n");
    assert.equal(errors.length, 2, "the next outage is told of again");
  },
);

test("AppendFile.append, no error stream given, tells on standard error", { skip: NO_DEV_FULL }, (t) => {
  const errors: unknown[] = [];
  t.mock.method(process.stderr, "write", (text: unknown) => errors.push(text));
  const file = new AppendFile("/dev/full", { mode: undefined, errorStream: undefined });
  t.after(() => file.close());
  file.append("lost\n");
  assert.match(String(errors[0]), /^Trouble with the log file \/dev\/full: /);
});

test("AppendFile.append, an error stream that throws, throws nothing", { skip: NO_DEV_FULL }, (t) => {
  const write = (): never => {
    throw new Error("EPIPE");
  };
  const file = new AppendFile("/dev/full", { mode: undefined, errorStream: { write } });
  t.after(() => file.close());
  file.append("lost\n");
});

test("AppendFile.append, the system taking a part at a time, writes all of it", (t) => {
  const { file, path } = open(t);
  replace(
    t,
    "writeSync",
    (original) =>
      (descriptor: number, bytes: Uint8Array, offset = 0) =>
        original(descriptor, bytes, offset, Math.min(3, bytes.length - offset)),
  );
  file.append("a line of some length\n");
  assert.equal(readFileSync(path, "utf8"), "a line of some length\n");
  assert.equal(file.size, 22);
});

test("AppendFile.append, a line of which only a part was written, is ended before the next", (t) => {
  const { file, path, errors } = open(t);
  let room = 10;
  const restore = replace(t, "writeSync", (original) => (descriptor: number, bytes: Uint8Array, offset = 0) => {
    if (room === 0) throw new Error("ENOSPC");
    const length = original(descriptor, bytes, offset, Math.min(room, bytes.length - offset));
    room -= length;
    return length;
  });
  file.append("first\n");
  file.append("second\n");
  file.append("third\n");
  assert.equal(file.size, 10);
  restore();
  file.append("fourth\n");
  file.append("fifth\n");
  assert.equal(readFileSync(path, "utf8"), "first\nseco\nfourth\nfifth\n");
  assert.equal(file.size, statSync(path).size);
  assert.equal(errors.length, 1);
});

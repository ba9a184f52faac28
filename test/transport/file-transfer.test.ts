import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { FileEndedError } from "../../src/transport/errors.ts";
import { FileTransfer } from "../../src/transport/file-transfer.ts";

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
const path = join(folder, "file");
writeFileSync(path, "0123456789");
const fd = openSync(path, "r");
after(() => {
  closeSync(fd);
  rmSync(folder, { recursive: true });
});

describe("FileTransfer", () => {
  test("readNow, gives the piece and then ends", () => {
    const file = new FileTransfer(fd, { offset: 2, length: 5 });
    assert.equal(String(file.readNow()), "23456");
    let sent: unknown;
    file.done.addCallback((count) => (sent = count));
    assert.equal(file.readNow(), undefined);
    assert.equal(file.readNow(), undefined);
    assert.equal(sent, 5);
  });

  test("an end, while somebody reads the file, is told when that is over, and told once", () => {
    const file = new FileTransfer(fd);
    const ends: unknown[] = [];
    file.done.addBoth((result) => ends.push(result));
    file.setReading(true);
    file.fail(new RangeError("first"));
    file.finish();
    assert.deepEqual([ends.length, file.isOver], [0, true]);
    file.setReading(false);
    file.setReading(false);
    assert.equal(ends.length, 1);
    assert.match(String(ends[0]), /first/);
  });

  test("a length beyond the end, fails at once; what shrinks meanwhile, when it is read", () => {
    let failure: unknown;
    new FileTransfer(fd, { offset: 9, length: 2 }).done.addErrback(({ value }) => (failure = value));
    assert.ok(failure instanceof FileEndedError);
    assert.equal(failure.code, "ERR_FILE_ENDED");
    const file = new FileTransfer(fd);
    file.advance(8);
    file.left = 5;
    assert.equal(String(file.readNow()), "89");
    assert.equal(file.readNow(), undefined);
    file.done.addErrback(({ value }) => (failure = value));
    assert.match(String(failure), /it ends at byte 10 or before, expected 3 bytes from there on/);
  });

  test("a file that cannot be read, fails with the system's error", () => {
    const writable = openSync(path, "a");
    const file = new FileTransfer(writable);
    assert.equal(file.readNow(), undefined);
    let failure: unknown;
    file.done.addErrback(({ value }) => (failure = value));
    assert.equal((failure as NodeJS.ErrnoException).code, "EBADF");
    closeSync(writable);
  });
});

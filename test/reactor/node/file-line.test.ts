import assert from "node:assert/strict";
import { closeSync, openSync } from "node:fs";
import type { Socket } from "node:net";
import { test } from "node:test";
import { FileLine } from "../../../src/reactor/node/file-line.ts";
import { FileTransfer } from "../../../src/transport/file-transfer.ts";
import { until } from "../../conformance/running.ts";

/** Keeps what is written, and says so when asked. */
function line(): { line: FileLine; log: (string | number)[]; socket: { destroyed: boolean } } {
  const log: (string | number)[] = [];
  const socket = {
    destroyed: false,
    write(chunk: Buffer, done: () => void): void {
      log.push(chunk.length);
      setImmediate(done);
    },
  };
  const made = new FileLine(
    socket as unknown as Socket,
    (pieces) => log.push(String(Buffer.concat(pieces))),
    () => log.push("empty"),
  );
  return { line: made, log, socket };
}

test("FileLine, keeps the order of files, pieces and what is to be done", async () => {
  const fd = openSync(process.execPath, "r");
  const { line: files, log } = line();
  files.add(new FileTransfer(fd, { length: 100_000 }));
  assert.equal(files.occupied, true);
  files.add([Buffer.from("one"), Buffer.from(" two")]);
  files.add(new FileTransfer(fd, { length: 5 }));
  files.add(() => log.push("done"));
  assert.equal(files.unsent, 100_012);
  await until(() => !files.occupied, "the end");
  assert.deepEqual(log, [65_536, 34_464, "one two", 5, "done", "empty"]);
  assert.equal(files.unsent, 0);
  closeSync(fd);
});

test("FileLine, of a socket that is destroyed, drops everything", async () => {
  const fd = openSync(process.execPath, "r");
  const { line: files, log, socket } = line();
  const transfer = new FileTransfer(fd, { length: 100_000 });
  files.add(transfer);
  files.add([Buffer.from("one")]);
  socket.destroyed = true;
  await until(() => files.unsent === 0, "the end");
  assert.deepEqual([log, transfer.isOver], [[], false]);
  closeSync(fd);
});

/** Descriptors that are somebody else's: here those of pipes. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import type { Failure } from "../../../src/deferred/failure.ts";
import type { EpollReactor } from "../../../src/reactor/epoll/epoll-reactor.ts";
import { ConnectionLost } from "../../../src/transport/errors.ts";
import { until } from "../../conformance/running.ts";
import "../../support/quiet-logs.ts";
import { HOST, listen, runs, skip } from "./over-core.ts";

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(folder, { recursive: true }));
let pipes = 0;

/** Both ends of a pipe, which do not block. */
function pipe(): { read: number; write: number } {
  const path = join(folder, `pipe-${pipes++}`);
  execFileSync("mkfifo", [path]);
  const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { read, write: openSync(path, constants.O_WRONLY | constants.O_NONBLOCK) };
}

class Watcher {
  readonly fd: number;
  readonly heard: string[] = [];
  reads = 0;
  writes = 0;
  answer: (self: Watcher) => unknown = () => {};
  lost: Failure | undefined = undefined;

  constructor(fd: number) {
    this.fd = fd;
  }

  fileno(): number {
    return this.fd;
  }

  doRead(): unknown {
    this.reads++;
    const buffer = Buffer.alloc(100);
    this.heard.push(buffer.toString("utf8", 0, readSync(this.fd, buffer)));
    return this.answer(this);
  }

  doWrite(): unknown {
    this.writes++;
    return this.answer(this);
  }

  connectionLost(reason: unknown): void {
    this.lost = reason as Failure;
  }
}

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve));
}

function withPipe(
  body: (reactor: EpollReactor, reader: Watcher, writer: Watcher) => Promise<void>,
): () => Promise<void> {
  return () =>
    runs(async (reactor) => {
      const { read, write } = pipe();
      try {
        await body(reactor, new Watcher(read), new Watcher(write));
      } finally {
        reactor.removeAll();
        closeSync(read);
        closeSync(write);
      }
    });
}

describe("Descriptors", { skip }, () => {
  test(
    "addReader, is called when there is something to read, until removeReader",
    withPipe(async (reactor, reader, writer) => {
      reactor.addReader(reader);
      reactor.addReader(reader);
      assert.deepEqual(reactor.getReaders(), [reader]);
      await turns(3);
      assert.equal(reader.reads, 0);
      writeSync(writer.fd, "one");
      await until(() => reader.heard.length === 1, "one");
      writeSync(writer.fd, "two");
      await until(() => reader.heard.length === 2, "two");
      assert.deepEqual(reader.heard, ["one", "two"]);
      reactor.removeReader(reader);
      reactor.removeReader(reader);
      assert.deepEqual(reactor.getReaders(), []);
      writeSync(writer.fd, "three");
      await turns(5);
      assert.equal(reader.reads, 2);
    }),
  );

  test(
    "addWriter, is called while there is room, until removeWriter",
    withPipe(async (reactor, _reader, writer) => {
      reactor.addWriter(writer);
      assert.deepEqual(reactor.getWriters(), [writer]);
      await until(() => writer.writes > 3, "calls");
      reactor.removeWriter(writer);
      const { writes } = writer;
      await turns(5);
      assert.equal(writer.writes, writes);
      assert.deepEqual(reactor.getWriters(), []);
    }),
  );

  test(
    "one descriptor, can have a reader and a writer, which come and go by themselves",
    withPipe(async (reactor, _reader, writer) => {
      reactor.addWriter(writer);
      reactor.addReader(writer);
      reactor.removeReader(writer);
      await until(() => writer.writes > 0, "calls");
      assert.deepEqual([reactor.getReaders(), reactor.getWriters()], [[], [writer]]);
      reactor.addReader(writer);
      assert.deepEqual(reactor.removeAll(), [writer]);
      assert.deepEqual([reactor.getReaders(), reactor.getWriters()], [[], []]);
    }),
  );

  test(
    "what doRead answers, ends the watching and is the reason",
    withPipe(async (reactor, reader, writer) => {
      const reason = new ConnectionLost("over");
      reader.answer = () => reason;
      reactor.addReader(reader);
      writeSync(writer.fd, "one");
      await until(() => reader.lost !== undefined, "the end");
      assert.equal(reader.lost!.value, reason);
      assert.deepEqual(reactor.getReaders(), []);
    }),
  );

  test(
    "what doWrite throws, ends the watching, and connectionLost may throw too",
    withPipe(async (reactor, _reader, writer) => {
      writer.answer = () => {
        throw new RangeError("broken");
      };
      let lost: Failure | undefined;
      writer.connectionLost = (reason) => {
        lost = reason as Failure;
        throw new Error("broken as well");
      };
      reactor.addWriter(writer);
      await until(() => lost !== undefined, "the end");
      assert.equal((lost!.value as Error).message, "broken");
      assert.deepEqual(reactor.getWriters(), []);
    }),
  );

  test(
    "a pipe whose other end is closed, is readable, and a write end writable, without any interest in more",
    withPipe(async (reactor, reader) => {
      const other = pipe();
      closeSync(other.write);
      const ended = new Watcher(other.read);
      ended.answer = ({ heard }) => heard.at(-1) === "";
      reactor.addReader(ended);
      await until(() => ended.lost !== undefined, "the end");
      closeSync(other.read);
      assert.equal(reader.reads, 0);
    }),
  );

  test("the reactor's end, tells who still watches", async () => {
    const { read, write } = pipe();
    const reader = new Watcher(read);
    await runs(async (reactor) => reactor.addReader(reader));
    assert.ok(reader.lost?.check(ConnectionLost));
    closeSync(read);
    closeSync(write);
  });

  test("what has no descriptor, or one that cannot be watched, is refused and changes nothing", () =>
    runs(async (reactor) => {
      assert.throws(
        () => reactor.addReader(new Watcher(-1)),
        /Cannot watch .*: its descriptor is -1, expected 0 or more/s,
      );
      assert.throws(() => reactor.addWriter(new Watcher(9999)), { code: "EBADF" });
      const file = openSync(join(folder, "file"), "w+");
      assert.throws(() => reactor.addReader(new Watcher(file)), { code: "EPERM" });
      closeSync(file);
      assert.deepEqual([reactor.getReaders(), reactor.getWriters()], [[], []]);
    }));

  test("a descriptor that was closed before removeReader, does no harm to whoever has its number", () =>
    runs(async (reactor) => {
      const { read, write } = pipe();
      const reader = new Watcher(read);
      reactor.addReader(reader);
      closeSync(read);
      // Its number is the lowest that is free: the port gets it.
      const { port, factory } = listen(reactor);
      reactor.removeReader(reader);
      closeSync(write);
      const { connect } = await import("node:net");
      const socket = connect(port, HOST);
      await until(() => factory.protocols.length === 1, "the connection");
      socket.destroy();
    }));

  test("a number that was closed and is a new descriptor's, can be watched again", () =>
    runs(async (reactor) => {
      const first = pipe();
      reactor.addReader(new Watcher(first.read));
      closeSync(first.read);
      closeSync(first.write);
      const second = pipe();
      const reader = new Watcher(Math.min(second.read, second.write));
      assert.equal(reader.fd, Math.min(first.read, first.write));
      reactor.addReader(reader);
      writeSync(second.write, "new");
      await until(() => reader.heard.length === 1, "what the new one has");
      reactor.removeAll();
      closeSync(second.read);
      closeSync(second.write);
    }));
});

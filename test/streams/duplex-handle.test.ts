/** What is not in the suite of streams, which runs over this handle: what happened before, and streams that end in other ways. */
import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex, PassThrough, Writable, duplexPair } from "node:stream";
import type { Readable } from "node:stream";
import { after, test } from "node:test";
import { HalfClosingRecorder, Recorder } from "../conformance/stream-fixtures.ts";
import { until } from "../conformance/running.ts";
import { DuplexConnection } from "../../src/streams/duplex-connection.ts";
import { fromDuplex } from "../../src/streams/from-duplex.ts";
import { PipeAddress } from "../../src/transport/address.ts";
import "../support/quiet-logs.ts";

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(folder, { recursive: true }));

function connect(protocol: Recorder, readable: Readable, writable: Writable): DuplexConnection {
  const address = new PipeAddress();
  return new DuplexConnection(protocol, { readable, writable }, { host: address, peer: address }, undefined);
}

function causeOf(protocol: Recorder): string | undefined {
  const error = protocol.lost?.value as Error | undefined;
  return (error?.cause as Error | undefined)?.message ?? error?.message;
}

test("DuplexHandle, an error of either side, closes both with it as the cause", async () => {
  for (const broken of ["readable", "writable"] as const) {
    const streams = { readable: new PassThrough(), writable: new PassThrough() };
    const protocol = new Recorder();
    connect(protocol, streams.readable, streams.writable);
    streams[broken].destroy(new Error("broken"));
    await until(() => protocol.lost !== undefined);
    assert.deepEqual([protocol.reason, causeOf(protocol)], ["ConnectionLost", "broken"]);
    assert.deepEqual([streams.readable.closed, streams.writable.closed], [true, true]);
  }
});

test("DuplexHandle, a stream that is closed before its end, is ConnectionLost", async () => {
  const protocol = new Recorder();
  const stream = new PassThrough();
  fromDuplex(stream, protocol);
  stream.write("x");
  stream.destroy();
  await until(() => protocol.lost !== undefined);
  assert.deepEqual([protocol.reason, causeOf(protocol)], ["ConnectionLost", "The stream was closed before its end"]);
});

test("DuplexHandle, a stream that has ended or is closed already, is told", async () => {
  const [ended, peer] = duplexPair();
  peer.end();
  ended.resume();
  await until(() => ended.readableEnded);
  const protocol = new HalfClosingRecorder();
  fromDuplex(ended, protocol);
  await until(() => protocol.events.length === 2);
  assert.deepEqual(protocol.events, ["made", "read lost"]);

  const closed = new PassThrough();
  closed.on("error", () => {}).destroy(new Error("long ago"));
  await until(() => closed.closed);
  const late = new Recorder();
  fromDuplex(closed, late);
  await until(() => late.lost !== undefined);
  assert.deepEqual([late.events, causeOf(late)], [["made", "lost"], "long ago"]);
});

test("DuplexHandle, one direction that ends, leaves the other", async () => {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const protocol = new HalfClosingRecorder();
  const transport = connect(protocol, stdin, stdout);
  transport.loseWriteConnection();
  stdout.resume();
  await until(() => protocol.events.includes("write lost"));
  stdin.write("still here");
  await until(() => protocol.text === "still here");
  stdin.end();
  await until(() => protocol.lost !== undefined);
  assert.equal(protocol.reason, "ConnectionDone");
  assert.deepEqual(protocol.events, ["made", "write lost", "read lost", "lost"]);
});

test("DuplexHandle, text and plain arrays, arrive as bytes", async () => {
  const text = new PassThrough().setEncoding("latin1");
  const protocol = new Recorder();
  connect(protocol, text, new PassThrough());
  text.end(Buffer.from([0xe9, 0x41]));
  await until(() => protocol.lost !== undefined);
  assert.deepEqual(protocol.received, Buffer.from([0xe9, 0x41]));
});

test("DuplexHandle, sendFile, keeps the order and reads no further than the stream takes", async () => {
  writeFileSync(join(folder, "file"), Buffer.alloc(1_000_000, "f"));
  const fd = openSync(join(folder, "file"), "r");
  const stdout = new PassThrough();
  const protocol = new Recorder();
  const transport = connect(protocol, new PassThrough(), stdout);
  transport.write("before ");
  const sent = transport.sendFile(fd);
  transport.write(" after");
  transport.loseConnection();
  await until(() => stdout.readableLength > 0);
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(stdout.readableLength + stdout.writableLength < 200_000, "the file is not in memory");
  const chunks: Buffer[] = [];
  for await (const chunk of stdout) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  assert.equal(text.length, 1_000_013);
  assert.deepEqual([text.slice(0, 9), text.slice(-8)], ["before ff", "ff after"]);
  assert.equal(await sent, 1_000_000);
  await until(() => protocol.lost !== undefined);
  assert.equal(protocol.reason, "ConnectionDone");
  closeSync(fd);
});

test("DuplexHandle, loseConnection, over a stream that is read later, leaves what was written to whoever reads", async () => {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const protocol = new Recorder();
  const transport = connect(protocol, stdin, stdout);
  transport.write("answer");
  transport.loseConnection();
  await until(() => protocol.lost !== undefined);
  assert.deepEqual([protocol.reason, stdin.destroyed, stdout.destroyed], ["ConnectionDone", true, false]);
  let text = "";
  for await (const piece of stdout) text += String(piece);
  assert.deepEqual([text, stdout.destroyed], ["answer", true]);
});

test("DuplexHandle, sendFile before loseWriteConnection, ends behind the file", async () => {
  writeFileSync(join(folder, "short"), "file");
  const fd = openSync(join(folder, "short"), "r");
  const stdout = new PassThrough().setEncoding("utf8");
  const protocol = new HalfClosingRecorder();
  const transport = connect(protocol, new PassThrough(), stdout);
  const sent = transport.sendFile(fd);
  transport.loseWriteConnection();
  let text = "";
  for await (const piece of stdout) text += String(piece);
  assert.deepEqual([text, await sent], ["file", 4]);
  transport.abortConnection();
  await until(() => protocol.lost !== undefined);
  assert.equal(protocol.reason, "ConnectionAborted");
  closeSync(fd);
});

test("DuplexHandle, abortConnection over a socket with resets, resets it", async () => {
  let resets = 0;
  class Socket extends Duplex {
    readonly remoteFamily = "IPv4";
    override _read(): void {}
    resetAndDestroy(): void {
      resets++;
      this.destroy();
    }
  }
  const protocol = new Recorder();
  fromDuplex(new Socket(), protocol).abortConnection();
  await until(() => protocol.lost !== undefined);
  assert.deepEqual([resets, protocol.reason], [1, "ConnectionAborted"]);
});

test("DuplexHandle, a write that fails, is the reason; large writes in pieces arrive whole", async () => {
  const taken: Buffer[] = [];
  const writable = new Writable({
    write(chunk: Buffer, _encoding, callback) {
      taken.push(chunk);
      callback(taken.length > 2 ? Object.assign(new Error("write EPIPE"), { code: "EPIPE" }) : null);
    },
  });
  const protocol = new Recorder();
  const transport = connect(protocol, new PassThrough(), writable);
  const stopped: string[] = [];
  transport.registerProducer(
    {
      pauseProducing: () => stopped.push("pause"),
      resumeProducing: () => {},
      stopProducing: () => stopped.push("stop"),
    },
    true,
  );
  transport.write(Buffer.alloc(50_000, "a"));
  transport.write(Buffer.alloc(50_000, "b"));
  await until(() => taken.length === 2);
  assert.equal(Buffer.concat(taken).length, 100_000);
  transport.write("c");
  await until(() => protocol.lost !== undefined);
  assert.deepEqual([protocol.reason, causeOf(protocol)], ["ConnectionLost", "write EPIPE"]);
  assert.equal(stopped.at(-1), "stop");
  transport.write("too late");
});

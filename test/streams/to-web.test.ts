import assert from "node:assert/strict";
import { test } from "node:test";
import { Protocol } from "../../src/protocol/protocol.ts";
import { toWeb } from "../../src/streams/to-web.ts";
import type { WebStreams } from "../../src/streams/to-web.ts";
import { connectedPair } from "../../src/testing/connected-pair.ts";
import { until } from "../conformance/running.ts";
import { HalfClosingRecorder, Recorder } from "../conformance/stream-fixtures.ts";
import "../support/quiet-logs.ts";

function streamsAndPeer<P extends Recorder>(peer: P): { streams: WebStreams; peer: P } {
  const pair = connectedPair(new Protocol(), peer);
  return { streams: toWeb(pair.serverTransport), peer };
}

test("toWeb, readable, fills buffers of the reader's own, and ends", async () => {
  const { streams, peer } = streamsAndPeer(new Recorder());
  peer.transport.write("hello world");
  peer.transport.loseConnection();
  const reader = streams.readable.getReader({ mode: "byob" });
  const first = await reader.read(new Uint8Array(5));
  assert.equal(Buffer.from(first.value!).toString(), "hello");
  const second = await reader.read(new Uint8Array(100));
  assert.equal(Buffer.from(second.value!).toString(), " world");
  const last = await reader.read(new Uint8Array(5));
  assert.equal(last.done, true);
});

test("toWeb, close, ends our direction; the other goes on", async () => {
  const { streams, peer } = streamsAndPeer(new HalfClosingRecorder());
  const writer = streams.writable.getWriter();
  await writer.write("text ");
  await writer.write(Buffer.from("bytes"));
  await writer.close();
  await until(() => peer.events.includes("read lost"));
  assert.equal(peer.text, "text bytes");
  peer.transport.write("answer");
  peer.transport.loseConnection();
  let text = "";
  for await (const bytes of streams.readable) text += Buffer.from(bytes).toString();
  assert.equal(text, "answer");
});

test("toWeb, a connection that is lost, is the error of both", async () => {
  const { streams, peer } = streamsAndPeer(new Recorder());
  const reading = streams.readable.getReader().read();
  peer.transport.abortConnection();
  await assert.rejects(reading, { name: "ConnectionLost" });
  const writer = streams.writable.getWriter();
  await assert.rejects(writer.closed, { name: "ConnectionLost" });
  await assert.rejects(writer.write("x"), { name: "ConnectionLost" });
});

test("toWeb, a connection that is closed by others, refuses writes", async () => {
  const pair = connectedPair(new Protocol(), new Recorder());
  const streams = toWeb(pair.serverTransport);
  pair.serverTransport.loseConnection();
  for await (const _ of streams.readable) assert.fail("there is nothing to be read");
  await assert.rejects(streams.writable.getWriter().closed, /the connection is closed/);
});

test("toWeb, abort, aborts the connection", async () => {
  for (const reason of [new Error("enough"), "enough"]) {
    const { streams, peer } = streamsAndPeer(new Recorder());
    await streams.writable.abort(reason);
    await until(() => peer.lost !== undefined);
    assert.equal(peer.reason, "ConnectionLost");
  }
});

test("toWeb, cancel, receives no more, and closes when the writer does", async () => {
  const { streams, peer } = streamsAndPeer(new Recorder());
  const reader = streams.readable.getReader();
  const reading = reader.read();
  await reader.cancel();
  assert.equal((await reading).done, true);
  const writer = streams.writable.getWriter();
  await writer.write("still here");
  await until(() => peer.text === "still here");
  await writer.close();
  await until(() => peer.lost !== undefined);
  assert.equal(peer.reason, "ConnectionDone");

  const other = streamsAndPeer(new HalfClosingRecorder());
  await other.streams.writable.close();
  await other.streams.readable.cancel();
  // Nobody is there any more, which a peer that goes on notices when it writes.
  other.peer.transport.write("x");
  await until(() => other.peer.lost !== undefined);
});

test("toWeb, a reader with a buffer of its own, who waits when the end comes, is told of it", async () => {
  const { streams, peer } = streamsAndPeer(new Recorder());
  const reader = streams.readable.getReader({ mode: "byob" });
  peer.transport.write("abc");
  const first = await reader.read(new Uint8Array(2));
  assert.deepEqual([Buffer.from(first.value!).toString(), first.done], ["ab", false]);
  const second = await reader.read(new Uint8Array(2));
  assert.equal(Buffer.from(second.value!).toString(), "c");
  const waiting = reader.read(new Uint8Array(2));
  peer.transport.loseConnection();
  const last = await waiting;
  assert.deepEqual([last.value?.length, last.done], [0, true]);
});

test("toWeb, cancel, whatever becomes of the connection afterwards, is no error of the stream", async () => {
  const { streams, peer } = streamsAndPeer(new Recorder());
  const reader = streams.readable.getReader();
  const reading = reader.read();
  await reader.cancel();
  peer.transport.abortConnection();
  assert.equal((await reading).done, true);
  await reader.closed;
  const writer = streams.writable.getWriter();
  await assert.rejects(writer.closed, { name: "ConnectionLost" });
});

test("toWeb, a write that is under way when the connection is lost, fails", async () => {
  const { streams, peer } = streamsAndPeer(new Recorder());
  peer.transport.pauseProducing();
  const writer = streams.writable.getWriter();
  const closed = assert.rejects(writer.closed, { name: "ConnectionLost" });
  const writing = assert.rejects(writer.write(Buffer.alloc(10_000_000)), { name: "ConnectionLost" });
  await new Promise((resolve) => setImmediate(resolve));
  peer.transport.abortConnection();
  await writing;
  await closed;
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { Protocol } from "../../src/protocol/protocol.ts";
import { readable } from "../../src/streams/readable.ts";
import { connectedPair } from "../../src/testing/connected-pair.ts";
import { until } from "../conformance/running.ts";
import { HalfClosingRecorder, Recorder } from "../conformance/stream-fixtures.ts";
import "../support/quiet-logs.ts";

test("readable, gives what came before the end; what arrives before the first next is not lost", async () => {
  const pair = connectedPair(new Protocol(), new Recorder());
  const iteration = readable(pair.serverTransport);
  pair.clientTransport.write("early");
  pair.flush();
  pair.clientTransport.loseConnection();
  let text = "";
  for await (const chunk of iteration) text += chunk.toString();
  assert.equal(text, "early");
});

test("readable, the end of the peer's direction alone, leaves ours open", async () => {
  const peer = new HalfClosingRecorder();
  const pair = connectedPair(new Protocol(), peer);
  peer.transport.write("question");
  peer.transport.loseWriteConnection();
  for await (const chunk of readable(pair.serverTransport)) assert.equal(chunk.toString(), "question");
  pair.serverTransport.write("answer");
  pair.serverTransport.loseConnection();
  await until(() => peer.lost !== undefined);
  assert.deepEqual([peer.text, peer.reason], ["answer", "ConnectionDone"]);
});

test("readable, an end that is not clean, is thrown", async () => {
  const peer = new Recorder();
  const pair = connectedPair(new Protocol(), peer);
  const iteration = readable(pair.serverTransport);
  peer.transport.abortConnection();
  await assert.rejects(iteration.next(), { name: "ConnectionLost" });
});

test("readable, leaving the loop, closes once what was written is sent", async () => {
  const peer = new Recorder();
  const pair = connectedPair(new Protocol(), peer);
  peer.transport.write("hello");
  for await (const chunk of readable(pair.serverTransport)) {
    pair.serverTransport.write(chunk.toString().toUpperCase());
    break;
  }
  await until(() => peer.lost !== undefined);
  assert.deepEqual([peer.text, peer.reason], ["HELLO", "ConnectionDone"]);
});

test("readable, preventClose, leaves the connection for another iteration, paused meanwhile", async () => {
  const peer = new Recorder();
  const pair = connectedPair(new Protocol(), peer);
  peer.transport.write("one");
  for await (const chunk of readable(pair.serverTransport, { preventClose: true, highWaterMark: 1024 })) {
    assert.equal(chunk.toString(), "one");
    break;
  }
  const more = Buffer.alloc(1024 * 1024, "x");
  peer.transport.write(more);
  peer.transport.loseConnection();
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(peer.lost, undefined, "the rest waits at the peer");
  let received = 0;
  for await (const chunk of readable(pair.serverTransport)) received += chunk.length;
  assert.equal(received, more.length);
});

test("readable, a signal, ends it with its reason and aborts the connection", async () => {
  for (const when of ["before", "while waiting"] as const) {
    const peer = new Recorder();
    const pair = connectedPair(new Protocol(), peer);
    const controller = new AbortController();
    const reason = when === "before" ? new Error("never mind") : "never mind";
    if (when === "before") controller.abort(reason);
    const iteration = readable(pair.serverTransport, { signal: controller.signal });
    const next = iteration.next();
    controller.abort(reason);
    await assert.rejects(next, (error) => error === reason);
    assert.deepEqual(await iteration.next(), { done: true, value: undefined });
    await until(() => peer.lost !== undefined);
    assert.equal(peer.reason, "ConnectionLost");
  }
});

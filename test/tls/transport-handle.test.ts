import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { TransportHandle } from "../../src/tls/transport-handle.ts";
import { ConnectionDone, ConnectionLost } from "../../src/transport/errors.ts";
import type { StreamEvents } from "../../src/transport/stream-handle.ts";

function over(): { handle: TransportHandle; transport: StringTransport; events: string[] } {
  const events: string[] = [];
  const listener: StreamEvents = {
    protocol: { borrowsData: true },
    received: (data) => events.push(`received ${data.toString("latin1")}`),
    readingEnded: () => events.push("reading ended"),
    writingEnded: () => events.push("writing ended"),
    drained: () => events.push("drained"),
    closed: (error) => events.push(`closed ${error?.name ?? "cleanly"}`),
  };
  const handle = new TransportHandle();
  const transport = new StringTransport();
  handle.connect(listener);
  handle.over(transport);
  return { handle, transport, events };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("TransportHandle, sends, and passes on what the transport calls", () => {
  const { handle, transport, events } = over();
  handle.send([Buffer.from("a"), Buffer.from("b")]);
  assert.equal(transport.value(), "ab");
  assert.equal(handle.borrowsData, true);
  handle.dataReceived(Buffer.from("x"));
  handle.readConnectionLost();
  handle.connectionLost(new Failure(new ConnectionLost()));
  assert.deepEqual(events, ["received x", "reading ended", "closed ConnectionLost"]);
});

test("TransportHandle, a clean end is an end of reading first, once", () => {
  const first = over();
  first.handle.connectionLost(new Failure(new ConnectionDone()));
  assert.deepEqual(first.events, ["reading ended", "closed cleanly"]);
  const second = over();
  second.handle.readConnectionLost();
  second.handle.connectionLost(new Failure(new ConnectionDone()));
  assert.deepEqual(second.events, ["reading ended", "closed cleanly"]);
});

test("TransportHandle, pauses and resumes the transport, each once", () => {
  const { handle, transport } = over();
  handle.startReading();
  assert.equal(transport.producerState, "producing");
  handle.stopReading();
  handle.stopReading();
  assert.equal(transport.producerState, "paused");
  handle.startReading();
  assert.equal(transport.producerState, "producing");
});

test("TransportHandle, watches as a producer: too much is unsent while it is paused", async () => {
  const { handle, transport, events } = over();
  assert.equal(transport.producer, null);
  handle.watch(true);
  handle.watch(true);
  assert.equal(transport.producer, handle);
  assert.equal(handle.unsent, 0);
  handle.pauseProducing();
  assert.ok(handle.unsent > 64 * 1024);
  handle.reportEachDrain(true);
  handle.send([Buffer.from("x")]);
  await turn();
  assert.deepEqual(events, []);
  handle.resumeProducing();
  handle.resumeProducing();
  assert.deepEqual([handle.unsent, events], [0, ["drained"]]);
  handle.watch(false);
  assert.equal(transport.producer, null);
});

test("TransportHandle, reports each drain in a later turn, where that is wanted", async () => {
  const { handle, events } = over();
  handle.send([Buffer.from("x")]);
  await turn();
  assert.deepEqual(events, []);
  handle.reportEachDrain(true);
  handle.send([Buffer.from("x")]);
  handle.send([Buffer.from("x")]);
  assert.deepEqual(events, []);
  await turn();
  assert.deepEqual(events, ["drained"]);
});

test("TransportHandle, forgets what was too much when the transport stops it", () => {
  const { handle } = over();
  handle.watch(true);
  handle.pauseProducing();
  handle.stopProducing();
  assert.equal(handle.unsent, 0);
});

test("TransportHandle, closes politely, or at once; what does not close is aborted", async () => {
  const polite = over();
  polite.handle.watch(true);
  polite.handle.closeGracefully();
  assert.deepEqual([polite.transport.disconnecting, polite.transport.producer], [true, null]);
  const reset = over();
  reset.handle.reset();
  assert.equal(reset.transport.aborting, true);
  const stuck = over();
  stuck.handle.close();
  assert.equal(stuck.transport.aborting, false);
  await turn();
  assert.equal(stuck.transport.aborting, true);
  const quick = over();
  quick.handle.close();
  quick.handle.connectionLost(new Failure(new ConnectionDone()));
  await turn();
  assert.equal(quick.transport.aborting, false);
});

test("TransportHandle, ends writing where the transport can", async () => {
  const { handle, transport, events } = over();
  let ended = 0;
  Object.assign(transport, { loseWriteConnection: () => ended++ });
  handle.endWriting();
  await turn();
  assert.deepEqual([ended, events], [1, ["writing ended"]]);
});

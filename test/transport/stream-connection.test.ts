/** The connection over a handle that does what the test says; over real sockets it is tested by the conformance suites. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { UNIXAddress } from "../../src/transport/address.ts";
import { ConnectionLost } from "../../src/transport/errors.ts";
import { StreamConnection } from "../../src/transport/stream-connection.ts";
import type { StreamHandle } from "../../src/transport/stream-handle.ts";
import { WriteBatch } from "../../src/transport/write-batch.ts";
import { HalfClosingRecorder, Recorder } from "../conformance/stream-fixtures.ts";
import "../support/quiet-logs.ts";

class FakeHandle implements StreamHandle {
  connect(): void {}

  unsent = 0;
  readonly calls: string[] = [];
  send = (pieces: readonly Uint8Array[]): void => void this.calls.push(`send ${Buffer.concat(pieces).toString()}`);
  reportEachDrain = (enabled: boolean): void => void this.calls.push(`report ${enabled}`);
  startReading = (): void => void this.calls.push("start");
  stopReading = (): void => void this.calls.push("stop");
  endWriting = (): void => void this.calls.push("end");
  closeGracefully = (): void => void this.calls.push("close gracefully");
  close = (): void => void this.calls.push("close");
  reset = (): void => void this.calls.push("reset");
}

interface Fixture {
  readonly handle: FakeHandle;
  readonly protocol: Recorder;
  readonly connection: StreamConnection;
  readonly closed: Failure[];
}

function connect(protocol: Recorder = new Recorder()): Fixture {
  const handle = new FakeHandle();
  const closed: Failure[] = [];
  const addresses = { host: new UNIXAddress("/host"), peer: new UNIXAddress("/peer") };
  const owner = { connectionClosed: (_: StreamConnection, reason: Failure): void => void closed.push(reason) };
  const connection = new StreamConnection(protocol, handle, addresses, owner, new WriteBatch());
  connection.start();
  return { handle, protocol, connection, closed };
}

test("StreamConnection, connects its protocol and then reads", () => {
  const { handle, protocol, connection } = connect();
  assert.deepEqual(protocol.events, ["made"]);
  assert.deepEqual(handle.calls, ["start"]);
  assert.equal(String(connection.getHost()), 'UNIXAddress("/host")');
  assert.equal(String(connection.getPeer()), 'UNIXAddress("/peer")');
  assert.equal(connection.disconnecting, false);
});

test("StreamConnection.write, puts together what one event writes", () => {
  const { handle, protocol, connection } = connect();
  protocol.onData = ({ transport }) => {
    transport.write("a");
    transport.writeSequence(["b", "", Buffer.from("c")]);
  };
  connection.received(Buffer.from("x"));
  assert.deepEqual(handle.calls, ["start", "send abc"]);
});

test("StreamConnection, hears nothing more after abortConnection but the end", () => {
  const { handle, protocol, connection, closed } = connect();
  connection.abortConnection();
  connection.abortConnection();
  connection.received(Buffer.from("late"));
  connection.readingEnded();
  connection.writingEnded();
  connection.drained();
  connection.pauseProducing();
  connection.resumeProducing();
  connection.closed(new Error("reset"));
  connection.closed(undefined);
  assert.deepEqual(handle.calls.slice(0, 2), ["start", "reset"]);
  assert.deepEqual(protocol.events, ["made", "lost"]);
  assert.equal(protocol.reason, "ConnectionAborted");
  assert.equal(closed.length, 1);
});

test("StreamConnection, that waits to be closed, hears its peer no more", () => {
  const { handle, protocol, connection } = connect();
  connection.loseConnection();
  assert.equal(connection.disconnecting, true);
  connection.received(Buffer.from("last words"));
  assert.equal(protocol.text, "");
  assert.deepEqual(handle.calls, ["start", "stop", "close gracefully"]);
  connection.closed(undefined);
  assert.equal(connection.disconnecting, false);
});

test("StreamConnection.loseWriteConnection, waits for the producer, as loseConnection does", () => {
  const producer = { pauseProducing: () => {}, resumeProducing: () => {}, stopProducing: () => {} };
  const half = connect(new HalfClosingRecorder());
  half.connection.registerProducer(producer, true);
  half.connection.loseWriteConnection();
  assert.deepEqual(half.handle.calls, ["start"]);
  half.connection.unregisterProducer();
  assert.deepEqual(half.handle.calls, ["start", "report false", "end"]);
  half.connection.loseWriteConnection();
  assert.equal(half.handle.calls.length, 3);

  const whole = connect();
  whole.connection.registerProducer(producer, true);
  whole.connection.stopProducing();
  assert.deepEqual(whole.handle.calls, ["start", "stop"]);
  whole.connection.unregisterProducer();
  assert.deepEqual(whole.handle.calls, ["start", "stop", "report false", "close gracefully"]);
});

test("StreamConnection.loseConnection, tells a push producer, which may be without an end of its own", () => {
  const { handle, connection } = connect();
  const producer = {
    pauseProducing: () => {},
    resumeProducing: () => {},
    stopProducing: () => {},
    consumerDisconnecting: () => connection.unregisterProducer(),
  };
  connection.registerProducer(producer, true);
  connection.loseConnection();
  assert.deepEqual(handle.calls, ["start", "stop", "report false", "close gracefully"]);

  const pulled = connect();
  pulled.connection.registerProducer({ ...producer, consumerDisconnecting: () => assert.fail("it has an end") }, false);
  pulled.connection.loseConnection();
  assert.deepEqual(pulled.handle.calls.at(-1), "stop");
});

test("StreamConnection, pauses its producer by what waits here and below", () => {
  const { handle, connection } = connect();
  const events: string[] = [];
  const producer = {
    pauseProducing: () => events.push("pause"),
    resumeProducing: () => events.push("resume"),
    stopProducing: () => events.push("stop"),
  };
  connection.registerProducer(producer, true);
  handle.unsent = 64 * 1024;
  connection.write("x");
  assert.deepEqual(events, ["pause"]);
  connection.flush();
  connection.drained();
  assert.deepEqual(events, ["pause", "resume"]);
  connection.closed(undefined);
  assert.deepEqual(events, ["pause", "resume", "stop"]);
});

test("StreamConnection, sends what is large at once, and pauses its producer only where the handle does not take it", () => {
  const { handle, connection } = connect();
  const events: string[] = [];
  const producer = {
    pauseProducing: () => events.push("pause"),
    resumeProducing: () => events.push("resume"),
    stopProducing: () => events.push("stop"),
  };
  connection.registerProducer(producer, true);
  const sizes: number[] = [];
  handle.send = (pieces) => void sizes.push(Buffer.concat(pieces).length);
  connection.write(Buffer.alloc(200_000));
  assert.deepEqual([sizes, events], [[200_000], []]);
  handle.send = () => (handle.unsent = 100_000);
  connection.write(Buffer.alloc(200_000));
  assert.deepEqual(events, ["pause"]);
  // It drains by itself, for it is full.
  assert.ok(!handle.calls.includes("report true"));
  // What is written meanwhile may be taken in one go: that has to be told as well.
  connection.write("x");
  handle.unsent = 0;
  connection.drained();
  assert.deepEqual([events, handle.calls.includes("report true")], [["pause"], true]);
  connection.flush();
  handle.unsent = 0;
  connection.drained();
  assert.deepEqual(events, ["pause", "resume"]);
  connection.closed(undefined);
});

test("StreamConnection, pauses a producer whose piece the handle gathers and does not take", () => {
  const { handle, connection } = connect();
  const events: string[] = [];
  const producer = {
    pauseProducing: () => events.push("pause"),
    resumeProducing: () => events.push("resume"),
    stopProducing: () => events.push("stop"),
  };
  connection.registerProducer(producer, true);
  (handle as StreamHandle).gather = (piece) => {
    handle.unsent = piece.length - 1;
    return true;
  };
  connection.write("x");
  assert.deepEqual(events, []);
  connection.write(Buffer.alloc(100_000));
  assert.deepEqual(events, ["pause"]);
  assert.deepEqual(handle.calls, ["start"]);
});

test("StreamConnection, logs a producer that throws when it is stopped", () => {
  const logs = capturedLogs();
  const { connection, protocol } = connect();
  const stopProducing = (): never => {
    throw new Error("a broken producer");
  };
  connection.registerProducer({ pauseProducing: () => {}, resumeProducing: () => {}, stopProducing }, true);
  connection.closed(undefined);
  logs.stop();
  assert.equal(protocol.reason, "ConnectionDone");
  assert.equal(logs[0]?.logFailure?.getErrorMessage(), "a broken producer");
});

test("StreamConnection.closeNow, closes for the reason given, once", () => {
  const { handle, protocol, connection } = connect();
  connection.write("before");
  connection.closeNow(new Failure(new ConnectionLost("shutdown")));
  connection.closeNow(new Failure(new Error("again")));
  assert.deepEqual(handle.calls, ["start", "send before", "close"]);
  assert.equal(protocol.reason, "ConnectionLost");
  assert.equal(protocol.lost?.getErrorMessage(), "shutdown");
});

test("StreamConnection, that throws while it is being aborted, keeps the first reason", () => {
  const logs = capturedLogs();
  const { handle, protocol, connection } = connect();
  protocol.onData = ({ transport }) => {
    transport.abortConnection();
    throw new Error("after the end");
  };
  connection.received(Buffer.from("x"));
  connection.closed(undefined);
  logs.stop();
  assert.deepEqual(handle.calls, ["start", "reset"]);
  assert.equal(protocol.reason, "ConnectionAborted");
});

test("StreamConnection, paused from the start, reads when it is resumed", () => {
  const recorder = new Recorder();
  recorder.onMade = ({ transport }) => transport.pauseProducing();
  const { handle, connection } = connect(recorder);
  assert.deepEqual(handle.calls, ["stop"]);
  connection.pauseProducing();
  connection.resumeProducing();
  connection.resumeProducing();
  assert.deepEqual(handle.calls, ["stop", "start"]);
});

test("StreamConnection, names its protocol in the log by logPrefix or class", () => {
  const logs = capturedLogs();
  const broken = (): never => {
    throw new Error("broken");
  };
  const bare = { makeConnection: broken, dataReceived: broken, connectionLost: broken };
  const handle = new FakeHandle();
  const addresses = { host: new UNIXAddress(null), peer: new UNIXAddress(null) };
  const connection = new StreamConnection(bare, handle, addresses, { connectionClosed: () => {} }, new WriteBatch());
  connection.start();
  connection.closed(undefined);
  logs.stop();
  assert.deepEqual(handle.calls, ["close"]);
  assert.deepEqual(
    logs.map((event) => (event as { protocol?: unknown }).protocol),
    ["Object", "Object"],
  );
});

import assert from "node:assert/strict";
import { closeSync, openSync } from "node:fs";
import { test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { connectedPair } from "../../src/testing/connected-pair.ts";
import { NotTLSError } from "../../src/tls/errors.ts";
import { TLSHandle } from "../../src/tls/tls-handle.ts";
import { TLSContext } from "../../src/tls/tls-context.ts";
import type { TLSEngine, TLSEngineEvents, TLSEngineFactory, TLSSession } from "../../src/tls/tls-engine.ts";
import { FileTransfer } from "../../src/transport/file-transfer.ts";
import type { SecureStreamEvents, SecureStreamOptions } from "../../src/transport/secure-stream.ts";
import type { StreamEvents, StreamHandle } from "../../src/transport/stream-handle.ts";
import { Recorder } from "../conformance/stream-fixtures.ts";
import { until } from "../conformance/running.ts";
import { clientContext, serverContext } from "../conformance/tls-fixtures.ts";
import "../support/quiet-logs.ts";

const SESSION: TLSSession = {
  version: "TLSv1.3",
  cipher: "TLS_AES_128_GCM_SHA256",
  negotiatedProtocol: undefined,
  serverName: undefined,
  peerCertificates: [],
  reused: false,
};

/** An engine that works at once, and says what it is asked: its ciphertext is its plaintext. */
class SynchronousEngine implements TLSEngine {
  readonly borrowsCiphertext = true;
  unsent = 0;
  held = 0;
  readonly calls: string[];
  readonly events: TLSEngineEvents;
  declare sendNow?: (piece: Uint8Array) => boolean;
  lends = false;

  constructor(calls: string[], events: TLSEngineEvents) {
    this.calls = calls;
    this.events = events;
  }

  start(): void {
    this.calls.push("engine start");
  }
  receive(ciphertext: Buffer): void {
    this.events.plaintext(ciphertext);
  }
  receiveEnd(): void {
    this.calls.push("engine receive end");
  }
  send(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) this.events.ciphertext(piece, this.lends);
  }
  endSending(): void {
    this.calls.push("engine end");
    this.events.sendingEnded();
  }
  startDelivering(): void {
    this.calls.push("engine deliver");
  }
  stopDelivering(): void {
    this.calls.push("engine hold");
  }
  destroy(): void {
    this.calls.push("engine destroy");
  }
  exportKeyingMaterial(length: number): Buffer {
    return Buffer.alloc(length);
  }
}

class FakeLower implements StreamHandle {
  readonly calls: string[];
  unsent = 0;
  gathers = false;

  constructor(calls: string[]) {
    this.calls = calls;
  }
  connect(): void {}
  send(pieces: readonly Uint8Array[]): void {
    this.calls.push(`send ${Buffer.concat(pieces).toString()}`);
  }
  gather(piece: Uint8Array): boolean {
    if (this.gathers) this.calls.push(`gather ${Buffer.from(piece).toString()}`);
    return this.gathers;
  }
  reportEachDrain(enabled: boolean): void {
    this.calls.push(`report ${enabled}`);
  }
  startReading(): void {
    this.calls.push("read");
  }
  stopReading(): void {
    this.calls.push("stop");
  }
  endWriting(): void {}
  closeGracefully(): void {
    this.calls.push("close gracefully");
  }
  close(): void {
    this.calls.push("close");
  }
  reset(): void {
    this.calls.push("reset");
  }
}

function make(
  options: Partial<SecureStreamOptions> = {},
  context: TLSContext = new TLSContext(),
): {
  handle: TLSHandle;
  engine: SynchronousEngine;
  lower: FakeLower;
  calls: string[];
  clock: Clock;
} {
  const calls: string[] = [];
  const lower = new FakeLower(calls);
  const events: SecureStreamEvents = {
    protocol: { borrowsData: true },
    received: (data) => calls.push(`received ${data.toString()}`),
    readingEnded: () => calls.push("reading ended"),
    writingEnded: () => calls.push("writing ended"),
    drained: () => calls.push("drained"),
    closed: (error) => calls.push(`closed ${error?.name ?? "cleanly"}`),
    secured: () => calls.push("secured"),
  };
  let engine: SynchronousEngine | undefined;
  const engines: TLSEngineFactory = {
    name: "native",
    makeEngine: (_context, _side, engineEvents) => (engine = new SynchronousEngine(calls, engineEvents)),
    prepare: () => {},
  };
  const clock = new Clock();
  const handle = new TLSHandle(lower, events, engines, context, { isClient: true, clock, ...options });
  return { handle, engine: engine!, lower, calls, clock };
}

const record = (text: string): Buffer => Buffer.from(`\x16${text}`);

test("TLSHandle, reads for the handshake whether somebody wants to read or not", () => {
  const { handle, engine, calls } = make();
  handle.start();
  assert.deepEqual(calls, ["read", "engine start"]);
  engine.events.handshakeDone(SESSION);
  assert.deepEqual(calls.slice(2), ["stop", "secured"]);
  handle.startReading();
  handle.stopReading();
  assert.deepEqual(calls.slice(4), ["read", "engine deliver", "engine hold", "stop"]);
});

test("TLSHandle, what is lent is gathered, or copied; what is received may be lent to the engine", () => {
  const { handle, engine, lower, calls } = make();
  handle.start();
  engine.events.handshakeDone(SESSION);
  engine.lends = true;
  lower.gathers = true;
  handle.send([Buffer.from("a")]);
  lower.gathers = false;
  handle.send([Buffer.from("b")]);
  assert.deepEqual(calls.slice(-2), ["gather a", "send b"]);
  assert.deepEqual([handle.protocol.borrowsData, handle.borrowsPlaintext], [true, true]);
});

test("TLSHandle.gather, gives long pieces to an engine that can send at once, and nothing that would overtake others", () => {
  const { handle, engine, calls } = make();
  const long = Buffer.alloc(8 * 1024, "a");
  const fd = openSync(import.meta.filename, "r");
  try {
    handle.start();
    engine.sendNow = (piece): boolean => calls.push(`send now ${piece.length}`) > 0;
    assert.equal(handle.gather(long), false, "before the handshake");
    engine.events.handshakeDone(SESSION);
    assert.equal(handle.gather(long.subarray(1)), false, "short");
    assert.equal(handle.gather(long), true);
    assert.equal(calls.at(-1), "send now 8192");
    engine.unsent = 100_000;
    handle.sendFile(new FileTransfer(fd, { length: 10 }));
    assert.equal(handle.gather(long), false, "behind a file");
    engine.unsent = 0;
    handle.drained();
    engine.sendNow = (): boolean => false;
    assert.equal(handle.gather(long), false, "the engine cannot");
    handle.close();
    assert.equal(handle.gather(long), false, "closed");
  } finally {
    closeSync(fd);
  }
});

test("TLSHandle.gather, without an engine that can send at once, takes nothing", () => {
  const { handle, engine } = make();
  handle.start();
  engine.events.handshakeDone(SESSION);
  assert.equal(handle.gather(Buffer.alloc(8 * 1024)), false);
});

test("TLSHandle, a drain is one when neither the engine nor the handle below has anything left", () => {
  const { handle, engine, lower, calls } = make();
  handle.start();
  engine.events.handshakeDone(SESSION);
  handle.drained();
  handle.send([Buffer.from("a")]);
  engine.unsent = 1;
  handle.drained();
  engine.unsent = 0;
  lower.unsent = 1;
  engine.events.drained();
  assert.equal(handle.unsent, 1);
  lower.unsent = 0;
  handle.reportEachDrain(true);
  assert.ok(!calls.includes("drained"));
  handle.drained();
  handle.drained();
  assert.deepEqual(calls.filter((call) => call === "drained").length, 1);
});

test("TLSHandle.closeGracefully, says so, waits for the peer, and closes below", () => {
  const { handle, engine, calls, clock } = make();
  handle.start();
  engine.events.handshakeDone(SESSION);
  calls.length = 0;
  handle.closeGracefully();
  handle.closeGracefully();
  assert.deepEqual(calls, ["engine deliver", "read", "engine end"]);
  handle.received(record("too late"));
  engine.events.receivingEnded();
  assert.deepEqual(calls.slice(3), ["read", "engine destroy", "stop", "close gracefully"]);
  handle.closed(undefined);
  handle.closed(undefined);
  assert.equal(calls.filter((call) => call === "closed cleanly").length, 1);
  assert.deepEqual(clock.getDelayedCalls(), []);
});

test("TLSHandle.closeGracefully, does not wait for ever; for a slow reader it waits", () => {
  const { handle, engine, lower, calls, clock } = make({ closeTimeout: 7 });
  handle.start();
  engine.events.handshakeDone(SESSION);
  handle.closeGracefully();
  lower.unsent = 1;
  clock.advance(7);
  assert.ok(!calls.includes("close gracefully"));
  lower.unsent = 0;
  clock.advance(6.9);
  assert.ok(!calls.includes("close gracefully"));
  clock.advance(0.1);
  assert.ok(calls.includes("close gracefully"));
});

test("TLSHandle, when both ends have ended it closes below when it is told to, or when the peer is gone", () => {
  const { handle, engine, calls } = make();
  handle.start();
  engine.events.handshakeDone(SESSION);
  handle.startReading();
  engine.events.receivingEnded();
  engine.events.receivingEnded();
  assert.equal(calls.filter((call) => call === "reading ended").length, 1);
  handle.readingEnded();
  handle.endWriting();
  handle.endWriting();
  handle.closeGracefully();
  assert.ok(calls.includes("close gracefully"));
});

test("TLSHandle, in the handshake: ends writing, or closes, when it is done", () => {
  const ending = make();
  ending.handle.start();
  ending.handle.endWriting();
  assert.ok(!ending.calls.includes("engine end"));
  ending.engine.events.handshakeDone(SESSION);
  assert.ok(ending.calls.includes("engine end"));
  const closing = make();
  closing.handle.start();
  closing.engine.unsent = 1;
  closing.handle.closeGracefully();
  assert.ok(!closing.calls.includes("close gracefully"));
  closing.engine.events.handshakeDone(SESSION);
  assert.ok(closing.calls.includes("engine end"));
});

test("TLSHandle, a handshake that takes too long ends the connection", () => {
  const { handle, calls, clock } = make();
  handle.start();
  clock.advance(29.9);
  assert.ok(!calls.includes("close"));
  clock.advance(0.1);
  assert.deepEqual(calls.slice(-2), ["engine destroy", "close"]);
  handle.closed(undefined);
  assert.equal(calls.at(-1), "closed HandshakeTimeoutError");
  const patient = make({ handshakeTimeout: 0 });
  patient.handle.start();
  assert.deepEqual(patient.clock.getDelayedCalls(), []);
});

test("TLSHandle, in the handshake, does not take more than any handshake needs; what comes later waits below", () => {
  const { handle, calls } = make();
  handle.start();
  handle.startReading();
  for (let sent = 0; sent < 256 * 1024; sent += 1024) handle.received(Buffer.alloc(1024, 22));
  assert.ok(!calls.includes("stop"));
  handle.received(Buffer.alloc(1));
  assert.equal(calls.at(-1), "stop");
  handle.handshakeDone(SESSION);
  assert.deepEqual(calls.slice(-2), ["read", "secured"]);
});

test("TLSHandle, what is no TLS at all fails at the first byte", () => {
  const { handle, calls } = make();
  handle.start();
  handle.received(Buffer.from(""));
  handle.received(Buffer.from("SSH-2.0-OpenSSH"));
  handle.received(Buffer.from("more"));
  handle.closed(undefined);
  assert.equal(calls.at(-1), "closed NotTLSError");
  assert.equal(calls.filter((call) => call.startsWith("received")).length, 0);
});

test("TLSHandle, after a failure it gives the peer time to hear the alert, but not for ever", () => {
  const { handle, engine, calls, clock } = make();
  handle.start();
  engine.events.failed(new NotTLSError());
  engine.events.failed(new Error("again"));
  assert.equal(calls.at(-1), "close gracefully");
  handle.send([Buffer.from("late")]);
  handle.startReading();
  handle.readingEnded();
  clock.advance(5);
  assert.equal(calls.at(-1), "close");
});

test("TLSHandle, how it ends is what the handle below says, unless TLS knows better", () => {
  const ends: [(made: ReturnType<typeof make>) => void, Error | undefined, string][] = [
    [({ handle }) => handle.close(), undefined, "closed cleanly"],
    [({ handle }) => handle.reset(), undefined, "closed cleanly"],
    [() => {}, new Error("reset"), "closed Error"],
    [() => {}, undefined, "closed HandshakeTruncatedError"],
    [({ engine }) => engine.events.handshakeDone(SESSION), undefined, "closed TruncatedStreamError"],
  ];
  for (const [act, error, expected] of ends) {
    const made = make();
    made.handle.start();
    act(made);
    made.handle.closed(error);
    assert.equal(made.calls.at(-1), expected);
  }
});

test("TLSHandle, after the peer's close_notify nothing is taken from it", () => {
  const { handle, engine, calls } = make();
  handle.start();
  engine.events.handshakeDone(SESSION);
  handle.startReading();
  handle.received(record("a"));
  engine.events.receivingEnded();
  handle.received(record("b"));
  assert.deepEqual(
    calls.filter((call) => call.startsWith("received")),
    ["received \x16a"],
  );
});

test("TLSHandle, a program that throws when it is given a ticket is logged, and harms nothing", () => {
  const logs = capturedLogs();
  const context = new TLSContext({
    onSessionTicket: () => {
      throw new Error("no room for tickets");
    },
  });
  const { handle, engine, calls } = make({}, context);
  handle.start();
  engine.events.handshakeDone(SESSION);
  engine.events.sessionTicket(Buffer.from("ticket"));
  handle.send([Buffer.from("on")]);
  assert.equal(calls.at(-1), "send on");
  logs.stop();
  assert.equal(logs.filter((event) => event.logFailure?.getErrorMessage() === "no room for tickets").length, 1);
});

test("TLSHandle, of a real pair: a virtual clock, a peer that is silent", async () => {
  const clock = new Clock();
  const server = new Recorder();
  const pump = connectedPair(server, new Recorder(), { clock });
  pump.serverTransport.startTLS(serverContext(), { engine: "node" });
  pump.clientTransport.write(record("\x03\x01"));
  clock.advance(1);
  clock.advance(30);
  clock.advance(1);
  assert.equal(server.reason, "HandshakeTimeoutError");
});

test("TLSHandle, of a real pair: byte by byte, without a clock", async () => {
  const server = new Recorder();
  const client = new Recorder();
  const pump = connectedPair(server, client, { chunkSize: 1 });
  pump.serverTransport.startTLS(serverContext(), { engine: "node" });
  pump.clientTransport.startTLS(clientContext(), { engine: "node" });
  pump.clientTransport.write("hello");
  await until(() => server.text === "hello");
  pump.serverTransport.loseConnection();
  await until(() => server.lost !== undefined && client.lost !== undefined);
  assert.deepEqual([server.reason, client.reason], ["ConnectionDone", "ConnectionDone"]);
});

// The events of streams and of engines are different ones.
const _isStreamEvents: (handle: TLSHandle) => StreamEvents = (handle) => handle;
void _isStreamEvents;

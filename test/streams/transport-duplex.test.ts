/** What the suites over real connections do not see: `test/conformance/border.ts` is the other half. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LineReceiver } from "../../src/protocol/line-receiver.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import type { ProtocolLike } from "../../src/protocol/protocol.ts";
import { TransportDuplex } from "../../src/streams/transport-duplex.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { connectedPair } from "../../src/testing/connected-pair.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { PipeAddress } from "../../src/transport/address.ts";
import { ConnectionDone, ConnectionLost } from "../../src/transport/errors.ts";
import { until } from "../conformance/running.ts";
import { HalfClosingRecorder, Recorder } from "../conformance/stream-fixtures.ts";
import "../support/quiet-logs.ts";

/** A stream at one end of a connection in memory, a protocol at the other. */
function streamAndPeer(peer = new Recorder(), options = {}): { duplex: TransportDuplex; peer: Recorder } {
  const pair = connectedPair(new Protocol(), peer);
  return { duplex: new TransportDuplex(pair.serverTransport, options), peer };
}

/** A transport that only notes, with a protocol to be replaced. */
class NotingTransport extends StringTransport {
  protocol: ProtocolLike = new Protocol();
}

test("TransportDuplex, an end of the peer, is an end, and closes where both are done", async () => {
  const { duplex, peer } = streamAndPeer(new HalfClosingRecorder());
  const events: string[] = [];
  for (const event of ["end", "finish", "close"]) duplex.on(event, () => events.push(event));
  peer.transport.loseWriteConnection();
  duplex.resume();
  await until(() => events.includes("end"));
  duplex.end("goodbye");
  await until(() => events.includes("close"));
  assert.deepEqual(events, ["end", "finish", "close"]);
  await until(() => peer.lost !== undefined);
  assert.deepEqual([peer.text, peer.reason], ["goodbye", "ConnectionDone"]);
});

test("TransportDuplex, allowHalfOpen false, ends by itself", async () => {
  const { duplex, peer } = streamAndPeer(new HalfClosingRecorder(), { allowHalfOpen: false });
  peer.transport.loseWriteConnection();
  duplex.resume();
  await until(() => duplex.closed && peer.lost !== undefined);
  assert.equal(peer.reason, "ConnectionDone");
});

test("TransportDuplex, a peer that closes while nobody reads, leaves what it sent to be read", async () => {
  const { duplex, peer } = streamAndPeer();
  peer.transport.write("last words");
  peer.transport.loseConnection();
  await until(() => peer.lost !== undefined);
  duplex.end();
  let text = "";
  for await (const chunk of duplex) text += String(chunk);
  assert.equal(text, "last words");
  await until(() => duplex.closed);
});

test("TransportDuplex, a connection that is lost, is an error, and the write under way fails", async () => {
  const { duplex, peer } = streamAndPeer();
  const errors: unknown[] = [];
  duplex.on("error", (error) => errors.push(error)).resume();
  peer.transport.pauseProducing();
  const written: unknown[] = [];
  for (let n = 0; n < 40; n++) duplex.write(Buffer.alloc(100_000), (error) => written.push(error?.name));
  await new Promise((resolve) => setImmediate(resolve));
  peer.transport.abortConnection();
  await until(() => duplex.closed);
  assert.deepEqual(
    errors.map((error) => (error as Error).name),
    ["ConnectionLost"],
  );
  assert.equal(written.length, 40);
  assert.ok(written.at(-1) !== undefined);
  const late = await new Promise<unknown>((resolve) => duplex.write("x", resolve));
  assert.ok(late instanceof Error);
});

test("TransportDuplex, destroy, aborts; after end it sends first; after the peer's end it is polite", async () => {
  const aborted = streamAndPeer();
  aborted.duplex.write("x");
  aborted.duplex.destroy();
  await until(() => aborted.peer.lost !== undefined && aborted.duplex.closed);
  assert.equal(aborted.peer.reason, "ConnectionLost");

  const ended = streamAndPeer();
  const body = Buffer.alloc(1_000_000, "x");
  ended.duplex.write(body);
  ended.duplex.end(body);
  ended.duplex.destroy();
  ended.duplex.destroy();
  await until(() => ended.peer.lost !== undefined && ended.duplex.closed);
  assert.deepEqual([ended.peer.received.length, ended.peer.reason], [2_000_000, "ConnectionDone"]);

  const failed = streamAndPeer();
  failed.duplex.on("error", () => {}).end("x");
  failed.duplex.destroy(new Error("enough"));
  await until(() => failed.peer.lost !== undefined && failed.duplex.closed);
  assert.equal(failed.peer.reason, "ConnectionLost");

  const polite = streamAndPeer(new HalfClosingRecorder());
  polite.peer.transport.loseWriteConnection();
  polite.duplex.resume();
  await until(() => polite.duplex.readableEnded);
  polite.duplex.destroy();
  await until(() => polite.peer.lost !== undefined && polite.duplex.closed);
  assert.equal(polite.peer.reason, "ConnectionDone");
});

test("TransportDuplex, destroySoon, closes when everything is written; resetAndDestroy aborts", async () => {
  const { duplex, peer } = streamAndPeer();
  duplex.write("all of it");
  duplex.destroySoon();
  assert.equal(duplex.destroyed, false);
  await until(() => duplex.closed && peer.lost !== undefined);
  assert.deepEqual([peer.text, peer.reason], ["all of it", "ConnectionDone"]);
  duplex.destroySoon();

  const other = streamAndPeer();
  other.duplex.resetAndDestroy();
  await until(() => other.duplex.closed && other.peer.lost !== undefined);
  assert.equal(other.peer.reason, "ConnectionLost");
  assert.equal(other.duplex.resetAndDestroy().readyState, "closed");
});

test("TransportDuplex, what the former protocol has not looked at, comes first", async () => {
  class Upgrading extends LineReceiver {
    override lineReceived(): void {
      this.pauseProducing();
    }
  }
  const upgrading = new Upgrading();
  const pair = connectedPair(upgrading, new Protocol());
  pair.clientTransport.write("upgrade\r\nfirst ");
  pair.flush();
  const duplex = new TransportDuplex(pair.serverTransport);
  upgrading.transport.resumeProducing();
  pair.clientTransport.write("second");
  pair.clientTransport.loseConnection();
  let text = "";
  for await (const chunk of duplex) text += String(chunk);
  assert.equal(text, "first second");
});

test("TransportDuplex, of a closed connection or one with a producer, is refused", async () => {
  const pair = connectedPair(new Protocol(), new Protocol());
  const transport = pair.serverTransport;
  const former = transport.protocol;
  transport.registerProducer({ pauseProducing() {}, resumeProducing() {}, stopProducing() {} }, true);
  assert.throws(() => new TransportDuplex(transport), /expected it to be unregistered first/);
  assert.equal(transport.protocol, former);
  transport.unregisterProducer();
  transport.abortConnection();
  pair.flush();
  assert.throws(() => new TransportDuplex(transport), /it is closed, expected a connection/);
});

test("TransportDuplex, setTimeout, emits timeout when nothing happens, and not while something does", async () => {
  const transport = new NotingTransport();
  const duplex = new TransportDuplex(transport);
  let timeouts = 0;
  const count = (): void => void timeouts++;
  duplex.setTimeout(60_000, count);
  assert.equal(duplex.timeout, 60_000);
  duplex.setTimeout(0, count);
  assert.equal(duplex.listenerCount("timeout"), 0);
  duplex.setTimeout(1, count);
  await until(() => timeouts === 1);
  assert.equal(duplex.destroyed, false);
  transport.protocol.connectionLost(new Failure(new ConnectionDone()));
  duplex.setTimeout(1);
});

test("TransportDuplex, without addresses, has none; counts bytes", async () => {
  const address = new PipeAddress();
  const transport = Object.assign(new NotingTransport(), { hostAddr: address as never, peerAddr: address as never });
  const duplex = new TransportDuplex(transport);
  assert.deepEqual([duplex.remoteAddress, duplex.remotePort, duplex.remoteFamily], [undefined, undefined, undefined]);
  assert.deepEqual([duplex.localAddress, duplex.localPort, duplex.localFamily], [undefined, undefined, undefined]);
  assert.deepEqual([duplex.address(), duplex.encrypted, duplex.readyState], [{}, false, "open"]);
  duplex.write("abc");
  transport.protocol.dataReceived(Buffer.from("de"));
  assert.deepEqual([duplex.bytesWritten, duplex.bytesRead, transport.value()], [3, 2, "abc"]);
  duplex.setNoDelay(false).setKeepAlive();
  assert.deepEqual([transport.getTcpNoDelay(), transport.getTcpKeepAlive()], [false, false]);
});

test("TransportDuplex, over a transport that cannot close one direction, closes both at its end", async () => {
  const transport = Object.assign(new NotingTransport(), { loseWriteConnection: undefined as never });
  const duplex = new TransportDuplex(transport).resume();
  duplex.end("x");
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(transport.disconnecting, true);
  assert.equal(duplex.writableFinished, false);
  transport.protocol.connectionLost(new Failure(new ConnectionDone()));
  await until(() => duplex.closed);
  assert.equal(duplex.writableFinished, true);
});

test("TransportDuplex, pauses once what it keeps is enough, also within one tick", async () => {
  const transport = new NotingTransport();
  const duplex = new TransportDuplex(transport, { highWaterMark: 10 });
  transport.protocol.dataReceived(Buffer.from("123456"));
  assert.equal(transport.producerState, "producing");
  transport.protocol.dataReceived(Buffer.from("7890"));
  assert.equal(transport.producerState, "paused");
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(duplex.readableLength, 10);
  assert.equal(transport.producerState, "paused");
  assert.equal(String(duplex.read()), "1234567890");
  await until(() => transport.producerState === "producing");
  duplex.on("error", () => {});
  transport.protocol.connectionLost(new Failure(new ConnectionLost()));
  await until(() => duplex.closed);
});

test("TransportDuplex, what a listener throws, is the process's business and not the transport's", async () => {
  const { duplex, peer } = streamAndPeer();
  const thrown: unknown[] = [];
  const note = (error: unknown): void => void thrown.push(error);
  duplex.on("data", () => {
    throw new Error("a listener");
  });
  const listeners = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", note);
  try {
    peer.transport.write("x");
    await until(() => thrown.length === 1);
  } finally {
    process.off("uncaughtException", note);
    for (const listener of listeners) process.on("uncaughtException", listener);
  }
  assert.equal((thrown[0] as Error).message, "a listener");
  assert.equal(peer.lost, undefined);
  duplex.destroy();
  await until(() => peer.lost !== undefined);
});

import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ClientFactory, Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { connectedPair } from "../../src/testing/connected-pair.ts";
import { TLSMemoryBIOFactory, TLSMemoryBIOProtocol } from "../../src/tls/tls-memory-bio.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import type { PushProducer } from "../../src/transport/producer.ts";
import { HalfClosingRecorder, Recorder } from "../conformance/stream-fixtures.ts";
import { until } from "../conformance/running.ts";
import { clientContext, serverContext } from "../conformance/tls-fixtures.ts";
import "../support/quiet-logs.ts";

interface Ends {
  readonly server: Recorder;
  readonly client: Recorder;
}

/** TLS as often as wanted between two protocols over a pair in memory. */
function layered(layers: number, Class: new () => Recorder = Recorder): Ends {
  const server = new Class();
  const client = new Class();
  let below: [TLSMemoryBIOProtocol, TLSMemoryBIOProtocol] = [
    new TLSMemoryBIOProtocol(server, serverContext(), false, { engine: "node" }),
    new TLSMemoryBIOProtocol(client, clientContext(), true, { engine: "node" }),
  ];
  for (let layer = 1; layer < layers; layer++) {
    below = [
      new TLSMemoryBIOProtocol(below[0], serverContext(), false, { engine: "node" }),
      new TLSMemoryBIOProtocol(below[1], clientContext(), true, { engine: "node" }),
    ];
  }
  connectedPair(below[0], below[1]);
  return { server, client };
}

const bothLost = ({ server, client }: Ends): Promise<void> =>
  until(() => server.lost !== undefined && client.lost !== undefined, "both ends to be lost");

for (const layers of [1, 2, 3]) {
  test(`TLSMemoryBIOProtocol, ${layers} deep over a pair in memory, carries bytes and ends cleanly`, async () => {
    const ends = layered(layers);
    const bytes = Buffer.alloc(300_000, "x");
    ends.client.transport.write(bytes);
    ends.server.transport.write("hello");
    await until(() => ends.server.received.length === bytes.length && ends.client.text === "hello");
    ends.client.transport.loseConnection();
    await bothLost(ends);
    assert.deepEqual([ends.server.reason, ends.client.reason], ["ConnectionDone", "ConnectionDone"]);
  });
}

test("TLSMemoryBIOProtocol, has the addresses of the transport below, and the protocol above", () => {
  const ends = layered(1);
  assert.equal(String(ends.server.transport.getHost()), "IPv4Address(TCP, '10.0.0.1', 12345)");
  assert.equal(String(ends.client.transport.getPeer()), String(ends.server.transport.getHost()));
  const secured = ends.server.transport as unknown as TLSMemoryBIOProtocol;
  assert.equal(secured.wrappedProtocol, ends.server);
  assert.equal(secured.logPrefix(), "Recorder over TLS");
});

test("TLSMemoryBIOProtocol, pauses a push producer when the peer is slow, and resumes it", async () => {
  const ends = layered(1);
  ends.server.transport.pauseProducing();
  const events: string[] = [];
  const producer: PushProducer = {
    pauseProducing: () => events.push("pause"),
    resumeProducing: () => events.push("resume"),
    stopProducing: () => events.push("stop"),
  };
  ends.client.transport.registerProducer(producer, true);
  let written = 0;
  for (; !events.includes("pause") && written < 64 * 1024 * 1024; written += 65_536) {
    ends.client.transport.write(Buffer.alloc(65_536));
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(events, ["pause"]);
  ends.server.transport.resumeProducing();
  await until(() => events.length > 1, "the producer to be resumed");
  assert.deepEqual(events, ["pause", "resume"]);
  ends.client.transport.unregisterProducer();
  ends.client.transport.loseConnection();
  await bothLost(ends);
  assert.equal(ends.server.received.length, written);
});

test("TLSMemoryBIOProtocol, asks a pull producer for each piece", async () => {
  const ends = layered(1);
  let left = 20;
  ends.client.transport.registerProducer(
    {
      resumeProducing: () => {
        if (left-- > 0) ends.client.transport.write("piece ");
        else ends.client.transport.unregisterProducer();
      },
      stopProducing: () => {},
    },
    false,
  );
  await until(() => left < 0, "all pieces to be asked for");
  ends.client.transport.loseConnection();
  await bothLost(ends);
  assert.equal(ends.server.text, "piece ".repeat(20));
});

test("TLSMemoryBIOProtocol, sends a file no faster than the transport below takes it", async () => {
  const ends = layered(1);
  const folder = mkdtempSync(join(tmpdir(), "hawser-"));
  writeFileSync(join(folder, "file"), Buffer.alloc(2_000_000, "x"));
  const fd = openSync(join(folder, "file"), "r");
  ends.server.transport.pauseProducing();
  const connection = ends.client.transport as unknown as TLSMemoryBIOProtocol;
  let sent = 0;
  connection.sendFile(fd).addCallback((count) => (sent = count));
  ends.client.transport.write("end");
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(sent, 0);
  ends.server.transport.resumeProducing();
  await until(() => ends.server.received.length === 2_000_003 && sent === 2_000_000, "the file");
  assert.ok(ends.server.text.endsWith("xend"));
  closeSync(fd);
  rmSync(folder, { recursive: true });
  ends.client.transport.loseConnection();
  await bothLost(ends);
});

test("TLSMemoryBIOProtocol, aborts, and closes for a protocol that throws", async () => {
  const aborting = layered(1);
  aborting.client.transport.abortConnection();
  await bothLost(aborting);
  assert.equal(aborting.client.reason, "ConnectionAborted");
  const throwing = layered(1);
  throwing.server.onData = () => {
    throw new RangeError("a broken protocol");
  };
  throwing.client.transport.write("x");
  await bothLost(throwing);
  assert.equal(throwing.server.reason, "RangeError");
});

test("TLSMemoryBIOProtocol, half-closed goes on in the other direction", async () => {
  const ends = layered(1, HalfClosingRecorder);
  ends.client.transport.loseWriteConnection();
  await until(() => ends.server.events.includes("read lost"));
  ends.server.transport.write("still here");
  await until(() => ends.client.text === "still here");
  assert.ok(ends.client.events.includes("write lost"));
  ends.server.transport.loseConnection();
  await bothLost(ends);
  assert.deepEqual([ends.server.reason, ends.client.reason], ["ConnectionDone", "ConnectionDone"]);
});

test("TLSMemoryBIOFactory, builds what the factory builds, in TLS, and tells it everything", () => {
  const told: string[] = [];
  class Wrapped extends ClientFactory {
    override noisy = false;
    override startFactory(): void {
      told.push("start");
    }
    override stopFactory(): void {
      told.push("stop");
    }
    override startedConnecting(): void {
      told.push("connecting");
    }
    override clientConnectionFailed(): void {
      told.push("failed");
    }
    override clientConnectionLost(): void {
      told.push("lost");
    }
  }
  const wrapped = new Wrapped();
  wrapped.protocol = Protocol;
  const factory = new TLSMemoryBIOFactory(clientContext(), true, wrapped);
  const address = new IPv4Address("TCP", "127.0.0.1", 1);
  factory.doStart();
  factory.startedConnecting(undefined as never);
  assert.ok(factory.buildProtocol(address)?.wrappedProtocol instanceof Protocol);
  factory.clientConnectionFailed(undefined as never, undefined as never);
  factory.clientConnectionLost(undefined as never, undefined as never);
  factory.doStop();
  assert.deepEqual(told, ["start", "connecting", "failed", "lost", "stop"]);
  wrapped.buildProtocol = () => null;
  assert.equal(factory.buildProtocol(address), null);
  assert.match(factory.toString(), /^<Wrapped over TLS>$/);
});

test("TLSMemoryBIOFactory, of a server needs to be told nothing about connecting, and needs a certificate", () => {
  const servers = Factory.forProtocol(Protocol);
  const factory = new TLSMemoryBIOFactory(serverContext(), false, servers);
  factory.startedConnecting(undefined as never);
  assert.throws(() => new TLSMemoryBIOFactory(clientContext(), false, servers), /no certificate/);
  assert.throws(() => new TLSMemoryBIOFactory({} as never, false, servers), TypeError);
});

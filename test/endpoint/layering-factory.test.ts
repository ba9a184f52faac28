import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { LayeringFactory } from "../../src/endpoint/layering-factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import type { ProtocolLike } from "../../src/protocol/protocol.ts";
import { connectedPair } from "../../src/testing/connected-pair.ts";
import { optionsForClientTLS } from "../../src/tls/options-for-client-tls.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import type { Transport } from "../../src/transport/transport.ts";
import { until } from "../conformance/running.ts";
import { RecordingFactory } from "../conformance/stream-fixtures.ts";
import { authority, signedFor } from "../support/authority.ts";

const ADDRESS = new IPv4Address("TCP", "192.0.2.1", 1);
const server = signedFor(["localhost"]).options();
const client = optionsForClientTLS("localhost", { trustRoot: authority });

/** A transport that is no connection of a reactor: another protocol stands before it. */
class Relay extends Protocol {
  readonly #above: ProtocolLike;

  constructor(above: ProtocolLike) {
    super();
    this.#above = above;
  }

  override connectionMade(): void {
    const { transport } = this;
    const relayed: Transport = Object.assign(Object.create(null) as Transport, {
      write: (data: Uint8Array) => transport.write(data),
      writeSequence: (pieces: Iterable<Uint8Array>) => transport.writeSequence(pieces),
      loseConnection: () => transport.loseConnection(),
      abortConnection: () => transport.abortConnection(),
      getPeer: () => transport.getPeer(),
      getHost: () => transport.getHost(),
      registerProducer: transport.registerProducer.bind(transport),
      unregisterProducer: transport.unregisterProducer.bind(transport),
      pauseProducing: () => transport.pauseProducing(),
      resumeProducing: () => transport.resumeProducing(),
      stopProducing: () => transport.stopProducing(),
    });
    this.#above.makeConnection(relayed);
  }

  override dataReceived(data: Buffer): void {
    this.#above.dataReceived(data);
  }

  override connectionLost(reason: Failure): void {
    this.#above.connectionLost(reason);
  }
}

for (const relay of [false, true]) {
  const over = relay ? "another transport" : "a connection of a reactor";
  test(`LayeringFactory, over ${over}, puts TLS between it and the protocol`, async () => {
    const servers = new RecordingFactory((end) => (end.onData = ({ transport }, data) => transport.write(data)));
    const clients = new RecordingFactory((end) => {
      end.onMade = ({ transport }) => transport.write("hello");
      end.onData = ({ transport }) => transport.loseConnection();
    });
    const wrap = (protocol: ProtocolLike): ProtocolLike => (relay ? new Relay(protocol) : protocol);
    const above = new LayeringFactory(servers, server, { isClient: false }).buildProtocol(ADDRESS)!;
    const below = new LayeringFactory(clients, client, { isClient: true }).buildProtocol(ADDRESS)!;
    assert.equal(above.protocol, servers.only);
    connectedPair(wrap(above), wrap(below));
    await until(() => clients.only.lost !== undefined && servers.only.lost !== undefined);
    assert.deepEqual([clients.only.text, clients.only.reason], ["hello", "ConnectionDone"]);
    assert.deepEqual([servers.only.text, servers.only.reason], ["hello", "ConnectionDone"]);
  });
}

test("LayeringFactory, hands on its life and what is not connected", () => {
  const factory = new RecordingFactory();
  const layering = new LayeringFactory(factory, server, {});
  layering.doStart();
  layering.doStop();
  assert.deepEqual(factory.events, ["start", "stop"]);
  const protocol = layering.buildProtocol(ADDRESS)!;
  assert.equal(protocol.logPrefix(), "Recorder");
  protocol.readConnectionLost();
  protocol.writeConnectionLost();
  protocol.dataReceived(Buffer.from("x"));
  protocol.connectionLost(new Failure(new ConnectionDone()));
  assert.equal(factory.only.reason, "ConnectionDone");
  factory.buildProtocol = () => null;
  assert.equal(layering.buildProtocol(ADDRESS), null);
});

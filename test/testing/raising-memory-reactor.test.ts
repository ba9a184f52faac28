import assert from "node:assert/strict";
import { QuietUNIX } from "../support/unix-datagrams.ts";
import { describe, test } from "node:test";
import { DatagramProtocol } from "../../src/protocol/datagram-protocol.ts";
import { AccumulatingProtocolFactory } from "../../src/testing/accumulating-protocol-factory.ts";
import { RaisingMemoryReactor } from "../../src/testing/raising-memory-reactor.ts";

class Quiet extends DatagramProtocol {
  override noisy = false;
}

const FACTORY = new AccumulatingProtocolFactory();

const LISTENING: readonly ((reactor: RaisingMemoryReactor) => unknown)[] = [
  (reactor) => reactor.listenTCP(1, FACTORY),
  (reactor) => reactor.listenSSL(1, FACTORY, {}),
  (reactor) => reactor.listenUNIX("/run/s", FACTORY),
  (reactor) => reactor.listenUDP(1, new Quiet()),
  (reactor) => reactor.listenMulticast(1, new Quiet()),
  (reactor) => reactor.listenUNIXDatagram("/run/s", new QuietUNIX()),
  (reactor) => reactor.adoptStreamPort(3, "ipv4", FACTORY),
  (reactor) => reactor.adoptDatagramPort(3, "ipv4", new Quiet()),
];

const CONNECTING: readonly ((reactor: RaisingMemoryReactor) => unknown)[] = [
  (reactor) => reactor.connectTCP("127.0.0.1", 1, FACTORY),
  (reactor) => reactor.connectSSL("127.0.0.1", 1, FACTORY, {}),
  (reactor) => reactor.connectUNIX("/run/s", FACTORY),
  (reactor) => reactor.connectUNIXDatagram("/run/s", new QuietUNIX()),
  (reactor) => reactor.adoptStreamConnection(3, "ipv4", FACTORY),
];

function recordedBy(reactor: RaisingMemoryReactor): number {
  const { tcpServers, sslServers, unixServers, udpPorts, multicastPorts, unixDatagramPorts, adoptedPorts } = reactor;
  const { tcpClients, sslClients, unixClients, unixDatagramClients, adoptedStreamConnections } = reactor;
  const servers = [tcpServers, sslServers, unixServers, udpPorts, multicastPorts, unixDatagramPorts, adoptedPorts];
  const clients = [tcpClients, sslClients, unixClients, unixDatagramClients, adoptedStreamConnections];
  return [...servers, ...clients].flat().length;
}

describe("RaisingMemoryReactor", () => {
  test("throws its errors and records nothing", () => {
    const [listenException, connectException] = [new Error("listen"), new Error("connect")];
    const reactor = new RaisingMemoryReactor(listenException, connectException);
    for (const call of LISTENING) assert.throws(() => call(reactor), listenException);
    for (const call of CONNECTING) assert.throws(() => call(reactor), connectException);
    assert.equal(recordedBy(reactor), 0);
  });

  test("with one error only, works as a memory reactor where it has none", () => {
    const error = new Error("no");
    const listens = new RaisingMemoryReactor(undefined, error);
    for (const call of LISTENING) call(listens);
    for (const call of CONNECTING) assert.throws(() => call(listens), error);
    assert.equal(recordedBy(listens), LISTENING.length);
    const connects = new RaisingMemoryReactor(error);
    for (const call of CONNECTING) call(connects);
    for (const call of LISTENING) assert.throws(() => call(connects), error);
    assert.equal(recordedBy(connects), CONNECTING.length);
  });
});

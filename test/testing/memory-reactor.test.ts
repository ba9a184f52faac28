import assert from "node:assert/strict";
import { QuietUNIX } from "../support/unix-datagrams.ts";
import { describe, test } from "node:test";
import { DatagramProtocol } from "../../src/protocol/datagram-protocol.ts";
import { ClientFactory } from "../../src/protocol/factory.ts";
import { NotSupportedByReactorError } from "../../src/reactor/errors.ts";
import { ProcessProtocol } from "../../src/protocol/process-protocol.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { failureResultOf, successResultOf } from "../../src/testing/deferred-results.ts";
import { FakeConnector } from "../../src/testing/fake-connector.ts";
import { FakeDatagramTransport } from "../../src/testing/fake-datagram-transport.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { SynchronousResolver } from "../../src/testing/synchronous-resolver.ts";
import { IPv4Address, IPv6Address, UNIXAddress } from "../../src/transport/address.ts";
import { DNSLookupError } from "../../src/transport/errors.ts";
import type { Connector, MulticastTransport } from "../../src/transport/transport.ts";

class Factory extends ClientFactory {
  readonly started: Connector[] = [];
  override startedConnecting(connector: Connector): void {
    this.started.push(connector);
  }
}

class Quiet extends DatagramProtocol<MulticastTransport> {
  override noisy = false;
}

const DESCRIPTOR = { fileno: () => 3, doRead() {}, doWrite() {}, connectionLost() {} };

describe("MemoryReactor: streams", () => {
  test("listenTCP, records with defaults and answers a port", () => {
    const reactor = new MemoryReactor();
    const factory = new Factory();
    const port = reactor.listenTCP(80, factory);
    reactor.listenTCP(81, factory, { backlog: 5, interface: "127.0.0.1" });
    assert.deepEqual(reactor.tcpServers, [
      { port: 80, factory, backlog: 50, interface: "" },
      { port: 81, factory, backlog: 5, interface: "127.0.0.1" },
    ]);
    assert.deepEqual(port.getHost(), new IPv4Address("TCP", "0.0.0.0", 80));
    successResultOf(port.whenListening());
    successResultOf(port.stopListening());
  });

  test("listenTCP, answers a port at the interface that was given", () => {
    const reactor = new MemoryReactor();
    const hosts = ["127.0.0.1", "::1"].map((host) =>
      reactor.listenTCP(1, new Factory(), { interface: host }).getHost(),
    );
    assert.deepEqual(hosts, [new IPv4Address("TCP", "127.0.0.1", 1), new IPv6Address("TCP", "::1", 1)]);
  });

  test("connectTCP, records with defaults, tells the factory and answers its connector", () => {
    const reactor = new MemoryReactor();
    const factory = new Factory();
    const connector = reactor.connectTCP("example.com", 80, factory);
    const bindAddress = { host: "127.0.0.1", port: 0 };
    const other = reactor.connectTCP("::1", 81, factory, { timeout: 5, bindAddress });
    assert.deepEqual(reactor.tcpClients, [
      { host: "example.com", port: 80, factory, timeout: 30, bindAddress: null, connector },
      { host: "::1", port: 81, factory, timeout: 5, bindAddress, connector: other },
    ]);
    assert.deepEqual(factory.started, [connector, other]);
    assert.deepEqual(reactor.connectors, [connector, other]);
    assert.deepEqual(connector.getDestination(), new IPv4Address("TCP", "example.com", 80));
    assert.deepEqual(other.getDestination(), new IPv6Address("TCP", "::1", 81));
    assert.equal(connector.state, "connecting");
  });

  test("connect of a connector, records the request again", () => {
    const reactor = new MemoryReactor();
    const factory = new Factory();
    const connector = reactor.connectTCP("example.com", 80, factory);
    connector.stopConnecting();
    connector.connect();
    assert.equal(reactor.tcpClients.length, 2);
    assert.deepEqual(reactor.tcpClients[1], reactor.tcpClients[0]);
    assert.deepEqual(factory.started, [connector, connector]);
    assert.deepEqual(reactor.connectors, [connector]);
  });

  test("ports that are none, are refused and not recorded", () => {
    const reactor = new MemoryReactor();
    for (const port of [-1, 65536, 1.5]) {
      assert.throws(() => reactor.listenTCP(port, new Factory()), RangeError);
      assert.throws(() => reactor.connectTCP("::1", port, new Factory()), RangeError);
      assert.throws(() => reactor.listenUDP(port, new Quiet()), RangeError);
    }
    assert.deepEqual([reactor.tcpServers, reactor.tcpClients, reactor.udpPorts], [[], [], []]);
  });

  test("listenSSL and connectSSL, record the context", () => {
    const reactor = new MemoryReactor();
    const factory = new Factory();
    const contextFactory = {};
    const port = reactor.listenSSL(443, factory, contextFactory, { interface: "::1" });
    const connector = reactor.connectSSL("example.com", 443, factory, contextFactory, { timeout: 1 });
    assert.deepEqual(reactor.sslServers, [{ port: 443, factory, contextFactory, backlog: 50, interface: "::1" }]);
    assert.deepEqual(reactor.sslClients, [
      { host: "example.com", port: 443, factory, contextFactory, timeout: 1, bindAddress: null, connector },
    ]);
    assert.deepEqual(port.getHost(), new IPv6Address("TCP", "::1", 443));
    assert.deepEqual(factory.started, [connector]);
    reactor.listenSSL(443, factory, contextFactory);
    reactor.connectSSL("example.com", 443, factory, contextFactory);
    assert.deepEqual([reactor.sslServers.length, reactor.sslClients[1]!.timeout], [2, 30]);
  });

  test("listenUNIX and connectUNIX, record with defaults", () => {
    const reactor = new MemoryReactor();
    const factory = new Factory();
    const port = reactor.listenUNIX("/run/s", factory);
    reactor.listenUNIX("/run/t", factory, { backlog: 1, mode: 0o600, wantPID: true });
    const connector = reactor.connectUNIX("/run/s", factory);
    const other = reactor.connectUNIX("/run/t", factory, { timeout: 1, checkPID: true });
    assert.deepEqual(reactor.unixServers, [
      { address: "/run/s", factory, backlog: 50, mode: 0o666, wantPID: false },
      { address: "/run/t", factory, backlog: 1, mode: 0o600, wantPID: true },
    ]);
    assert.deepEqual(reactor.unixClients, [
      { address: "/run/s", factory, timeout: 30, checkPID: false, connector },
      { address: "/run/t", factory, timeout: 1, checkPID: true, connector: other },
    ]);
    assert.deepEqual(port.getHost(), new UNIXAddress("/run/s"));
    assert.deepEqual(connector.getDestination(), new UNIXAddress("/run/s"));
    assert.ok(connector instanceof FakeConnector);
  });

  test("adoptStreamPort and adoptStreamConnection, record", () => {
    const reactor = new MemoryReactor();
    const factory = new Factory();
    const hosts = (["ipv4", "ipv6", "unix"] as const).map((family) =>
      reactor.adoptStreamPort(3, family, factory).getHost(),
    );
    reactor.adoptStreamConnection(4, "ipv4", factory);
    assert.deepEqual(hosts, [
      new IPv4Address("TCP", "0.0.0.0", 1234),
      new IPv6Address("TCP", "::", 1234),
      new UNIXAddress(null),
    ]);
    assert.deepEqual(reactor.adoptedPorts[1], { fd: 3, family: "ipv6", factory });
    assert.deepEqual(reactor.adoptedStreamConnections, [{ fd: 4, family: "ipv4", factory }]);
    assert.throws(() => reactor.adoptStreamPort(3, "ipx" as "ipv4", factory), TypeError);
    assert.equal(reactor.adoptedPorts.length, 3);
  });
});

describe("MemoryReactor: datagrams", () => {
  test("listenUDP, starts the protocol on a fake transport", () => {
    const reactor = new MemoryReactor();
    const protocol = new Quiet();
    const transport = reactor.listenUDP(53, protocol);
    assert.ok(transport instanceof FakeDatagramTransport);
    assert.equal(protocol.transport, transport);
    assert.deepEqual(transport.getHost(), new IPv4Address("UDP", "0.0.0.0", 53));
    assert.deepEqual(reactor.udpPorts, [{ port: 53, protocol, interface: "", maxPacketSize: 8192, transport }]);
    protocol.transport.write("x", { host: "127.0.0.1", port: 1 });
    assert.equal(transport.written.length, 1);
    assert.equal(protocol.numPorts, 1);
    successResultOf(transport.stopListening());
    assert.equal(protocol.numPorts, 0);
  });

  test("listenMulticast, records its option and starts the protocol", () => {
    const reactor = new MemoryReactor();
    const protocol = new Quiet();
    const options = { interface: "::1", maxPacketSize: 10, listenMultiple: true };
    const transport = reactor.listenMulticast(53, protocol, options);
    assert.deepEqual(reactor.multicastPorts, [{ port: 53, protocol, ...options, transport }]);
    assert.deepEqual(transport.getHost(), new IPv6Address("UDP", "::1", 53));
    assert.equal(protocol.transport, transport);
    reactor.listenMulticast(54, new Quiet());
    assert.equal(reactor.multicastPorts[1]?.listenMultiple, false);
  });

  test("listenUNIXDatagram and connectUNIXDatagram, record", () => {
    const reactor = new MemoryReactor();
    const protocol = new QuietUNIX();
    const port = reactor.listenUNIXDatagram("/run/d", protocol);
    const client = reactor.connectUNIXDatagram("/run/d", protocol, { maxPacketSize: 10 });
    assert.deepEqual(reactor.unixDatagramPorts, [{ address: "/run/d", protocol, maxPacketSize: 8192 }]);
    assert.deepEqual(reactor.unixDatagramClients, [{ address: "/run/d", protocol, maxPacketSize: 10 }]);
    assert.deepEqual(port.getHost(), new UNIXAddress("/run/d"));
    assert.deepEqual(client.getHost(), new UNIXAddress(null));
    reactor.listenUNIXDatagram("/run/e", protocol, { maxPacketSize: 20 });
    reactor.connectUNIXDatagram("/run/e", protocol);
    assert.deepEqual(
      [reactor.unixDatagramPorts[1]?.maxPacketSize, reactor.unixDatagramClients[1]?.maxPacketSize],
      [20, 8192],
    );
  });

  test("adoptDatagramPort, records and starts the protocol", () => {
    const reactor = new MemoryReactor();
    const protocol = new Quiet();
    const transport = reactor.adoptDatagramPort(5, "ipv6", protocol);
    assert.deepEqual(reactor.adoptedPorts, [{ fd: 5, family: "ipv6", protocol, maxPacketSize: 8192, transport }]);
    assert.deepEqual(transport.getHost(), new IPv6Address("UDP", "::", 1234));
    assert.equal(protocol.transport, transport);
    const other = reactor.adoptDatagramPort(6, "ipv4", new Quiet(), { maxPacketSize: 1 });
    assert.deepEqual(other.getHost(), new IPv4Address("UDP", "0.0.0.0", 1234));
  });
});

describe("MemoryReactor: descriptors", () => {
  test("readers and writers, are kept once and can be removed", () => {
    const reactor = new MemoryReactor();
    const other = { ...DESCRIPTOR };
    reactor.addReader(DESCRIPTOR);
    reactor.addReader(DESCRIPTOR);
    reactor.addReader(other);
    reactor.addWriter(DESCRIPTOR);
    assert.deepEqual([...reactor.readers], [DESCRIPTOR, other]);
    assert.deepEqual([...reactor.writers], [DESCRIPTOR]);
    reactor.removeReader(other);
    reactor.removeReader(other);
    assert.deepEqual(reactor.getReaders(), [DESCRIPTOR]);
    assert.deepEqual(reactor.getWriters(), [DESCRIPTOR]);
    reactor.removeWriter(DESCRIPTOR);
    assert.deepEqual(reactor.getWriters(), []);
  });

  test("removeAll, answers each descriptor once", () => {
    const reactor = new MemoryReactor();
    const other = { ...DESCRIPTOR };
    reactor.addReader(DESCRIPTOR);
    reactor.addWriter(DESCRIPTOR);
    reactor.addWriter(other);
    assert.deepEqual(reactor.removeAll(), [DESCRIPTOR, other]);
    assert.deepEqual([reactor.getReaders(), reactor.getWriters()], [[], []]);
  });
});

describe("MemoryReactor: names", () => {
  test("resolve, asks the resolver that is installed", () => {
    const reactor = new MemoryReactor();
    failureResultOf(reactor.resolve("example.com"), DNSLookupError);
    const resolver = new SynchronousResolver({ "example.com": ["::1", "192.0.2.1"] });
    const previous = reactor.installNameResolver(resolver);
    assert.ok(previous instanceof SynchronousResolver);
    assert.equal(reactor.nameResolver, resolver);
    assert.equal(successResultOf(reactor.resolve("example.com")), "192.0.2.1");
  });
});

test("MemoryReactor.spawnProcess, records the call and connects the protocol", () => {
  const reactor = new MemoryReactor();
  const protocol = new ProcessProtocol();
  const transport = reactor.spawnProcess(protocol, "/usr/bin/wc", ["wc", "-l"], { path: "/" });
  reactor.spawnProcess(null, "/bin/true");
  assert.equal(protocol.transport, transport);
  const [first, second] = reactor.spawnedProcesses;
  assert.deepEqual(first, {
    protocol,
    executable: "/usr/bin/wc",
    args: ["wc", "-l"],
    options: { path: "/" },
    transport,
  });
  assert.deepEqual([second?.protocol, second?.args, second?.options], [null, [], {}]);
  assert.notEqual(second?.transport.pid, transport.pid);
});

test("MemoryReactor, is a reactor, and refuses what it has no means for", () => {
  const reactor: Reactor = new MemoryReactor();
  for (const call of [() => reactor.seconds(), () => reactor.callLater(0, () => {})]) {
    assert.throws(call, (error) => {
      assert.ok(error instanceof NotSupportedByReactorError);
      assert.match(error.message, /^Cannot \w+: the memory reactor has no means for it, use /);
      return true;
    });
  }
  assert.deepEqual(reactor.getDelayedCalls(), []);
});

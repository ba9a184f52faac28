import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { InvalidStateError } from "../../src/errors.ts";
import type { ProtocolLike } from "../../src/protocol/protocol.ts";
import { AccumulatingProtocolFactory } from "../../src/testing/accumulating-protocol-factory.ts";
import { AccumulatingProtocol } from "../../src/testing/accumulating-protocol.ts";
import { ConnectionCompleter } from "../../src/testing/connection-completer.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { IPv4Address, IPv6Address } from "../../src/transport/address.ts";
import type { Address } from "../../src/transport/address.ts";
import { ConnectionAborted, ConnectionDone, ConnectionRefusedError, TimeoutError } from "../../src/transport/errors.ts";
import type { Connector } from "../../src/transport/transport.ts";

/** Notes what it is told, and builds what a test wants. */
class Factory extends AccumulatingProtocolFactory {
  readonly events: string[] = [];
  readonly addresses: Address[] = [];
  refuses = false;
  onLost: (connector: Connector) => void = () => {};

  override buildProtocol(address: Address): AccumulatingProtocol | null {
    this.addresses.push(address);
    return this.refuses ? null : super.buildProtocol(address);
  }

  override startedConnecting(connector: Connector): void {
    this.events.push(`started ${connector.state}`);
  }

  override clientConnectionFailed(connector: Connector, reason: Failure): void {
    this.events.push(`failed ${connector.state} ${reason.type?.name}`);
  }

  override clientConnectionLost(connector: Connector, reason: Failure): void {
    this.events.push(`lost ${connector.state} ${reason.type?.name}`);
    this.onLost(connector);
  }
}

function setUp() {
  const reactor = new MemoryReactor();
  const [server, client] = [new Factory(), new Factory()];
  reactor.listenTCP(80, server);
  const connector = reactor.connectTCP("192.0.2.1", 80, client);
  return { reactor, server, client, connector, completer: new ConnectionCompleter(reactor, { automatic: false }) };
}

describe("ConnectionCompleter.succeedOnce", () => {
  test("connects the first client with the server of its port", () => {
    const { reactor, server, client, connector, completer } = setUp();
    const pump = completer.succeedOnce()!;
    assert.deepEqual(reactor.tcpClients, []);
    assert.equal(connector.state, "connected");
    pump.clientTransport.write("hello");
    pump.flush();
    assert.equal((pump.server as AccumulatingProtocol).data.toString(), "hello");
    assert.equal((pump.client as AccumulatingProtocol).factory, client);
    assert.equal((pump.server as AccumulatingProtocol).factory, server);
    assert.equal(completer.succeedOnce(), undefined);
  });

  test("gives the factories the addresses of each other", () => {
    const { server, client, completer, reactor } = setUp();
    const pump = completer.succeedOnce()!;
    assert.deepEqual(client.addresses, [new IPv4Address("TCP", "192.0.2.1", 80)]);
    assert.deepEqual(server.addresses, [new IPv4Address("TCP", "192.168.1.1", 54321)]);
    assert.equal(pump.clientTransport.getPeer(), client.addresses[0]);
    const bindAddress = { host: "127.0.0.9", port: 99 };
    reactor.connectTCP("::1", 80, client, { bindAddress });
    completer.succeedOnce();
    assert.deepEqual(client.addresses[1], new IPv6Address("TCP", "::1", 80));
    assert.deepEqual(server.addresses[1], new IPv4Address("TCP", "127.0.0.9", 99));
    const given = new IPv6Address("TCP", "::2", 2);
    reactor.connectTCP("::1", 80, client);
    const other = new ConnectionCompleter(reactor, { serverAddress: given, clientAddress: given }).succeedOnce()!;
    assert.deepEqual([other.serverTransport.getHost(), other.clientTransport.getHost()], [given, given]);
  });

  test("connects nobody where the ports differ, or nothing is connecting", () => {
    const reactor = new MemoryReactor();
    const completer = new ConnectionCompleter(reactor);
    assert.equal(completer.succeedOnce(), undefined);
    reactor.listenTCP(80, new Factory());
    reactor.connectTCP("192.0.2.1", 81, new Factory());
    const stopped = reactor.connectTCP("192.0.2.1", 80, new Factory());
    stopped.stopConnecting();
    assert.equal(completer.succeedOnce(), undefined);
    assert.equal(reactor.tcpClients.length, 2);
    const wanted = reactor.connectTCP("192.0.2.1", 80, new Factory());
    assert.ok(completer.succeedOnce());
    assert.equal(wanted.state, "connected");
  });

  test("tells the client's factory of the end, which may connect again", () => {
    const { client, connector, completer } = setUp();
    client.onLost = (lost) => lost.connect();
    const pump = completer.succeedOnce()!;
    pump.serverTransport.loseConnection();
    pump.flush();
    assert.deepEqual(client.events, ["started connecting", "lost disconnected ConnectionDone", "started connecting"]);
    assert.equal(connector.state, "connecting");
    assert.ok(completer.succeedOnce());
  });

  test("disconnect of the connector, closes the connection", () => {
    const { server, client, connector, completer } = setUp();
    const pump = completer.succeedOnce()!;
    connector.disconnect();
    assert.equal(connector.state, "connected");
    pump.flush();
    assert.equal(connector.state, "disconnected");
    assert.deepEqual(client.events.slice(1), ["lost disconnected ConnectionDone"]);
    assert.deepEqual(server.events, []);
    connector.connect();
    connector.disconnect();
    assert.equal(connector.state, "disconnected");
  });

  test("a reason, is that of the client's end", () => {
    const { client, completer } = setUp();
    const pump = completer.succeedOnce()!;
    pump.clientTransport.abortConnection();
    pump.flush();
    assert.deepEqual(client.events.slice(1), [`lost disconnected ${ConnectionAborted.name}`]);
  });

  test("a server's factory that builds no protocol, closes the connection", () => {
    const { server, client, completer } = setUp();
    server.refuses = true;
    const pump = completer.succeedOnce()!;
    pump.flush();
    const protocol = pump.client as AccumulatingProtocol;
    assert.deepEqual([protocol.made, protocol.closedReason?.type], [true, ConnectionDone]);
    assert.deepEqual(client.events.slice(1), ["lost disconnected ConnectionDone"]);
  });

  test("a client's factory that builds no protocol, closes the connection", () => {
    const { client, completer } = setUp();
    client.refuses = true;
    const pump = completer.succeedOnce()!;
    pump.flush();
    assert.equal((pump.server as AccumulatingProtocol).closedReason?.type, ConnectionDone);
    assert.deepEqual(client.events.slice(1), ["lost disconnected ConnectionDone"]);
  });

  test("takes factories of any kind", () => {
    const { reactor, completer } = setUp();
    const protocol = new AccumulatingProtocol();
    const bare = { buildProtocol: (): ProtocolLike => protocol, doStart() {}, doStop() {} };
    reactor.tcpServers.length = 0;
    reactor.listenTCP(80, bare);
    assert.equal(completer.succeedOnce()?.server, protocol);
  });
});

describe("ConnectionCompleter.failOnce", () => {
  test("tells the client's factory that the connection was refused", () => {
    const { reactor, client, connector, completer } = setUp();
    completer.failOnce();
    assert.deepEqual(client.events.slice(1), [`failed disconnected ${ConnectionRefusedError.name}`]);
    assert.equal(connector.state, "disconnected");
    assert.deepEqual(reactor.tcpClients, []);
  });

  test("takes the reason, as an error or a failure", () => {
    for (const reason of [new TimeoutError("late"), new Failure(new TimeoutError("late"))]) {
      const { client, completer } = setUp();
      completer.failOnce(reason);
      assert.deepEqual(client.events.slice(1), [`failed disconnected ${TimeoutError.name}`]);
    }
  });

  test("is refused where nothing is connecting", () => {
    const { connector, completer } = setUp();
    connector.stopConnecting();
    assert.throws(() => completer.failOnce(), InvalidStateError);
    assert.throws(() => new ConnectionCompleter(new MemoryReactor()).failOnce(), InvalidStateError);
  });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  TCP4ClientEndpoint,
  TCP4ServerEndpoint,
  TCP6ClientEndpoint,
  TCP6ServerEndpoint,
} from "../../src/endpoint/tcp.ts";
import { assertNoResult, failureResultOf, successResultOf } from "../../src/testing/deferred-results.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { HostnameAddress } from "../../src/transport/address.ts";
import { ConnectingCancelledError, ConnectionRefusedError, DNSLookupError } from "../../src/transport/errors.ts";
import { Listener, ListenerFactory, ManualResolver, hostsTried, letConnect, letFail } from "./attempts.ts";

test("TCP4ServerEndpoint, listen, gives the reactor the port, the factory and the options", () => {
  const reactor = new MemoryReactor();
  const factory = new ListenerFactory();
  const port = successResultOf(new TCP4ServerEndpoint(reactor, 80).listen(factory));
  assert.equal(port.getHost().toString(), "IPv4Address(TCP, '0.0.0.0', 80)");
  successResultOf(new TCP4ServerEndpoint(reactor, 81, { interface: "127.0.0.1", backlog: 7 }).listen(factory));
  assert.deepEqual(reactor.tcpServers, [
    { port: 80, factory, backlog: 50, interface: "" },
    { port: 81, factory, backlog: 7, interface: "127.0.0.1" },
  ]);
});

test("TCP6ServerEndpoint, listen, is on all IPv6 addresses unless told otherwise", () => {
  const reactor = new MemoryReactor();
  const factory = new ListenerFactory();
  successResultOf(new TCP6ServerEndpoint(reactor, 80).listen(factory));
  successResultOf(new TCP6ServerEndpoint(reactor, 81, { interface: "::1", backlog: 7 }).listen(factory));
  assert.deepEqual(reactor.tcpServers, [
    { port: 80, factory, backlog: 50, interface: "::" },
    { port: 81, factory, backlog: 7, interface: "::1" },
  ]);
});

test("TCP4ClientEndpoint, connect, gives the reactor the host, the port and the options, and fires with the protocol", () => {
  const reactor = new MemoryReactor();
  const connected = new TCP4ClientEndpoint(reactor, "192.0.2.1", 80).connect(new ListenerFactory());
  const bindAddress = { host: "127.0.0.1" };
  const refused = new TCP4ClientEndpoint(reactor, "192.0.2.2", 81, { timeout: 5, bindAddress }).connect(
    new ListenerFactory(),
  );
  const asked = reactor.tcpClients.map(({ host, port, timeout, bindAddress: from }) => ({ host, port, timeout, from }));
  assert.deepEqual(asked, [
    { host: "192.0.2.1", port: 80, timeout: 30, from: null },
    { host: "192.0.2.2", port: 81, timeout: 5, from: bindAddress },
  ]);
  letConnect(reactor, 0);
  letFail(reactor, 1);
  const protocol: Listener = successResultOf(connected);
  assert.deepEqual(protocol.heard, ["connectionMade"]);
  failureResultOf(refused, ConnectionRefusedError);
});

test("TCP6ClientEndpoint, connect to an address, looks nothing up", () => {
  const reactor = new MemoryReactor();
  const connected = new TCP6ClientEndpoint(reactor, "::1", 80, { timeout: 5 }).connect(new ListenerFactory());
  assert.equal(reactor.tcpClients[0]?.timeout, 5);
  letConnect(reactor, 0);
  assert.ok(successResultOf(connected) instanceof Listener);
});

test("TCP6ClientEndpoint, connect to a name, connects to its first IPv6 address", () => {
  const reactor = new MemoryReactor();
  const resolver = new ManualResolver();
  reactor.installNameResolver(resolver);
  const connected = new TCP6ClientEndpoint(reactor, "host.example", 80).connect(new ListenerFactory());
  assert.equal(resolver.hostName, "host.example");
  assert.deepEqual(resolver.options, { port: 80, addressTypes: ["ipv6"] });
  resolver.find("2001:db8::1", "2001:db8::2");
  resolver.complete();
  assert.deepEqual(hostsTried(reactor), ["2001:db8::1"]);
  letConnect(reactor, 0);
  assert.ok(successResultOf(connected) instanceof Listener);
});

test("TCP6ClientEndpoint, connect to a name without an IPv6 address, fails with DNSLookupError", () => {
  const reactor = new MemoryReactor();
  const connected = new TCP6ClientEndpoint(reactor, "192.0.2.1", 80).connect(new ListenerFactory());
  failureResultOf(connected, DNSLookupError);
});

test("TCP6ClientEndpoint, cancelled during the lookup, gives it up and fails with ConnectingCancelledError", () => {
  const reactor = new MemoryReactor();
  const resolver = new ManualResolver();
  reactor.installNameResolver(resolver);
  const connected = new TCP6ClientEndpoint(reactor, "host.example", 80).connect(new ListenerFactory());
  connected.cancel("enough");
  assert.equal(resolver.isCancelled, true);
  const failure = failureResultOf(connected, ConnectingCancelledError);
  assert.deepEqual(failure.value.address, new HostnameAddress("host.example", 80));
  assert.equal(failure.cause, "enough");
});

test("TCP6ClientEndpoint, cancelled during the attempt, stops it", () => {
  const reactor = new MemoryReactor();
  const resolver = new ManualResolver();
  reactor.installNameResolver(resolver);
  const connected = new TCP6ClientEndpoint(reactor, "host.example", 80).connect(new ListenerFactory());
  resolver.find("2001:db8::1");
  assertNoResult(connected);
  connected.cancel();
  assert.equal(reactor.connectors[0]?.stoppedConnecting, true);
  failureResultOf(connected, ConnectingCancelledError);
});

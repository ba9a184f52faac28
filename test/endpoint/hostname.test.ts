import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { HostnameEndpoint } from "../../src/endpoint/hostname.ts";
import type { HostnameEndpointOptions } from "../../src/endpoint/hostname.ts";
import { assertNoResult, failureResultOf, successResultOf } from "../../src/testing/deferred-results.ts";
import { MemoryReactorClock } from "../../src/testing/memory-reactor-clock.ts";
import { SynchronousResolver } from "../../src/testing/synchronous-resolver.ts";
import { HostnameAddress, IPv6Address } from "../../src/transport/address.ts";
import {
  ConnectingCancelledError,
  ConnectionRefusedError,
  DNSLookupError,
  InvalidAddressError,
  TimeoutError,
} from "../../src/transport/errors.ts";
import { Listener, ListenerFactory, ManualResolver, hostsTried, letConnect, letFail } from "./attempts.ts";

const HOSTS = { "host.example": ["192.0.2.1", "2001:db8::1", "192.0.2.2"] };

function reactorWith(hosts: Record<string, readonly string[]> = HOSTS): MemoryReactorClock {
  const reactor = new MemoryReactorClock();
  reactor.installNameResolver(new SynchronousResolver(hosts));
  return reactor;
}

test("HostnameEndpoint, connect, tries the addresses of the host in turn, and fires with the first protocol", () => {
  const reactor = reactorWith();
  const factory = new ListenerFactory();
  const connected = new HostnameEndpoint(reactor, "host.example", 80).connect(factory);
  assert.deepEqual(hostsTried(reactor), ["2001:db8::1"]);
  reactor.pump([0.3, 0.3]);
  assert.deepEqual(hostsTried(reactor), ["2001:db8::1", "192.0.2.1", "192.0.2.2"]);
  letConnect(reactor, 1);
  const protocol: Listener = successResultOf(connected);
  assert.deepEqual(protocol.heard, ["connectionMade"]);
  assert.deepEqual(
    reactor.connectors.map(({ stoppedConnecting }) => stoppedConnecting),
    [true, false, true],
  );
  assert.deepEqual(reactor.getDelayedCalls(), []);
});

test("HostnameEndpoint, the options, go to the reactor and to the timing", () => {
  const reactor = reactorWith({ "host.example": ["2001:db8::1", "192.0.2.1"] });
  const options: HostnameEndpointOptions = {
    timeout: 9,
    attemptDelay: 1,
    bindAddress: { port: 4000 },
    firstFamily: "ipv4",
  };
  const connected = new HostnameEndpoint(reactor, "host.example", 8080, options).connect(new ListenerFactory());
  const [first] = reactor.tcpClients;
  assert.deepEqual(
    { host: first?.host, port: first?.port, timeout: first?.timeout, bindAddress: first?.bindAddress },
    { host: "192.0.2.1", port: 8080, timeout: 9, bindAddress: { port: 4000 } },
  );
  reactor.advance(0.99);
  assert.equal(reactor.tcpClients.length, 1);
  reactor.advance(0.01);
  assert.equal(reactor.tcpClients.length, 2);
  reactor.advance(8);
  failureResultOf(connected, TimeoutError);
});

test("HostnameEndpoint, a timeout of 0, is no limit", () => {
  const reactor = reactorWith();
  const connected = new HostnameEndpoint(reactor, "host.example", 80, { timeout: 0 }).connect(new ListenerFactory());
  assert.equal(reactor.tcpClients[0]?.timeout, 0);
  reactor.advance(1e6);
  assertNoResult(connected);
  connected.addErrback(() => {}).cancel();
});

test("HostnameEndpoint, where all addresses refuse, fails with the last refusal", () => {
  const reactor = reactorWith({ "host.example": ["192.0.2.1", "192.0.2.2"] });
  const connected = new HostnameEndpoint(reactor, "host.example", 80).connect(new ListenerFactory());
  letFail(reactor, 0);
  letFail(reactor, 1, new ConnectionRefusedError("the last"));
  assert.equal(failureResultOf(connected, ConnectionRefusedError).getErrorMessage(), "the last");
});

test("HostnameEndpoint, a port that does not exist, is not tried on every address", () => {
  const reactor = reactorWith();
  let attempts = 0;
  reactor.connectTCP = () => {
    attempts++;
    throw new RangeError("no such port");
  };
  failureResultOf(new HostnameEndpoint(reactor, "host.example", 99999).connect(new ListenerFactory()), RangeError);
  assert.equal(attempts, 1);
});

test("HostnameEndpoint, an address instead of a name, is connected to", () => {
  const reactor = reactorWith();
  const connected = new HostnameEndpoint(reactor, "::1", 80).connect(new ListenerFactory());
  letConnect(reactor, 0);
  assert.ok(successResultOf(connected) instanceof Listener);
  assert.deepEqual(hostsTried(reactor), ["::1"]);
});

test("HostnameEndpoint, an address that needs a scope, is connected to with it", () => {
  const reactor = new MemoryReactorClock();
  reactor.installNameResolver({
    resolveHostName(receiver, name) {
      receiver.addressResolved(new IPv6Address("TCP", "fe80::1", 80, 0, "eth0"));
      receiver.resolutionComplete();
      return { name, cancel: () => {} };
    },
  });
  const connected = new HostnameEndpoint(reactor, "host.example", 80).connect(new ListenerFactory());
  assert.deepEqual(hostsTried(reactor), ["fe80::1%eth0"]);
  connected.addErrback(() => {}).cancel();
});

test("HostnameEndpoint, a name beyond ASCII, is looked up in IDNA", () => {
  const reactor = new MemoryReactorClock();
  const resolver = new SynchronousResolver({ "xn--bcher-kva.example": "192.0.2.1" });
  reactor.installNameResolver(resolver);
  const connected = new HostnameEndpoint(reactor, "bücher.example", 80).connect(new ListenerFactory());
  assert.deepEqual(resolver.lookups, ["xn--bcher-kva.example"]);
  connected.cancel();
  const { address } = failureResultOf(connected, ConnectingCancelledError).value;
  assert.deepEqual(address, new HostnameAddress("xn--bcher-kva.example", 80));
});

test("HostnameEndpoint, what is no name, fails with InvalidAddressError, and nothing is looked up", () => {
  const reactor = new MemoryReactorClock();
  const resolver = new SynchronousResolver();
  reactor.installNameResolver(resolver);
  const failure = failureResultOf(
    new HostnameEndpoint(reactor, "host.example\0.evil", 80).connect(new ListenerFactory()),
    InvalidAddressError,
  );
  assert.equal(failure.value.address, "host.example\0.evil");
  assert.match(failure.getErrorMessage(), /"host\.example\\u0000\.evil"/);
  assert.deepEqual(resolver.lookups, []);
});

test("HostnameEndpoint, a name without addresses, fails with DNSLookupError", () => {
  failureResultOf(
    new HostnameEndpoint(reactorWith(), "other.example", 80).connect(new ListenerFactory()),
    DNSLookupError,
  );
});

test("HostnameEndpoint, a resolver that throws, fails with that", () => {
  const reactor = new MemoryReactorClock();
  const error = new RangeError("broken");
  reactor.installNameResolver({
    resolveHostName() {
      throw error;
    },
  });
  const connected = new HostnameEndpoint(reactor, "host.example", 80).connect(new ListenerFactory());
  assert.equal(failureResultOf(connected).value, error);
  assert.deepEqual(reactor.getDelayedCalls(), []);
});

test("HostnameEndpoint, a resolver installed later, is asked", () => {
  const reactor = new MemoryReactorClock();
  const endpoint = new HostnameEndpoint(reactor, "host.example", 80);
  reactor.installNameResolver(new SynchronousResolver(HOSTS));
  const connected = endpoint.connect(new ListenerFactory());
  assert.equal(reactor.tcpClients.length, 1);
  connected.addErrback(() => {}).cancel();
});

test("HostnameEndpoint, to connect from an address, asks for addresses of its family", () => {
  for (const [host, expected] of [
    ["127.0.0.1", ["ipv4"]],
    ["::1", ["ipv6"]],
    [undefined, undefined],
  ] as const) {
    const reactor = new MemoryReactorClock();
    const resolver = new ManualResolver();
    reactor.installNameResolver(resolver);
    const bindAddress = host === undefined ? { port: 4000 } : { host };
    const connected = new HostnameEndpoint(reactor, "host.example", 80, { bindAddress }).connect(new ListenerFactory());
    assert.deepEqual(resolver.options.addressTypes, expected);
    assert.equal(resolver.options.port, 80);
    connected.addErrback(() => {}).cancel();
    assert.equal(resolver.isCancelled, true);
  }
});

test("HostnameEndpoint, connect twice, are two attempts", () => {
  const reactor = reactorWith({ "host.example": ["192.0.2.1"] });
  const endpoint = new HostnameEndpoint(reactor, "host.example", 80);
  const first = endpoint.connect(new ListenerFactory());
  const second = endpoint.connect(new ListenerFactory());
  letConnect(reactor, 0);
  letConnect(reactor, 1);
  assert.notEqual(successResultOf(first), successResultOf(second));
});

test("HostnameEndpoint, options that make no sense, are refused", () => {
  const reactor = new MemoryReactorClock();
  const make = (options: object) => () => new HostnameEndpoint(reactor, "host.example", 80, options);
  assert.throws(() => new HostnameEndpoint(reactor, 80 as unknown as string, 80), TypeError);
  assert.throws(make({ timeout: -1 }), /Cannot use -1 as timeout: expected a number of seconds, 0 or more/);
  assert.throws(make({ attemptDelay: Number.NaN }), RangeError);
  assert.throws(make({ resolutionDelay: -0.1 }), RangeError);
  assert.throws(make({ attemptDelay: "1" }), TypeError);
  assert.throws(make({ firstFamily: "ipx" }), /"ipv4" or "ipv6"/);
});

test("HostnameEndpoint, as text, shows the host as it is looked up", () => {
  const reactor = new MemoryReactorClock();
  const text = (host: string): string => new HostnameEndpoint(reactor, host, 80).toString();
  assert.equal(text("www.example.com"), "<HostnameEndpoint www.example.com:80>");
  assert.equal(text("bücher.example"), "<HostnameEndpoint xn--bcher-kva.example:80>");
  assert.equal(text("::1"), "<HostnameEndpoint [::1]:80>");
  assert.equal(text("a b"), '<HostnameEndpoint "a b":80>');
  assert.equal(inspect(new HostnameEndpoint(reactor, "::1", 80)), "<HostnameEndpoint [::1]:80>");
});

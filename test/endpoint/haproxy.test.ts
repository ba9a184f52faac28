import assert from "node:assert/strict";
import { test } from "node:test";
import { proxyEndpoint } from "../../src/endpoint/haproxy.ts";
import { serverFromString } from "../../src/endpoint/server-from-string.ts";
import { TCP4ServerEndpoint } from "../../src/endpoint/tcp.ts";
import { SSL4ServerEndpoint, wrapServerTLS } from "../../src/endpoint/tls.ts";
import { ProxyFactory } from "../../src/protocol/haproxy/proxy-factory.ts";
import { successResultOf } from "../../src/testing/deferred-results.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { signedFor } from "../support/authority.ts";
import { ListenerFactory } from "./attempts.ts";

// Over real sockets: tls-suite.ts.

test("proxyEndpoint, stands between the port and whatever is above, TLS as well", () => {
  const contextFactory = signedFor(["localhost"]).options();
  const factory = new ListenerFactory();
  const endpoints = [
    (reactor: MemoryReactor) => proxyEndpoint(new TCP4ServerEndpoint(reactor, 80)),
    (reactor: MemoryReactor) => proxyEndpoint(new SSL4ServerEndpoint(reactor, 80, contextFactory)),
    (reactor: MemoryReactor) => proxyEndpoint(wrapServerTLS(contextFactory, new TCP4ServerEndpoint(reactor, 80))),
    (reactor: MemoryReactor) => wrapServerTLS(contextFactory, proxyEndpoint(new TCP4ServerEndpoint(reactor, 80))),
    (reactor: MemoryReactor) => serverFromString(reactor, "haproxy:tcp:80"),
  ];
  for (const makeEndpoint of endpoints) {
    const reactor = new MemoryReactor();
    successResultOf(makeEndpoint(reactor).listen(factory));
    assert.equal(reactor.sslServers.length, 0);
    assert.ok(reactor.tcpServers[0]!.factory instanceof ProxyFactory);
  }
});

test("serverFromString, haproxy:, wraps a description, or complains", () => {
  const reactor = new MemoryReactor();
  assert.throws(() => serverFromString(reactor, "haproxy:"), /it wraps nothing/);
  assert.throws(() => serverFromString(reactor, "haproxy"), /it wraps nothing/);
  assert.throws(() => serverFromString(reactor, "haproxy:nothing:80"), /"nothing" is no kind of server endpoint/);
});

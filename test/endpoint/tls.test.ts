import assert from "node:assert/strict";
import { test } from "node:test";
import { SSL4ClientEndpoint, SSL4ServerEndpoint, wrapClientTLS, wrapServerTLS } from "../../src/endpoint/tls.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { TCP4ClientEndpoint, TCP4ServerEndpoint } from "../../src/endpoint/tcp.ts";
import { successResultOf } from "../../src/testing/deferred-results.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { optionsForClientTLS } from "../../src/tls/options-for-client-tls.ts";
import type { TLSContextFactory } from "../../src/transport/secure-stream.ts";
import { signedFor } from "../support/authority.ts";
import "../support/quiet-logs.ts";
import { ListenerFactory } from "./attempts.ts";
import { tlsEndpointSuite } from "./tls-suite.ts";

tlsEndpointSuite("node", () => new NodeReactor());

const contextFactory = signedFor(["localhost"]).options();
const creator = optionsForClientTLS("localhost");

test("SSL4ServerEndpoint and SSL4ClientEndpoint, ask the reactor with defaults", () => {
  const reactor = new MemoryReactor();
  const factory = new ListenerFactory();
  successResultOf(new SSL4ServerEndpoint(reactor, 8443, contextFactory).listen(factory));
  assert.deepEqual(reactor.sslServers, [{ port: 8443, factory, contextFactory, backlog: 50, interface: "" }]);
  const connecting = new SSL4ClientEndpoint(reactor, "192.0.2.1", 443, creator).connect(factory);
  connecting.addErrback(() => {});
  const { host, port, timeout } = reactor.sslClients[0]!;
  assert.deepEqual([host, port, timeout], ["192.0.2.1", 443, 30]);
  connecting.cancel();
});

test("endpoints with TLS, what is no context factory, or for the other side, is refused when they are made", () => {
  const reactor = new MemoryReactor();
  const none = {} as TLSContextFactory;
  const below = new TCP4ServerEndpoint(reactor, 1);
  assert.throws(() => new SSL4ServerEndpoint(reactor, 1, none), TypeError);
  assert.throws(() => new SSL4ServerEndpoint(reactor, 1, creator), /for clients/);
  assert.throws(() => new SSL4ClientEndpoint(reactor, "a", 1, none), TypeError);
  assert.throws(() => wrapServerTLS(creator, below), TypeError);
  assert.throws(() => wrapClientTLS(none, new TCP4ClientEndpoint(reactor, "a", 1)), TypeError);
});

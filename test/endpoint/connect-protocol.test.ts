import assert from "node:assert/strict";
import { test } from "node:test";
import { connectProtocol } from "../../src/endpoint/connect-protocol.ts";
import { TCP4ClientEndpoint } from "../../src/endpoint/tcp.ts";
import { failureResultOf, successResultOf } from "../../src/testing/deferred-results.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { ConnectionRefusedError, NoProtocol } from "../../src/transport/errors.ts";
import type { FactoryOf, StreamClientEndpoint } from "../../src/endpoint/endpoint.ts";
import type { ProtocolLike } from "../../src/protocol/protocol.ts";
import { Listener, letConnect, letFail } from "./attempts.ts";

test("connectProtocol, when connected, fires with the protocol it was given", () => {
  const reactor = new MemoryReactor();
  const protocol = new Listener();
  const connected = connectProtocol(new TCP4ClientEndpoint(reactor, "192.0.2.1", 80), protocol);
  reactor.tcpClients[0]!.factory.doStart();
  letConnect(reactor, 0);
  reactor.tcpClients[0]!.factory.doStop();
  assert.equal(successResultOf(connected), protocol);
  assert.deepEqual(protocol.heard, ["connectionMade"]);
});

test("connectProtocol, where connecting fails, fails", () => {
  const reactor = new MemoryReactor();
  const connected = connectProtocol(new TCP4ClientEndpoint(reactor, "192.0.2.1", 80), new Listener());
  letFail(reactor, 0);
  failureResultOf(connected, ConnectionRefusedError);
});

test("connectProtocol, an endpoint that connects twice, is given the protocol once", () => {
  const reactor = new MemoryReactor();
  const endpoint: StreamClientEndpoint = {
    connect<P extends ProtocolLike>(factory: FactoryOf<P>) {
      new TCP4ClientEndpoint(reactor, "192.0.2.1", 80).connect(factory).addErrback(() => {});
      return new TCP4ClientEndpoint(reactor, "192.0.2.2", 80).connect(factory);
    },
  };
  const connected = connectProtocol(endpoint, new Listener());
  letConnect(reactor, 0);
  assert.equal(letConnect(reactor, 1), null);
  failureResultOf(connected, NoProtocol);
});

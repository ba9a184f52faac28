import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { UNIXClientEndpoint, UNIXServerEndpoint } from "../../src/endpoint/unix.ts";
import { failureResultOf, successResultOf } from "../../src/testing/deferred-results.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { UNIXAddress } from "../../src/transport/address.ts";
import { BadFileError, ConnectingCancelledError } from "../../src/transport/errors.ts";
import { Listener, ListenerFactory } from "./attempts.ts";

test("UNIXServerEndpoint, listen, gives the reactor the path, the factory and the options", () => {
  const reactor = new MemoryReactor();
  const factory = new ListenerFactory();
  successResultOf(new UNIXServerEndpoint(reactor, "/run/a").listen(factory));
  successResultOf(
    new UNIXServerEndpoint(reactor, "/run/b", { backlog: 7, mode: 0o600, wantPID: true }).listen(factory),
  );
  assert.deepEqual(reactor.unixServers, [
    { address: "/run/a", factory, backlog: 50, mode: 0o666, wantPID: false },
    { address: "/run/b", factory, backlog: 7, mode: 0o600, wantPID: true },
  ]);
});

test("UNIXClientEndpoint, connect, gives the reactor the path and the options, and fires with the protocol", () => {
  const reactor = new MemoryReactor();
  const connected = new UNIXClientEndpoint(reactor, "/run/a").connect(new ListenerFactory());
  const failed = new UNIXClientEndpoint(reactor, "/run/b", { timeout: 5, checkPID: true }).connect(
    new ListenerFactory(),
  );
  const asked = reactor.unixClients.map(({ address, timeout, checkPID }) => ({ address, timeout, checkPID }));
  assert.deepEqual(asked, [
    { address: "/run/a", timeout: 30, checkPID: false },
    { address: "/run/b", timeout: 5, checkPID: true },
  ]);
  const [first, second] = reactor.unixClients;
  first!.factory.buildProtocol(new UNIXAddress("/run/a"))!.makeConnection(new StringTransport());
  assert.ok(successResultOf(connected) instanceof Listener);
  second!.factory.clientConnectionFailed(second!.connector, new Failure(new BadFileError()));
  failureResultOf(failed, BadFileError);
});

test("UNIXClientEndpoint, cancelled, stops connecting", () => {
  const reactor = new MemoryReactor();
  const connected = new UNIXClientEndpoint(reactor, "/run/a").connect(new ListenerFactory());
  connected.cancel();
  assert.equal(reactor.connectors[0]?.stoppedConnecting, true);
  assert.deepEqual(failureResultOf(connected, ConnectingCancelledError).value.address, new UNIXAddress("/run/a"));
});

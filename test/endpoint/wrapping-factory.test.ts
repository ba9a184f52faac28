import assert from "node:assert/strict";
import { test } from "node:test";
import type { Deferred } from "../../src/deferred/deferred.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { connectOnce } from "../../src/endpoint/wrapping-factory.ts";
import type { ClientFactoryLike } from "../../src/protocol/factory.ts";
import type { ProtocolLike } from "../../src/protocol/protocol.ts";
import { assertNoResult, failureResultOf, successResultOf } from "../../src/testing/deferred-results.ts";
import { FakeConnector } from "../../src/testing/fake-connector.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import {
  ConnectingCancelledError,
  ConnectionDone,
  ConnectionLost,
  ConnectionRefusedError,
  NoProtocol,
} from "../../src/transport/errors.ts";
import { Listener, ListenerFactory } from "./attempts.ts";

const ADDRESS = new IPv4Address("TCP", "192.0.2.1", 80);

/** An attempt, with the factory that the reactor was given. */
function attempt<P extends ProtocolLike>(factory: { buildProtocol(): P | null }) {
  const connector = new FakeConnector(ADDRESS);
  connector.connect();
  let wrapped!: ClientFactoryLike;
  const connected = connectOnce({ doStart: () => {}, doStop: () => {}, ...factory }, (given) => {
    wrapped = given;
    return connector;
  });
  wrapped.startedConnecting(connector);
  return { connected, connector, wrapped };
}

test("connectOnce, when the protocol is connected, fires with it, after its connectionMade", () => {
  const { connected, wrapped } = attempt({ buildProtocol: () => new Listener() });
  const heardFirst = connected.addCallback(
    (protocol) => (assert.deepEqual(protocol.heard, ["connectionMade"]), protocol),
  );
  const built = wrapped.buildProtocol(ADDRESS)!;
  assertNoResult(heardFirst);
  const transport = new StringTransport();
  built.makeConnection(transport);
  const protocol = successResultOf(heardFirst);
  assert.equal(protocol.transport, transport);

  built.dataReceived(Buffer.from("hello"));
  built.connectionLost(new Failure(new ConnectionDone()));
  assert.deepEqual(protocol.heard, ["connectionMade", "hello", "Connection was closed cleanly"]);
});

test("connectOnce, its factory, hears of starting, stopping and the address", () => {
  const factory = new ListenerFactory();
  const addresses: unknown[] = [];
  factory.buildProtocol = (address) => (addresses.push(address), new Listener());
  let wrapped!: ClientFactoryLike;
  void connectOnce(factory, (given) => {
    wrapped = given;
    return new FakeConnector(ADDRESS);
  });
  wrapped.doStart();
  assert.equal(factory.numPorts, 1);
  wrapped.buildProtocol(ADDRESS);
  assert.deepEqual(addresses, [ADDRESS]);
  wrapped.doStop();
  assert.equal(factory.numPorts, 0);
});

test("connectOnce, a protocol that knows half-closed connections, still does", () => {
  const heard: string[] = [];
  class Half extends Listener {
    readConnectionLost(): void {
      heard.push("read");
    }
    writeConnectionLost(): void {
      heard.push("write");
    }
  }
  const built = attempt({ buildProtocol: () => new Half() }).wrapped.buildProtocol(ADDRESS)!;
  built.readConnectionLost!();
  built.writeConnectionLost!();
  assert.deepEqual(heard, ["read", "write"]);

  const whole = attempt({ buildProtocol: () => new Listener() }).wrapped.buildProtocol(ADDRESS)!;
  assert.equal("readConnectionLost" in whole, false);
  assert.equal("writeConnectionLost" in whole, false);
});

test("connectOnce, the protocol in logs, has its own prefix, or the name of its class", () => {
  const prefixOf = (protocol: ProtocolLike): unknown =>
    attempt({ buildProtocol: () => protocol }).wrapped.buildProtocol(ADDRESS)!.logPrefix!();
  assert.equal(prefixOf(new Listener()), "Listener");
  class Bare implements ProtocolLike {
    makeConnection(): void {}
    dataReceived(): void {}
    connectionLost(): void {}
  }
  assert.equal(prefixOf(new Bare()), "Bare");
});

test("connectOnce, where connecting fails, fails with the reason", () => {
  const { connected, connector, wrapped } = attempt({ buildProtocol: () => new Listener() });
  const error = new ConnectionRefusedError();
  wrapped.clientConnectionFailed(connector, new Failure(error));
  assert.equal(failureResultOf(connected).value, error);
});

test("connectOnce, where the connection is lost before anybody is connected, fails with the reason", () => {
  const { connected, connector, wrapped } = attempt({ buildProtocol: () => new Listener() });
  wrapped.buildProtocol(ADDRESS);
  const error = new ConnectionLost();
  wrapped.clientConnectionLost(connector, new Failure(error));
  assert.equal(failureResultOf(connected).value, error);
});

test("connectOnce, when the connection is lost later, keeps its result", () => {
  const { connected, connector, wrapped } = attempt({ buildProtocol: () => new Listener() });
  wrapped.buildProtocol(ADDRESS)!.makeConnection(new StringTransport());
  wrapped.clientConnectionLost(connector, new Failure(new ConnectionDone()));
  assert.ok(successResultOf(connected) instanceof Listener);
});

test("connectOnce, where the factory answers no protocol, fails with NoProtocol and refuses the connection", () => {
  for (const nothing of [null, undefined as unknown as null]) {
    const { connected, wrapped } = attempt({ buildProtocol: () => nothing });
    assert.equal(wrapped.buildProtocol(ADDRESS), null);
    assert.match(failureResultOf(connected, NoProtocol).getErrorMessage(), /no protocol .*192\.0\.2\.1/);
  }
});

test("connectOnce, where buildProtocol throws, fails with that and refuses the connection", () => {
  const error = new RangeError("broken");
  const { connected, wrapped } = attempt({
    buildProtocol(): Listener {
      throw error;
    },
  });
  assert.equal(wrapped.buildProtocol(ADDRESS), null);
  assert.equal(failureResultOf(connected).value, error);
});

test("connectOnce, where connectionMade throws, fails with that, and the transport hears of it too", () => {
  const error = new RangeError("broken");
  class Broken extends Listener {
    override connectionMade(): void {
      throw error;
    }
  }
  const { connected, wrapped } = attempt({ buildProtocol: () => new Broken() });
  const built = wrapped.buildProtocol(ADDRESS)!;
  assert.throws(() => built.makeConnection(new StringTransport()), error);
  assert.equal(failureResultOf(connected).value, error);
});

test("connectOnce, where the reactor throws, fails with that", () => {
  const error = new RangeError("no such port");
  const connected = connectOnce(new ListenerFactory(), () => {
    throw error;
  });
  assert.equal(failureResultOf(connected).value, error);
});

test("connectOnce, where the reactor fails at once and then throws, fails once", () => {
  const connected = connectOnce(new ListenerFactory(), (wrapped) => {
    wrapped.clientConnectionFailed(new FakeConnector(ADDRESS), new Failure(new ConnectionRefusedError()));
    throw new RangeError("twice");
  });
  failureResultOf(connected, ConnectionRefusedError);
});

test("connectOnce, cancelled while connecting, stops that and fails with ConnectingCancelledError", () => {
  const { connected, connector, wrapped } = attempt({ buildProtocol: () => new Listener() });
  connected.cancel("enough");
  assert.equal(connector.stoppedConnecting, true);
  // What a connector says about having been stopped changes nothing.
  wrapped.clientConnectionFailed(connector, new Failure(new ConnectionRefusedError()));
  const failure = failureResultOf(connected, ConnectingCancelledError);
  assert.equal(failure.value.address, ADDRESS);
  assert.equal(failure.cause, "enough");
});

test("connectOnce, cancelled without a reason, has no cause", () => {
  const { connected } = attempt({ buildProtocol: () => new Listener() });
  connected.cancel();
  assert.equal("cause" in failureResultOf(connected, ConnectingCancelledError).value, false);
});

test("connectOnce, cancelled but connected by the system all the same, builds no protocol", () => {
  let built = 0;
  const { connected, wrapped } = attempt({ buildProtocol: () => (built++, new Listener()) });
  connected.cancel();
  failureResultOf(connected, ConnectingCancelledError);
  assert.equal(wrapped.buildProtocol(ADDRESS), null);
  assert.equal(built, 0);
});

test("connectOnce, cancelled in buildProtocol, refuses the connection", () => {
  const wish: { connected?: Deferred<Listener> } = {};
  const { connected, wrapped } = attempt({ buildProtocol: () => (wish.connected!.cancel(), new Listener()) });
  wish.connected = connected;
  assert.equal(wrapped.buildProtocol(ADDRESS), null);
  failureResultOf(connected, ConnectingCancelledError);
});

test("connectOnce, cancelled in connectionMade, closes the connection", () => {
  const wish: { connected?: Deferred<Listener> } = {};
  class Hesitant extends Listener {
    override connectionMade(): void {
      wish.connected!.cancel();
    }
  }
  const { connected, connector, wrapped } = attempt({ buildProtocol: () => new Hesitant() });
  wish.connected = connected;
  connector.state = "connected";
  wrapped.buildProtocol(ADDRESS)!.makeConnection(new StringTransport());
  failureResultOf(connected, ConnectingCancelledError);
  assert.equal(connector.disconnected, true);
});

test("connectOnce, the protocol that the transport sees knows of TLS what the protocol itself knows", () => {
  const heard: string[] = [];
  const secured: ProtocolLike = {
    makeConnection: () => {},
    dataReceived: () => {},
    connectionLost: () => {},
    handshakeCompleted: () => heard.push("handshake"),
    fileDescriptorReceived: (fd: number) => heard.push(`descriptor ${fd}`),
    takeUndelivered: () => Buffer.from("rest"),
  };
  const knowing = attempt({ buildProtocol: () => secured });
  const seen = knowing.wrapped.buildProtocol(ADDRESS)!;
  seen.handshakeCompleted?.();
  seen.fileDescriptorReceived?.(7);
  assert.deepEqual([heard, seen.takeUndelivered?.().toString()], [["handshake", "descriptor 7"], "rest"]);
  const ignorant = attempt({ buildProtocol: () => new Listener() }).wrapped.buildProtocol(ADDRESS)!;
  for (const name of ["handshakeCompleted", "fileDescriptorReceived", "takeUndelivered"])
    assert.equal(name in ignorant, false);
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Deferred } from "../../src/deferred/deferred.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { TCP4ClientEndpoint } from "../../src/endpoint/tcp.ts";
import { ProxyAuthenticationError, ProxyConnectError, connectThrough } from "../../src/endpoint/tunnel.ts";
import type { TunnelNegotiation } from "../../src/endpoint/tunnel.ts";
import type { ProtocolLike } from "../../src/protocol/protocol.ts";
import { AccumulatingProtocol } from "../../src/testing/accumulating-protocol.ts";
import { MemoryReactorClock } from "../../src/testing/memory-reactor-clock.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { HostnameAddress, IPv4Address } from "../../src/transport/address.ts";
import {
  ConnectError,
  ConnectingCancelledError,
  ConnectionDone,
  NoProtocol,
  TimeoutError,
} from "../../src/transport/errors.ts";
import "../support/quiet-logs.ts";

const destination = new HostnameAddress("example.com", 80);
const proxyAddress = new IPv4Address("TCP", "192.0.2.1", 1080);

/** Says "please", and wants to hear "yes". */
class Polite implements TunnelNegotiation {
  #received = "";
  begin(): Uint8Array {
    return Buffer.from("please");
  }
  receive(chunk: Uint8Array): void {
    this.#received += Buffer.from(chunk).toString();
  }
  step(): Uint8Array | "needData" | "open" {
    if (this.#received.startsWith("what? ")) {
      this.#received = this.#received.slice(6);
      return Buffer.from("this");
    }
    if ("yes".startsWith(this.#received) && this.#received !== "yes") return "needData";
    if (!this.#received.startsWith("yes")) throw new Error("No manners");
    this.#received = this.#received.slice(3);
    return "open";
  }
  takeRest(): Buffer {
    const rest = Buffer.from(this.#received);
    this.#received = "";
    return rest;
  }
}

interface Attempt {
  readonly reactor: MemoryReactorClock;
  readonly connecting: Deferred<unknown>;
  readonly result: { protocol?: unknown; failure?: Failure };
  readonly transport: StringTransport;
  /** Lets the proxy be connected. */
  readonly reach: () => ProtocolLike;
}

function attempt(build: () => ProtocolLike | null = () => new AccumulatingProtocol()): Attempt {
  const reactor = new MemoryReactorClock();
  const proxy = new TCP4ClientEndpoint(reactor, proxyAddress.host, proxyAddress.port);
  const factory = { doStart() {}, doStop() {}, buildProtocol: build };
  const result: Attempt["result"] = {};
  const connecting = connectThrough(reactor, proxy, factory, destination, new Polite(), { timeout: 5 });
  connecting.addCallbacks(
    (protocol) => void (result.protocol = protocol),
    (failure) => void (result.failure = failure),
  );
  const transport = new StringTransport();
  const reach = (): ProtocolLike => {
    const tunnel = reactor.tcpClients[0]!.factory.buildProtocol(proxyAddress)!;
    tunnel.makeConnection(transport);
    return tunnel;
  };
  return { reactor, connecting, result, transport, reach };
}

describe("connectThrough", () => {
  test("asks, answers, and leaves the connection to the protocol", () => {
    const { reactor, result, transport, reach } = attempt();
    const tunnel = reach();
    assert.equal(transport.value(), "please");
    tunnel.dataReceived(Buffer.from("what? y"));
    assert.equal(transport.value(), "pleasethis");
    tunnel.dataReceived(Buffer.from("eshel"));
    tunnel.dataReceived(Buffer.from("lo"));
    const protocol = result.protocol as AccumulatingProtocol;
    assert.equal(protocol.data.toString(), "hello");
    assert.equal(reactor.getDelayedCalls().length, 0);
    tunnel.connectionLost(new Failure(new ConnectionDone()));
    assert.equal(protocol.closed, true);
  });

  test("fails with what the proxy says, or that it says nothing", () => {
    for (const [act, ErrorClass] of [
      [(tunnel: ProtocolLike) => tunnel.dataReceived(Buffer.from("never")), ProxyConnectError],
      [(tunnel: ProtocolLike) => tunnel.connectionLost(new Failure(new ConnectionDone())), ProxyConnectError],
      [(_: ProtocolLike, reactor: MemoryReactorClock) => reactor.advance(5), TimeoutError],
    ] as const) {
      const { reactor, result, reach } = attempt();
      act(reach(), reactor);
      assert.ok(result.failure?.value instanceof ErrorClass);
      assert.ok(result.failure.value instanceof ConnectError);
      assert.equal(reactor.getDelayedCalls().length, 0);
    }
    assert.equal(new ProxyAuthenticationError("x", { reply: "407" }).reply, "407");
    assert.equal(new ProxyConnectError("x").reply, "");
  });

  test("fails with what connecting to the proxy fails with", () => {
    const { reactor, result } = attempt();
    const { factory } = reactor.tcpClients[0]!;
    factory.clientConnectionFailed(undefined as never, new Failure(new ConnectError("nobody there")));
    assert.equal(result.failure?.getErrorMessage(), "nobody there");
  });

  test("fails with what the factory does", () => {
    const nothing = attempt(() => null);
    nothing.reach().dataReceived(Buffer.from("yes"));
    assert.ok(nothing.result.failure?.value instanceof NoProtocol);
    assert.equal(nothing.transport.aborting, true);
    class Broken extends AccumulatingProtocol {
      override makeConnection(): void {
        throw new RangeError("broken");
      }
    }
    const broken = attempt(() => new Broken());
    const tunnel = broken.reach();
    assert.throws(() => tunnel.dataReceived(Buffer.from("yes")), RangeError);
    assert.ok(broken.result.failure?.value instanceof RangeError);
  });

  test("can be cancelled before the proxy is reached, and after that", () => {
    const early = attempt();
    early.connecting.cancel();
    assert.ok(early.result.failure?.value instanceof ConnectingCancelledError);
    const late = attempt();
    const tunnel = late.reach();
    late.connecting.cancel();
    assert.ok(late.result.failure?.value instanceof ConnectingCancelledError);
    assert.equal(late.transport.aborting, true);
    assert.equal(late.reactor.getDelayedCalls().length, 0);
    tunnel.dataReceived(Buffer.from("yes"));
    tunnel.connectionLost(new Failure(new ConnectionDone()));
    assert.equal(late.result.protocol, undefined);
  });

  test("what the protocol wants to hear beside the usual it hears", () => {
    class Curious extends AccumulatingProtocol {
      readonly heard: string[] = [];
      readonly borrowsData = true;
      readConnectionLost(): void {
        this.heard.push("read");
      }
      writeConnectionLost(): void {
        this.heard.push("write");
      }
      handshakeCompleted(): void {
        this.heard.push("handshake");
      }
      takeUndelivered(): Buffer {
        return Buffer.from("rest");
      }
    }
    const { result, reach } = attempt(() => new Curious());
    const tunnel = reach();
    assert.equal(tunnel.takeUndelivered?.().length, 0);
    tunnel.dataReceived(Buffer.from("yes"));
    assert.ok(result.protocol instanceof Curious);
    // The tunnel is within what the endpoint of the proxy has wrapped around it, which has looked before.
    assert.equal(tunnel.borrowsData, true);
    assert.equal(tunnel.takeUndelivered?.().toString(), "rest");
    assert.equal(tunnel.logPrefix?.(), "Curious");
  });
});

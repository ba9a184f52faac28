import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Failure } from "../../src/deferred/failure.ts";
import { TCP4ClientEndpoint } from "../../src/endpoint/tcp.ts";
import { ProxyAuthenticationError, ProxyConnectError } from "../../src/endpoint/tunnel.ts";
import { LocalProtocolError } from "../../src/errors.ts";
import { SOCKS4ClientEndpoint, SOCKS5ClientEndpoint } from "../../src/socks/socks-client-endpoint.ts";
import type { SOCKS5ClientOptions } from "../../src/socks/socks-client-endpoint.ts";
import { SOCKSProtocolError } from "../../src/socks/wire/errors.ts";
import { AccumulatingProtocol } from "../../src/testing/accumulating-protocol.ts";
import { MemoryReactorClock } from "../../src/testing/memory-reactor-clock.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { HostnameAddress, IPv4Address } from "../../src/transport/address.ts";
import type { Address } from "../../src/transport/address.ts";
import "../support/quiet-logs.ts";

const proxyAddress = new IPv4Address("TCP", "192.0.2.1", 1080);

function connect(
  version: 4 | 5,
  host: string,
  options: SOCKS5ClientOptions = {},
): {
  transport: StringTransport;
  receive: (bytes: string) => void;
  result: { protocol?: AccumulatingProtocol; failure?: Failure; address?: Address };
} {
  const reactor = new MemoryReactorClock();
  const proxy = new TCP4ClientEndpoint(reactor, proxyAddress.host, proxyAddress.port);
  const EndpointClass = version === 4 ? SOCKS4ClientEndpoint : SOCKS5ClientEndpoint;
  const result: ReturnType<typeof connect>["result"] = {};
  const factory = {
    doStart() {},
    doStop() {},
    buildProtocol(address: Address) {
      result.address = address;
      return new AccumulatingProtocol();
    },
  };
  new EndpointClass(reactor, proxy, host, 80, options).connect(factory).addCallbacks(
    (protocol) => void (result.protocol = protocol),
    (failure) => void (result.failure = failure),
  );
  const transport = new StringTransport();
  const tunnel = reactor.tcpClients[0]!.factory.buildProtocol(proxyAddress)!;
  tunnel.makeConnection(transport);
  return { transport, receive: (bytes) => tunnel.dataReceived(Buffer.from(bytes, "latin1")), result };
}

describe("SOCKS5ClientEndpoint", () => {
  test("asks for a name, and hands the connection over", () => {
    const { transport, receive, result } = connect(5, "example.com");
    assert.equal(transport.value("latin1"), "\x05\x01\x00");
    receive("\x05\x00");
    assert.equal(transport.value("latin1").slice(3), "\x05\x01\x00\x03\x0bexample.com\x00\x50");
    assert.equal("protocol" in result, false);
    receive("\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00hello");
    assert.equal(result.protocol?.data.toString(), "hello");
    assert.ok(result.address?.equals(new HostnameAddress("example.com", 80)));
  });

  test("says who this is to a proxy that asks", () => {
    const { transport, receive } = connect(5, "192.0.2.9", { username: "ada", password: "secret" });
    assert.equal(transport.value("latin1"), "\x05\x02\x00\x02");
    transport.clear();
    receive("\x05\x02");
    assert.equal(transport.value("latin1"), "\x01\x03ada\x06secret");
    transport.clear();
    receive("\x01\x00");
    assert.equal(transport.value("latin1"), "\x05\x01\x00\x01\xc0\x00\x02\x09\x00\x50");
  });

  test("fails by what the proxy says", () => {
    for (const [answer, ErrorClass, options] of [
      ["\x05\xff", ProxyAuthenticationError, {}],
      ["\x05\x02", ProxyAuthenticationError, {}],
      ["\x05\xff", ProxyAuthenticationError, { username: "ada" }],
      ["\x05\x02\x01\x01", ProxyAuthenticationError, { username: "ada" }],
      ["\x05\x00\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00", ProxyConnectError, {}],
      ["HTTP", ProxyConnectError, {}],
    ] as const) {
      const { transport, receive, result } = connect(5, "example.com", options);
      receive(answer);
      assert.ok(result.failure?.value instanceof ErrorClass, String(result.failure?.value));
      assert.equal(transport.aborting, true);
      if (answer === "HTTP") assert.ok((result.failure.value as Error).cause instanceof SOCKSProtocolError);
      if (answer.length > 10) assert.equal(result.failure.value.reply, "connection refused");
    }
  });
});

describe("SOCKS4ClientEndpoint", () => {
  test("asks for an address or a name", () => {
    const address = connect(4, "192.0.2.9");
    assert.equal(address.transport.value("latin1"), "\x04\x01\x00\x50\xc0\x00\x02\x09\x00");
    const named = connect(4, "example.com");
    assert.equal(named.transport.value("latin1"), "\x04\x01\x00\x50\x00\x00\x00\x01\x00example.com\x00");
    named.receive("\x00\x5a\x00\x00\x00\x00\x00\x00hello");
    assert.equal(named.result.protocol?.data.toString(), "hello");
    address.receive("\x00\x5b\x00\x00\x00\x00\x00\x00");
    assert.ok(address.result.failure?.value instanceof ProxyConnectError);
  });

  test("fails for an address of IPv6, which version 4 has not", () => {
    const { result, transport } = connect(4, "2001:db8::1");
    assert.ok(result.failure?.value instanceof LocalProtocolError);
    assert.equal(transport.aborting, true);
  });
});

test("SOCKS endpoints, refuse what is no port", () => {
  const reactor = new MemoryReactorClock();
  const proxy = new TCP4ClientEndpoint(reactor, "192.0.2.1", 1080);
  assert.throws(() => new SOCKS5ClientEndpoint(reactor, proxy, "example.com", 70_000), RangeError);
});

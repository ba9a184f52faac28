import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../../../src/clock/clock.ts";
import { capturedLogs } from "../../../src/logger/captured-logs.ts";
import { formatEvent } from "../../../src/logger/format-event.ts";
import { ProxyFactory, ProxyHeaderMissingError, proxyHeaderOf } from "../../../src/protocol/haproxy/proxy-factory.ts";
import type { ProxyOptions } from "../../../src/protocol/haproxy/proxy-factory.ts";
import { InvalidProxyHeaderError } from "../../../src/protocol/haproxy/wire/errors.ts";
import { formatVersion2 } from "../../../src/protocol/haproxy/wire/version-2.ts";
import type { ProtocolLike } from "../../../src/protocol/protocol.ts";
import { AccumulatingProtocol } from "../../../src/testing/accumulating-protocol.ts";
import { connectedPair } from "../../../src/testing/connected-pair.ts";
import type { IOPump } from "../../../src/testing/io-pump.ts";
import { StringTransport } from "../../../src/testing/string-transport.ts";
import { IPv6Address, UNIXAddress } from "../../../src/transport/address.ts";
import type { Address } from "../../../src/transport/address.ts";
import type { Recorder } from "../../conformance/stream-fixtures.ts";
import { RecordingFactory } from "../../conformance/stream-fixtures.ts";
import "../../support/quiet-logs.ts";

/** A proxy in front of `factory`, in memory. */
function behindProxy(
  factory: RecordingFactory,
  options: ProxyOptions = {},
): IOPump<ProtocolLike, AccumulatingProtocol> {
  const proxied = new ProxyFactory(factory, options).buildProtocol();
  return connectedPair(proxied, new AccumulatingProtocol(), { automatic: false });
}

const LINE = "PROXY TCP4 192.0.2.1 192.0.2.2 1000 80\r\n";

test("ProxyFactory, builds a protocol for whom the header names, and hands on what follows", () => {
  const addresses: Address[] = [];
  class Factory extends RecordingFactory {
    override buildProtocol(address: Address): Recorder {
      addresses.push(address);
      return super.buildProtocol(address)!;
    }
  }
  const factory = new Factory();
  const pump = behindProxy(factory);
  pump.clientTransport.write(LINE.slice(0, 20));
  pump.flush();
  assert.equal(factory.protocols.length, 0);
  pump.clientTransport.write(`${LINE.slice(20)}hello`);
  pump.flush();
  const { only } = factory;
  assert.equal(only.text, "hello");
  assert.equal(String(addresses[0]), "IPv4Address(TCP, '192.0.2.1', 1000)");
  assert.equal(String(only.transport.getPeer()), "IPv4Address(TCP, '192.0.2.1', 1000)");
  assert.equal(String(only.transport.getHost()), "IPv4Address(TCP, '192.0.2.2', 80)");
  assert.equal(proxyHeaderOf(only.transport)?.version, 1);
  pump.clientTransport.write(" again");
  only.transport.write("answer");
  pump.flush();
  assert.equal(only.text, "hello again");
  assert.equal(pump.client.data.toString(), "answer");
  pump.clientTransport.loseConnection();
  pump.flush();
  assert.equal(only.reason, "ConnectionDone");
});

test("ProxyFactory, addresses of other families, and TLVs", () => {
  const ipv6 = { family: "ipv6", transport: "TCP", host: "2001:db8::1", port: 7 } as const;
  const unix = { family: "unix", name: "/run/a" } as const;
  for (const [address, expected] of [
    [ipv6, new IPv6Address("TCP", "2001:db8::1", 7)],
    [unix, new UNIXAddress("/run/a")],
  ] as const) {
    const factory = new RecordingFactory();
    const pump = behindProxy(factory);
    const value = Buffer.from("h2");
    pump.clientTransport.write(formatVersion2(address, address, { tlvs: [{ type: 1, value }] }));
    pump.flush();
    assert.ok(expected.equals(factory.only.transport.getPeer()));
    assert.deepEqual(proxyHeaderOf(factory.only.transport)?.tlvs, [{ type: 1, value }]);
  }
});

test("ProxyFactory, UNKNOWN and LOCAL leave the addresses as they are", () => {
  for (const header of ["PROXY UNKNOWN\r\n", formatVersion2(undefined, undefined, { command: "LOCAL" })]) {
    const factory = new RecordingFactory();
    const pump = behindProxy(factory);
    pump.clientTransport.write(header);
    pump.flush();
    assert.equal(String(factory.only.transport.getPeer()), "IPv4Address(TCP, '192.168.1.1', 54321)");
  }
});

test("ProxyFactory, a protocol that pauses gets what followed the header when it resumes, and then the rest", () => {
  const factory = new RecordingFactory((protocol) => {
    protocol.onMade = ({ transport }) => transport.pauseProducing();
    protocol.onData = ({ transport }) => transport.pauseProducing();
  });
  const pump = behindProxy(factory);
  pump.clientTransport.write(`${LINE}one`);
  pump.flush();
  pump.clientTransport.write("two");
  pump.flush();
  assert.equal(factory.only.text, "");
  factory.only.transport.resumeProducing();
  pump.flush();
  assert.equal(factory.only.text, "one");
  factory.only.transport.resumeProducing();
  pump.flush();
  assert.equal(factory.only.text, "onetwo");
});

test("ProxyFactory, a protocol that closes at once gets nothing", () => {
  const factory = new RecordingFactory((protocol) => (protocol.onMade = ({ transport }) => transport.loseConnection()));
  const pump = behindProxy(factory);
  pump.clientTransport.write(`${LINE}one`);
  pump.flush();
  assert.equal(factory.only.text, "");
  assert.equal(factory.only.reason, "ConnectionDone");
});

test("ProxyFactory, a factory without a protocol refuses the connection", () => {
  const factory = new RecordingFactory();
  factory.buildProtocol = () => null;
  const pump = behindProxy(factory);
  pump.clientTransport.write(LINE);
  pump.flush();
  assert.ok(pump.client.closedReason !== null);
});

test("ProxyFactory, a protocol that throws when it is connected loses the connection for that", () => {
  const factory = new RecordingFactory((protocol) => {
    protocol.onMade = () => {
      throw new RangeError("no");
    };
  });
  const pump = behindProxy(factory);
  pump.clientTransport.write(LINE);
  assert.throws(() => pump.flush(), RangeError);
  assert.equal(factory.only.reason, "RangeError");
});

test("ProxyFactory, what is no header closes the connection, and is told once", () => {
  const errors: [Error, string][] = [];
  const factory = new RecordingFactory();
  const pump = behindProxy(factory, { headerFailed: (error, proxy) => errors.push([error, String(proxy)]) });
  pump.clientTransport.write("GET / HTTP/1.1\r\n\r\n");
  pump.flush();
  assert.equal(factory.protocols.length, 0);
  assert.ok(pump.client.closedReason !== null);
  assert.equal(errors.length, 1);
  assert.ok(errors[0]![0] instanceof InvalidProxyHeaderError);
  assert.equal(errors[0]![1], "IPv4Address(TCP, '192.168.1.1', 54321)");
});

test("ProxyFactory, a header that is too long, or not there in time, or never, closes the connection", () => {
  const errors: Error[] = [];
  const headerFailed = (error: Error): unknown => errors.push(error);
  const clock = new Clock();
  const long = behindProxy(new RecordingFactory(), { maxLength: 20, headerFailed });
  long.clientTransport.write(formatVersion2({ family: "unix", name: "/a" }, { family: "unix", name: "/b" }));
  long.flush();
  const slow = behindProxy(new RecordingFactory(), { headerTimeout: 3, clock, headerFailed });
  slow.clientTransport.write("PROXY ");
  slow.flush();
  clock.advance(3);
  slow.flush();
  assert.ok(slow.client.closedReason !== null);
  const gone = behindProxy(new RecordingFactory(), { headerTimeout: 3, clock, headerFailed });
  gone.clientTransport.loseConnection();
  gone.flush();
  assert.deepEqual(
    errors.map(({ name }) => name),
    ["ProxyHeaderTooLongError", "ProxyHeaderMissingError", "ProxyHeaderMissingError"],
  );
  assert.ok(errors[1] instanceof ProxyHeaderMissingError);
  assert.deepEqual(clock.getDelayedCalls(), []);
});

test("ProxyFactory, the timeout ends with the header; the runtime measures it where there is no clock", () => {
  const clock = new Clock();
  for (const options of [{ clock }, { headerTimeout: 0 }, {}]) {
    const factory = new RecordingFactory();
    const pump = behindProxy(factory, options);
    pump.clientTransport.write(LINE);
    pump.flush();
    clock.advance(100);
    assert.equal(factory.only.lost, undefined);
  }
});

test("ProxyFactory, logs what it closes where nobody wants to know", () => {
  const logs = capturedLogs();
  const pump = behindProxy(new RecordingFactory());
  pump.clientTransport.write("x");
  pump.flush();
  logs.stop();
  assert.equal(logs.length, 1);
  assert.match(formatEvent(logs[0]!), /Closed a connection from IPv4Address.*expected a PROXY header/);
});

test("ProxyFactory, starts and stops with the factory, names it, and refuses other transports", () => {
  const factory = new RecordingFactory();
  const proxies = new ProxyFactory(factory);
  proxies.doStart();
  proxies.doStop();
  assert.deepEqual(factory.events, ["start", "stop"]);
  const protocol = proxies.buildProtocol();
  assert.equal(protocol.logPrefix?.(), "RecordingFactory (PROXY)");
  assert.throws(() => protocol.makeConnection(new StringTransport()), /the transport is a StringTransport/);
  assert.equal(proxyHeaderOf(new StringTransport()), undefined);
});

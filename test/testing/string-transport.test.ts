import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { InvalidStateError } from "../../src/errors.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address, IPv6Address, UNIXAddress } from "../../src/transport/address.ts";
import type { TCPTransport } from "../../src/transport/transport.ts";

const PRODUCER = { pauseProducing() {}, resumeProducing() {}, stopProducing() {} };

describe("StringTransport: what is written", () => {
  test("write and writeSequence, are kept in order", () => {
    const transport = new StringTransport();
    assert.equal(transport.value(), "");
    transport.write("a");
    transport.writeSequence(["b", Uint8Array.of(0x63)]);
    transport.writeSequence([]);
    transport.write("");
    assert.equal(transport.value(), "abc");
    assert.deepEqual(transport.written(), Buffer.from("abc"));
  });

  test("value, takes the encoding", () => {
    const transport = new StringTransport();
    transport.write(Uint8Array.of(0xff, 0x00));
    assert.equal(transport.value("latin1"), "\u00ff\u0000");
    assert.equal(transport.value("hex"), "ff00");
  });

  test("write, keeps a copy", () => {
    const transport = new StringTransport();
    const bytes = Buffer.from("abc");
    transport.write(bytes);
    bytes.fill("x");
    assert.equal(transport.value(), "abc");
  });

  test("clear, forgets what was written before", () => {
    const transport = new StringTransport();
    transport.write("before");
    transport.clear();
    transport.write("after");
    assert.equal(transport.value(), "after");
  });

  test("write and writeSequence, refuse what is no data, and keep nothing of it", () => {
    const transport = new StringTransport();
    assert.throws(() => transport.write(5 as unknown as string), TypeError);
    assert.throws(() => transport.writeSequence(["a", undefined as unknown as string]), TypeError);
    assert.equal(transport.value(), "");
  });

  test("write, is still kept after loseConnection", () => {
    const transport = new StringTransport();
    transport.loseConnection();
    transport.write("late");
    assert.equal(transport.value(), "late");
  });
});

describe("StringTransport: closing", () => {
  test("a new one, is connected", () => {
    const { connected, disconnecting, disconnected, aborting, writeDisconnecting } = new StringTransport();
    assert.deepEqual(
      { connected, disconnecting, disconnected, aborting, writeDisconnecting },
      { connected: true, disconnecting: false, disconnected: false, aborting: false, writeDisconnecting: false },
    );
  });

  test("loseConnection, is noted and nothing else", () => {
    const transport = new StringTransport();
    transport.loseConnection();
    assert.equal(transport.disconnecting, true);
    assert.equal(transport.disconnected, false);
    assert.equal(transport.connected, true);
  });

  test("abortConnection, is noted, also as loseConnection", () => {
    const transport = new StringTransport();
    transport.abortConnection();
    assert.equal(transport.aborting, true);
    assert.equal(transport.disconnected, true);
    assert.equal(transport.disconnecting, true);
  });

  test("loseWriteConnection, is noted", () => {
    const transport = new StringTransport();
    transport.loseWriteConnection();
    assert.equal(transport.writeDisconnecting, true);
    assert.equal(transport.disconnecting, false);
  });
});

describe("StringTransport: addresses and options", () => {
  test("getHost and getPeer, have the addresses of Twisted unless told otherwise", () => {
    const transport = new StringTransport();
    assert.ok(transport.getHost().equals(new IPv4Address("TCP", "10.0.0.1", 12345)));
    assert.ok(transport.getPeer().equals(new IPv4Address("TCP", "192.168.1.1", 54321)));
  });

  test("getHost and getPeer, answer what was given, of any kind", () => {
    const hostAddress = new IPv6Address("TCP", "::1", 1);
    const peerAddress = new IPv6Address("TCP", "::1", 2);
    const transport = new StringTransport({ hostAddress, peerAddress });
    assert.equal(transport.getHost(), hostAddress);
    assert.equal(transport.getPeer(), peerAddress);
    const name = new UNIXAddress("/run/s");
    assert.equal(new StringTransport({ hostAddress: name, peerAddress: name }).getPeer().name, "/run/s");
  });

  test("the addresses, can be changed", () => {
    const transport = new StringTransport();
    transport.peerAddr = new IPv4Address("TCP", "127.0.0.1", 1);
    assert.equal(transport.getPeer().port, 1);
  });

  test("it, is a TCP transport with its options", () => {
    const transport: TCPTransport = new StringTransport();
    assert.deepEqual([transport.getTcpNoDelay(), transport.getTcpKeepAlive()], [false, false]);
    transport.setTcpNoDelay(true);
    assert.deepEqual([transport.getTcpNoDelay(), transport.getTcpKeepAlive()], [true, false]);
    transport.setTcpKeepAlive(true);
    transport.setTcpNoDelay(false);
    assert.deepEqual([transport.getTcpNoDelay(), transport.getTcpKeepAlive()], [false, true]);
  });

  test("it, is what a protocol can be connected to", () => {
    const transport = new StringTransport();
    class Greeter extends Protocol<TCPTransport> {
      override connectionMade(): void {
        this.transport.setTcpNoDelay(true);
        this.transport.write("hi");
      }
    }
    new Greeter().makeConnection(transport);
    assert.equal(transport.value(), "hi");
    assert.equal(transport.getTcpNoDelay(), true);
  });
});

describe("StringTransport: as a consumer", () => {
  test("registerProducer, notes the producer and its kind", () => {
    const transport = new StringTransport();
    assert.deepEqual([transport.producer, transport.streaming], [null, null]);
    transport.registerProducer(PRODUCER, true);
    assert.deepEqual([transport.producer, transport.streaming], [PRODUCER, true]);
    transport.unregisterProducer();
    assert.deepEqual([transport.producer, transport.streaming], [null, null]);
    transport.registerProducer(PRODUCER, false);
    assert.equal(transport.streaming, false);
  });

  test("registerProducer, refuses a second one and keeps the first", () => {
    const transport = new StringTransport();
    transport.registerProducer(PRODUCER, true);
    assert.throws(() => transport.registerProducer({ ...PRODUCER }, false), InvalidStateError);
    assert.equal(transport.producer, PRODUCER);
    assert.equal(transport.streaming, true);
  });

  test("unregisterProducer, is refused where none is registered", () => {
    assert.throws(() => new StringTransport().unregisterProducer(), InvalidStateError);
  });
});

describe("StringTransport: as a producer", () => {
  test("producerState, says what it was told last", () => {
    const transport = new StringTransport();
    const states: string[] = [transport.producerState];
    transport.pauseProducing();
    states.push(transport.producerState);
    transport.resumeProducing();
    states.push(transport.producerState);
    transport.stopProducing();
    states.push(transport.producerState);
    assert.deepEqual(states, ["producing", "paused", "producing", "stopped"]);
  });

  test("pauseProducing and resumeProducing, are refused after stopProducing", () => {
    const transport = new StringTransport();
    transport.stopProducing();
    assert.throws(
      () => transport.resumeProducing(),
      /^InvalidStateError: Cannot resume producing: it has been stopped/,
    );
    assert.throws(() => transport.pauseProducing(), /^InvalidStateError: Cannot pause producing: it has been stopped/);
    assert.equal(transport.producerState, "stopped");
  });

  test("pauseProducing and resumeProducing, are refused after loseConnection", () => {
    const transport = new StringTransport();
    transport.pauseProducing();
    transport.loseConnection();
    assert.throws(() => transport.resumeProducing(), /Cannot resume producing: loseConnection has been called/);
    assert.throws(() => transport.pauseProducing(), /Cannot pause producing: loseConnection has been called/);
    assert.equal(transport.producerState, "paused");
  });

  test("lenient, allows it, but not after stopProducing", () => {
    const transport = new StringTransport({ lenient: true });
    transport.loseConnection();
    transport.pauseProducing();
    transport.resumeProducing();
    assert.equal(transport.producerState, "producing");
    transport.stopProducing();
    assert.throws(() => transport.resumeProducing(), InvalidStateError);
  });
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { ThrottlingFactory } from "../../src/policies/throttling-factory.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { FakeDatagramTransport } from "../../src/testing/fake-datagram-transport.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import { DatagramEcho, Echo } from "../../src/wire-services/echo.ts";
import { readsThreeWays } from "../support/three-ways.ts";
import "../support/quiet-logs.ts";

const WINDOW = 64 * 1024;

function connect(): { echo: Echo; transport: StringTransport } {
  const echo = new Echo();
  const transport = new StringTransport();
  echo.makeConnection(transport);
  return { echo, transport };
}

describe("Echo", () => {
  test("sends back what it receives, however it is cut", () => {
    readsThreeWays(
      () => {
        const { echo, transport } = connect();
        return {
          receive: (chunk) => echo.dataReceived(chunk),
          // What comes behind the stream is echoed as well, and does not count here.
          get events() {
            return [...transport.written().subarray(0, 5)];
          },
        };
      },
      "hello",
      [...Buffer.from("hello")],
      "more",
    );
  });

  test("is no producer while there is little to send", () => {
    const { echo, transport } = connect();
    echo.dataReceived(Buffer.alloc(WINDOW - 1));
    assert.equal(transport.producer, null);
    assert.equal(transport.producerState, "producing");
  });

  test("stops reading until what it has written is gone", () => {
    const { echo, transport } = connect();
    for (const part of [WINDOW - 1, 1]) echo.dataReceived(Buffer.alloc(part, part));
    assert.equal(transport.producerState, "paused");
    assert.equal(transport.streaming, false);
    echo.resumeProducing();
    assert.deepEqual(transport.written(), Buffer.concat([Buffer.alloc(WINDOW - 1, 255), Buffer.alloc(1, 1)]));
    assert.equal(transport.producerState, "paused", "the last chunk is still to be sent");
    echo.resumeProducing();
    assert.equal(transport.producerState, "producing");
    assert.equal(transport.producer, null);
    echo.dataReceived(Buffer.from("on"));
    assert.equal(transport.producer, null);
    assert.equal(transport.written().subarray(-2).toString(), "on");
  });

  test("keeps a chunk that waits, though the memory may be used again", () => {
    const { echo, transport } = connect();
    const chunk = Buffer.alloc(WINDOW, "a");
    echo.dataReceived(chunk);
    chunk.fill("b");
    echo.resumeProducing();
    assert.equal(transport.value(), "a".repeat(WINDOW));
  });

  test("drops it when the transport takes no more", () => {
    const { echo, transport } = connect();
    echo.dataReceived(Buffer.alloc(WINDOW));
    echo.stopProducing();
    echo.connectionLost(new Failure(new ConnectionDone()));
    assert.equal(transport.written().length, 0);
  });

  test("under a throttle, goes on when that lets it", () => {
    const clock = new Clock();
    const factory = new ThrottlingFactory(Factory.forProtocol(Echo), clock, { writeLimit: 1000 });
    const transport = new StringTransport();
    const wrapper = factory.buildProtocol(new IPv4Address("TCP", "192.0.2.1", 4000))!;
    wrapper.makeConnection(transport);
    wrapper.dataReceived(Buffer.alloc(2000));
    clock.advance(1);
    wrapper.dataReceived(Buffer.alloc(WINDOW));
    const { producer } = transport;
    // What a transport does that has nothing to send.
    producer?.resumeProducing();
    assert.equal(transport.written().length, 2000);
    clock.advance(1);
    assert.equal(transport.written().length, 2000 + WINDOW);
    assert.equal(transport.producerState, "paused");
    producer?.resumeProducing();
    clock.pump(Array.from({ length: 100 }, () => 1));
    assert.equal(transport.producer, null);
    assert.equal(transport.producerState, "producing");
    wrapper.connectionLost(new Failure(new ConnectionDone()));
  });
});

describe("DatagramEcho", () => {
  function ask(echo: DatagramEcho, datagram: Buffer): Buffer[] {
    const transport = new FakeDatagramTransport();
    echo.makeConnection(transport);
    echo.datagramReceived(datagram, new IPv4Address("UDP", "192.0.2.1", 4000));
    return transport.written.map(([bytes]) => bytes);
  }

  test("sends back the datagram, whole", () => {
    for (const length of [0, 1, 513, 65_507]) {
      const datagram = Buffer.alloc(length, "x");
      assert.deepEqual(ask(new DatagramEcho(), datagram), [datagram]);
    }
  });

  test("does not answer what is longer than its limit", () => {
    assert.deepEqual(ask(new DatagramEcho({ maxAnswer: 3 }), Buffer.from("abcd")), []);
    assert.deepEqual(ask(new DatagramEcho({ maxAnswer: 3 }), Buffer.from("abc")), [Buffer.from("abc")]);
  });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { InvalidStateError } from "../../src/errors.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { ConnectedDatagramProtocol, DatagramProtocol } from "../../src/protocol/datagram-protocol.ts";
import { FakeDatagramTransport } from "../../src/testing/fake-datagram-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import "../support/quiet-logs.ts";

class Noting extends DatagramProtocol {
  readonly events: string[] = [];

  override startProtocol(): void {
    this.events.push(this.transport === undefined ? "start too early" : "start");
  }

  override stopProtocol(): void {
    this.events.push("stop");
  }
}

test("DatagramProtocol, is started when it has its transport, and stopped with its port", () => {
  const protocol = new Noting();
  protocol.makeConnection(new FakeDatagramTransport());
  assert.equal(protocol.numPorts, 1);
  assert.deepEqual(protocol.events, ["start"]);
  protocol.doStop();
  protocol.doStop();
  assert.equal(protocol.numPorts, 0);
  assert.deepEqual(protocol.events, ["start", "stop"]);
});

test("DatagramProtocol, refuses a second port, but not one after the other", () => {
  const protocol = new Noting();
  const transport = new FakeDatagramTransport();
  protocol.makeConnection(transport);
  assert.throws(() => protocol.makeConnection(new FakeDatagramTransport()), InvalidStateError);
  assert.equal(protocol.transport, transport);
  protocol.doStop();
  protocol.makeConnection(new FakeDatagramTransport());
  assert.deepEqual(protocol.events, ["start", "stop", "start"]);
});

test("DatagramProtocol.doStart, starts it once, for several ports", () => {
  const protocol = new Noting();
  protocol.makeConnection(new FakeDatagramTransport());
  protocol.doStart();
  protocol.doStop();
  assert.deepEqual(protocol.events, ["start"]);
  protocol.doStop();
  assert.deepEqual(protocol.events, ["start", "stop"]);
});

test("DatagramProtocol, logs that it starts and stops, if it is noisy", () => {
  const logs = capturedLogs();
  for (const noisy of [true, false]) {
    const protocol = new Noting();
    protocol.noisy = noisy;
    protocol.makeConnection(new FakeDatagramTransport());
    protocol.doStop();
  }
  logs.stop();
  const texts = logs.map((event) => [event.logFormat, String(event["protocol"])]);
  assert.deepEqual(texts, [
    ["Starting protocol {protocol}", "<Noting>"],
    ["Stopping protocol {protocol}", "<Noting>"],
  ]);
});

test("DatagramProtocol, lets everything happen, unless it is told what to do", () => {
  const transport = new FakeDatagramTransport();
  const protocol = new ConnectedDatagramProtocol();
  protocol.makeConnection(transport);
  protocol.datagramReceived(Buffer.from("hello"), new IPv4Address("UDP", "127.0.0.1", 8007));
  protocol.connectionRefused();
  protocol.connectionFailed(new Failure(new Error("no")));
  protocol.doStop();
  assert.equal(transport.written.length, 0);
  assert.equal(protocol.logPrefix(), "ConnectedDatagramProtocol");
});

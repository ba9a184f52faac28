import assert from "node:assert/strict";
import { test } from "node:test";
import { DatagramProtocol } from "../../src/protocol/datagram-protocol.ts";
import { successResultOf } from "../../src/testing/deferred-results.ts";
import { FakeDatagramTransport } from "../../src/testing/fake-datagram-transport.ts";
import { IPv4Address, IPv6Address } from "../../src/transport/address.ts";
import type { MulticastTransport } from "../../src/transport/transport.ts";

class Quiet extends DatagramProtocol<MulticastTransport> {
  override noisy = false;
}

test("write and writeSequence, are kept with their addresses", () => {
  const transport = new FakeDatagramTransport();
  const address = new IPv4Address("UDP", "127.0.0.1", 9);
  const bytes = Buffer.from("b");
  transport.write("a", address);
  transport.write(bytes);
  transport.writeSequence(["c", Uint8Array.of(0x64)], address);
  bytes.fill("x");
  assert.deepEqual(transport.written, [
    [Buffer.from("a"), address],
    [Buffer.from("b"), undefined],
    [Buffer.from("cd"), address],
  ]);
});

test("write, refuses what is no data", () => {
  const transport = new FakeDatagramTransport();
  assert.throws(() => transport.write(1 as unknown as string), TypeError);
  assert.deepEqual(transport.written, []);
});

test("getHost, answers the address that was given", () => {
  const hostAddress = new IPv6Address("UDP", "::1", 7);
  assert.equal(new FakeDatagramTransport({ hostAddress }).getHost(), hostAddress);
  assert.ok(new FakeDatagramTransport().getHost().equals(new IPv4Address("UDP", "10.0.0.1", 12345)));
});

test("connect, is noted", () => {
  const transport = new FakeDatagramTransport();
  assert.equal(transport.connectedTo, undefined);
  transport.connect("127.0.0.1", 9);
  assert.deepEqual(transport.connectedTo, { host: "127.0.0.1", port: 9 });
});

test("the options, are kept", () => {
  const transport: MulticastTransport = new FakeDatagramTransport();
  const options = () => [
    transport.getBroadcastAllowed(),
    transport.getTTL(),
    transport.getLoopbackMode(),
    transport.getOutgoingInterface(),
  ];
  assert.deepEqual(options(), [false, 1, true, "0.0.0.0"]);
  transport.setBroadcastAllowed(true);
  transport.setTTL(5);
  transport.setLoopbackMode(false);
  successResultOf(transport.setOutgoingInterface("127.0.0.1"));
  assert.deepEqual(options(), [true, 5, false, "127.0.0.1"]);
});

test("groups, are those that were joined and not left", () => {
  const transport = new FakeDatagramTransport();
  successResultOf(transport.joinGroup("224.0.0.1"));
  successResultOf(transport.joinGroup("224.0.0.2", "127.0.0.1"));
  successResultOf(transport.joinGroup("224.0.0.3"));
  successResultOf(transport.leaveGroup("224.0.0.1"));
  successResultOf(transport.leaveGroup("224.0.0.2"));
  assert.deepEqual([...transport.groups], ["224.0.0.2 127.0.0.1", "224.0.0.3"]);
  successResultOf(transport.leaveGroup("224.0.0.2", "127.0.0.1"));
  assert.deepEqual([...transport.groups], ["224.0.0.3"]);
});

test("stopListening and startListening, tell the protocol, once each", () => {
  const calls: string[] = [];
  class Noting extends Quiet {
    override startProtocol(): void {
      calls.push("start");
    }
    override stopProtocol(): void {
      calls.push("stop");
    }
  }
  const protocol = new Noting();
  const transport = new FakeDatagramTransport({ protocol });
  protocol.makeConnection(transport);
  assert.equal(successResultOf(transport.whenListening()), transport);
  transport.startListening();
  successResultOf(transport.stopListening());
  transport.loseConnection();
  assert.equal(transport.listening, false);
  transport.startListening();
  assert.equal(transport.listening, true);
  transport.loseConnection();
  assert.deepEqual(calls, ["start", "stop", "start", "stop"]);
});

test("stopListening, without a protocol only closes", () => {
  const transport = new FakeDatagramTransport();
  successResultOf(transport.stopListening());
  transport.startListening();
  assert.equal(transport.listening, true);
});

import assert from "node:assert/strict";
import { Socket } from "node:dgram";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { DatagramSocket } from "../../../src/reactor/node/datagram-socket.ts";
import type { InternetAddress } from "../../../src/transport/address.ts";
import { IPv4Address } from "../../../src/transport/address.ts";
import type { DatagramEvents } from "../../../src/transport/datagram-handle.ts";
import { ConnectError } from "../../../src/transport/errors.ts";
import { until } from "../../conformance/running.ts";

const HOST = "127.0.0.1";
const OPTIONS = { family: "ipv4", reuseAddr: false } as const;

class Events implements DatagramEvents {
  readonly texts: string[] = [];
  readonly addresses: InternetAddress[] = [];
  readonly errors: NodeJS.ErrnoException[] = [];

  received(datagram: Buffer, address: InternetAddress): void {
    this.texts.push(datagram.toString());
    this.addresses.push(address);
  }

  failed(error: Error): void {
    this.errors.push(error);
  }
}

function open(t: TestContext, events: Events = new Events()): DatagramSocket {
  const socket = new DatagramSocket({ address: HOST, port: 0 }, events, OPTIONS);
  t.after(() => socket.close());
  return socket;
}

test("a DatagramSocket, is bound at once, and for itself even in a worker of a cluster", (t) => {
  const bind = t.mock.method(Socket.prototype, "bind");
  const host = open(t).getHost();
  assert.deepEqual(host, new IPv4Address("UDP", HOST, host.port));
  assert.ok(host.port > 0);
  assert.deepEqual(bind.mock.calls[0]?.arguments, [{ address: HOST, port: 0, exclusive: true }]);
});

test("a DatagramSocket, that cannot be bound, throws what the system says and closes", (t) => {
  const close = t.mock.method(Socket.prototype, "close");
  const { port } = open(t).getHost();
  assert.throws(() => new DatagramSocket({ address: HOST, port }, new Events(), OPTIONS), { code: "EADDRINUSE" });
  assert.equal(close.mock.callCount(), 1);
});

test("a DatagramSocket, adopted with the wrong family, is refused", (t) => {
  t.mock.method(Socket.prototype, "address", () => ({ address: "::1", family: "IPv6", port: 9 }));
  assert.throws(() => new DatagramSocket({ address: HOST, port: 0 }, new Events(), OPTIONS), {
    name: "TypeError",
    message: "Cannot use a socket of the family IPv6: expected ipv4",
  });
});

test("send, is done before it returns: closing afterwards loses nothing", async (t) => {
  const events = new Events();
  const receiver = open(t, events);
  const sender = new DatagramSocket({ address: HOST, port: 0 }, new Events(), OPTIONS);
  const bytes = Buffer.from("kept");
  sender.send(bytes, HOST, receiver.getHost().port);
  bytes.fill("x");
  sender.close();
  await until(() => events.texts.length === 1);
  assert.deepEqual(events.texts, ["kept"]);
});

test("send, that the system refuses, fails a tick later", async (t) => {
  const events = new Events();
  const socket = open(t, events);
  socket.send(Buffer.from("x"), "127.255.255.255", 9);
  socket.send(Buffer.from("fine"), HOST, 9);
  assert.deepEqual(events.errors, []);
  await until(() => events.errors.length > 0);
  assert.deepEqual(
    events.errors.map(({ code }) => code),
    ["EACCES"],
  );
});

test("send, where much is waiting already, drops the datagram", async (t) => {
  const events = new Events();
  const receiver = open(t, events);
  const sender = open(t);
  const there = receiver.getHost();
  const waiting = t.mock.method(Socket.prototype, "getSendQueueSize", () => 256 * 1024);
  sender.send(Buffer.from("dropped"), HOST, there.port);
  sender.connect(HOST, there.port);
  sender.sendToPeer(Buffer.from("dropped"));
  waiting.mock.mockImplementation(() => 256 * 1024 - 1);
  sender.sendToPeer(Buffer.from("sent"));
  await until(() => events.texts.length > 0);
  assert.deepEqual(events.texts, ["sent"]);
});

test("received, gives datagrams of one peer the same address object", async (t) => {
  const events = new Events();
  const receiver = open(t, events);
  const [one, other] = [open(t), open(t)];
  const { port } = receiver.getHost();
  for (const sender of [one, one, other, other, one]) sender.send(Buffer.from("x"), HOST, port);
  await until(() => events.addresses.length === 5);
  const [a, b, c, d, e] = events.addresses;
  assert.equal(a, b);
  assert.equal(c, d);
  assert.deepEqual(a, one.getHost());
  assert.deepEqual(c, other.getHost());
  assert.deepEqual(e, a);
});

test("connect, answers the peer, and the address that it receives from is that object", async (t) => {
  const events = new Events();
  const socket = new DatagramSocket({ address: "0.0.0.0", port: 0 }, events, OPTIONS);
  t.after(() => socket.close());
  const peer = open(t);
  const address = socket.connect(HOST, peer.getHost().port);
  assert.deepEqual(address, peer.getHost());
  assert.equal(socket.getHost().host, HOST);
  peer.send(Buffer.from("x"), HOST, socket.getHost().port);
  await until(() => events.addresses.length === 1);
  assert.equal(events.addresses[0], address);
});

test("connect, that the system refuses, throws and tells nobody else", async (t) => {
  const events = new Events();
  const socket = open(t, events);
  assert.throws(
    () => socket.connect("198.51.100.1", 9),
    (error) =>
      error instanceof ConnectError &&
      error.message === "Cannot connect to 198.51.100.1:9: the system refuses, expected an address it can reach",
  );
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(events.errors, []);
});

test("a refusal by a connected peer, fails", async (t) => {
  const events = new Events();
  const socket = open(t, events);
  const gone = new DatagramSocket({ address: HOST, port: 0 }, new Events(), OPTIONS);
  const { port } = gone.getHost();
  gone.close();
  socket.connect(HOST, port);
  socket.sendToPeer(Buffer.from("x"));
  await until(() => events.errors.length > 0);
  assert.equal(events.errors[0]?.code, "ECONNREFUSED");
});

test("settings, are those of the socket", (t) => {
  const calls: unknown[] = [];
  for (const method of [
    "setBroadcast",
    "setMulticastTTL",
    "setMulticastLoopback",
    "setMulticastInterface",
    "addMembership",
    "dropMembership",
  ] as const) {
    t.mock.method(Socket.prototype, method, (...args: unknown[]) => calls.push([method, ...args]));
  }
  const socket = open(t);
  socket.setBroadcast(true);
  socket.setMulticastTTL(4);
  socket.setMulticastLoopback(false);
  socket.setMulticastInterface(HOST);
  socket.joinGroup("239.1.1.1", undefined);
  socket.leaveGroup("239.1.1.1", HOST);
  assert.deepEqual(calls, [
    ["setBroadcast", true],
    ["setMulticastTTL", 4],
    ["setMulticastLoopback", false],
    ["setMulticastInterface", HOST],
    ["addMembership", "239.1.1.1", undefined],
    ["dropMembership", "239.1.1.1", HOST],
  ]);
});

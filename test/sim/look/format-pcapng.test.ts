import assert from "node:assert/strict";
import { test } from "node:test";
import { ipAddressText } from "../../../src/bytes/ip-address.ts";
import { formatPcapng } from "../../../src/sim/look/format-pcapng.ts";
import type { SimulationEvent } from "../../../src/sim/simulation-event.ts";
import {
  CLIENT,
  CLIENT6,
  ConnectionWriter,
  LogWriter,
  MILLISECOND,
  SERVER,
  SERVER6,
  cleanConnection,
  datagrams,
  troubles,
} from "./fixtures.ts";
import { readIP, readPcapng, transportSum } from "./wire/read-pcapng.ts";
import type { ReadPacket } from "./wire/read-pcapng.ts";

const NANOSECONDS = 1_000_000_000;

function wayOf({ data }: ReadPacket): string {
  const { source, destination, content } = readIP(data);
  return `${ipAddressText(source)} ${content.readUInt16BE(0)} > ${ipAddressText(destination)} ${content.readUInt16BE(2)}`;
}

function payloadOf({ data }: ReadPacket): Buffer {
  const { protocol, content } = readIP(data);
  return content.subarray(protocol === 17 ? 8 : (content[12]! >> 4) * 4);
}

test("formatPcapng, has every packet that was sent, with the interface of its sender, when all are asked for", () => {
  const events = [...cleanConnection(), ...datagrams(), ...troubles()];
  const { interfaces, packets, names, application } = readPcapng(formatPcapng(events));
  const sent = events.filter(({ kind }) => kind === "sent");
  assert.equal(application, "Hawser");
  assert.deepEqual(
    interfaces.map(({ name }) => name),
    ["client", "server"],
  );
  assert.deepEqual(
    packets.map(({ time, interface: at }) => [Number(time), interfaces[at]!.name]),
    sent.map(({ time, host }) => [time, host]),
  );
  assert.ok(packets.every(({ data, length, flags }) => data.length === length && flags === undefined));
  for (const { data } of packets) assert.equal(transportSum(readIP(data)), 0xffff);
  assert.deepEqual(
    packets.map((packet) => payloadOf(packet).toString()),
    sent.map(({ packet }) => Buffer.from(packet!.payload ?? []).toString()),
  );
  assert.deepEqual(
    names.map(({ address, name }) => [ipAddressText(address), name]),
    [
      ["10.0.0.1", "client"],
      ["10.0.0.2", "server"],
      ["fd00::1", "client"],
      ["fd00::2", "server"],
    ],
  );
});

test("formatPcapng, has what one host sent and what arrived there, when it is asked for", () => {
  const events = troubles();
  const { interfaces, packets } = readPcapng(formatPcapng(events, { at: "server" }));
  assert.deepEqual(
    interfaces.map(({ name }) => name),
    ["server"],
  );
  const seen = events.filter(
    ({ kind, host, packet }) => packet !== undefined && host === "server" && (kind === "sent" || kind === "arrived"),
  );
  assert.deepEqual(
    packets.map(({ time, flags }) => [Number(time), flags]),
    seen.map(({ time, kind }) => [time, kind === "sent" ? 2 : 1]),
  );
  assert.ok(seen.length >= 4);
});

test("formatPcapng, gives a segment that arrives the numbers that it was sent with", () => {
  const [everywhere, atServer] = [{}, { at: "server" }].map((options) =>
    readPcapng(formatPcapng(cleanConnection(), options))
      .packets.map(({ data }) => data.toString("hex"))
      .sort(),
  );
  assert.deepEqual(atServer, everywhere);
});

test("formatPcapng, shows a packet once, when a host sends it to itself", () => {
  const log = new LogWriter();
  const there = { ...CLIENT, port: 9 };
  log.arrived(MILLISECOND, log.sent(0, CLIENT, there, { data: "me" }));
  const { packets } = readPcapng(formatPcapng(log.events, { at: "client" }));
  assert.deepEqual(
    packets.map(({ time, flags }) => [time, flags]),
    [[0n, 2]],
  );
});

test("formatPcapng, has nothing, when the host saw nothing, or nothing happened", () => {
  assert.deepEqual(readPcapng(formatPcapng(cleanConnection(), { at: "other" })).packets, []);
  assert.deepEqual(readPcapng(formatPcapng([])).packets, []);
});

test("formatPcapng, says why packets were lost", () => {
  const { packets } = readPcapng(formatPcapng(troubles()));
  const comments = packets.flatMap((packet) => (packet.comment === undefined ? [] : [[wayOf(packet), packet.comment]]));
  assert.deepEqual(comments, [
    ["10.0.0.1 40000 > 10.0.0.2 7", "Lost: lost on the way"],
    ["10.0.0.1 40000 > 10.0.0.2 9", "Lost: the link is cut"],
  ]);
});

test("formatPcapng, cuts packets, when the log did not keep their bytes", () => {
  const log = new LogWriter();
  const connection = new ConnectionWriter(log, 1);
  connection.sayUnrecorded(connection.client, 1000);
  log.sent(connection.time, CLIENT6, SERVER6, { size: 500 });
  log.sent(connection.time, CLIENT, SERVER, { size: 5, payload: Buffer.from("ab") });
  const { packets } = readPcapng(formatPcapng(log.events));
  assert.deepEqual(
    packets.map(({ data, length }) => [data.length, length]),
    [
      [40, 1040],
      [48, 548],
      [30, 33],
    ],
  );
  // What is not known counts as zeros: the sum over what is known is right.
  for (const { data } of packets) assert.equal(transportSum(readIP(data)), 0xffff);
});

test("formatPcapng, begins at the date that is asked for", () => {
  const start = Date.UTC(2030, 0, 1);
  const { packets } = readPcapng(formatPcapng(cleanConnection(), { start }));
  assert.equal(packets[1]!.time, BigInt(start) * 1_000_000n + BigInt(MILLISECOND));
});

test("formatPcapng, keeps every nanosecond, when the time is long", () => {
  const log = new LogWriter();
  const time = 100 * 24 * 3600 * NANOSECONDS + 1;
  log.sent(time, CLIENT, SERVER, { data: "late" });
  assert.equal(readPcapng(formatPcapng(log.events)).packets[0]!.time, BigInt(time));
});

test("formatPcapng, leaves UNIX sockets out", () => {
  const log = new LogWriter();
  const end = { host: "a", address: "/run/a.sock", port: 0 };
  log.sent(0, end, end, { protocol: "unix", flow: 1, flags: "A", data: "hi" });
  const { packets, interfaces, names } = readPcapng(formatPcapng(log.events));
  assert.deepEqual([packets, interfaces, names], [[], [], []]);
});

for (const [version, from, to, most] of [
  [4, CLIENT, SERVER, 65_495],
  [6, CLIENT6, SERVER6, 65_515],
] as const) {
  test(`formatPcapng, makes several segments of one, when it is too long for IP version ${version}`, () => {
    const log = new LogWriter();
    const data = Buffer.alloc(150_000, "0123456789abcdef");
    log.sent(0, from, to, { flow: 1, protocol: "tcp", flags: "FA", sequence: 100, data });
    const packets = readPcapng(formatPcapng(log.events)).packets;
    assert.deepEqual(
      packets.map((packet) => payloadOf(packet).length),
      [most, most, 150_000 - 2 * most],
    );
    assert.deepEqual(Buffer.concat(packets.map((packet) => payloadOf(packet))), data);
    const headers = packets.map((packet) => readIP(packet.data).content);
    const [first] = headers.map((header) => header.readUInt32BE(4));
    assert.deepEqual(
      headers.map((header) => (header.readUInt32BE(4) - first!) >>> 0),
      [0, most, 2 * most],
    );
    // The end, and the push, are of the last.
    assert.deepEqual(
      headers.map((header) => header[13]),
      [0x10, 0x10, 0x19],
    );
    for (const { data: bytes } of packets) assert.equal(transportSum(readIP(bytes)), 0xffff);
  });
}

test("formatPcapng, cuts a datagram and says so, when it is too long for IP", () => {
  const log = new LogWriter();
  log.lost(1, log.sent(0, CLIENT, SERVER, { data: Buffer.alloc(70_000, "x") }), "too long");
  const [packet] = readPcapng(formatPcapng(log.events)).packets;
  assert.equal(packet!.length, 65_535);
  assert.equal(packet!.comment, "Lost: too long. The datagram had 70000 bytes, more than IP can carry");
  assert.equal(transportSum(readIP(packet!.data)), 0xffff);
});

test("formatPcapng, writes both addresses in one version, and without zones", () => {
  const log = new LogWriter();
  log.sent(0, { ...CLIENT6, address: "fe80::1%eth0" }, SERVER, { data: "x" });
  const [packet] = readPcapng(formatPcapng(log.events)).packets;
  assert.equal(wayOf(packet!), "fe80::1 40001 > ::ffff:10.0.0.2 7");
});

test("formatPcapng, names no address that several hosts have", () => {
  const log = new LogWriter();
  for (const host of ["a", "b"]) {
    const here = { host, address: "127.0.0.1", port: 1000 };
    log.sent(0, here, { ...here, port: 2000 }, { data: "x" });
  }
  assert.deepEqual(readPcapng(formatPcapng(log.events)).names, []);
});

test("formatPcapng, refuses what has no address", () => {
  const log = new LogWriter();
  log.sent(0, { ...CLIENT, address: "somewhere" }, SERVER, { data: "x" });
  assert.throws(() => formatPcapng(log.events), {
    name: "RangeError",
    message: 'Cannot capture a packet of "somewhere": expected an IP address',
  });
});

test("formatPcapng, shows what arrived, when the log does not have that it was sent", () => {
  const arrived: SimulationEvent[] = cleanConnection().filter(({ kind }) => kind === "arrived");
  const { packets } = readPcapng(formatPcapng(arrived, { at: "server" }));
  assert.equal(packets.length, arrived.filter(({ host }) => host === "server").length);
});

test("formatPcapng, formats 100,000 events", { timeout: 30_000 }, () => {
  const log = new LogWriter();
  const connection = new ConnectionWriter(log, 1).open();
  while (log.events.length < 100_000) connection.say(connection.client, "0123456789");
  assert.equal(readPcapng(formatPcapng(log.events)).packets.length, log.events.length / 2);
});

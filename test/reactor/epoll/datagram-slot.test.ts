import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { DatagramSlot } from "../../../src/reactor/epoll/datagram-slot.ts";
import { EpollCore } from "../../../src/reactor/epoll/epoll-core.ts";
import { addressFromName } from "../../../src/reactor/epoll/slot-address.ts";
import type { Address } from "../../../src/transport/address.ts";
import { WriteBatch } from "../../../src/transport/write-batch.ts";
import { until } from "../../conformance/running.ts";
import { HOST, native, skip } from "./over-core.ts";

interface Opened {
  readonly core: EpollCore;
  readonly slot: DatagramSlot<Address>;
  readonly received: string[];
  readonly errors: string[];
  readonly port: number;
}

async function withSlot(body: (opened: Opened) => Promise<void>, limit = 1000): Promise<void> {
  const core = new EpollCore(native, new WriteBatch());
  const received: string[] = [];
  const errors: string[] = [];
  const receiver = {
    received: (datagram: Buffer) => received.push(datagram.toString()),
    failed: (error: Error) => errors.push((error as NodeJS.ErrnoException).code ?? ""),
  };
  const slot = new DatagramSlot(core, native.bindDatagrams(core.handle, HOST, 0, limit, 0), receiver, addressFromName);
  try {
    await body({ core, slot, received, errors, port: Number(slot.name.split(" ")[1]) });
  } finally {
    core.close();
  }
}

test("DatagramSlot, takes more than one batch, in order, each cut off at the limit", { skip }, () =>
  withSlot(async ({ slot, received, port }) => {
    for (let n = 0; n < 150; n++) slot.send(Buffer.from(`${n} and more`), HOST, port);
    await until(() => received.length === 150, "all datagrams");
    assert.deepEqual(
      received,
      Array.from({ length: 150 }, (_, n) => `${n} and more`.slice(0, 8)),
    );
  }, 8),
);

test("DatagramSlot, empty datagrams, are datagrams", { skip }, () =>
  withSlot(async ({ slot, received, port }) => {
    slot.send(Buffer.alloc(0), HOST, port);
    slot.send(Buffer.from("x"), HOST, port);
    await until(() => received.length === 2, "both");
    assert.deepEqual(received, ["", "x"]);
  }),
);

test("DatagramSlot, an error of one datagram, is told, and the others are sent", { skip }, () =>
  withSlot(async ({ slot, received, errors, port }) => {
    slot.send(Buffer.from("before"), HOST, port);
    slot.send(Buffer.from("x"), "255.255.255.255", port);
    slot.send(Buffer.from("after"), HOST, port);
    await until(() => received.length === 2, "the others");
    assert.deepEqual([received, errors], [["before", "after"], ["EACCES"]]);
  }),
);

test("DatagramSlot, what is no address, is refused at once", { skip }, () =>
  withSlot(async ({ slot }) => {
    assert.throws(() => slot.send(Buffer.from("x"), "nowhere", 1), { code: "EINVAL", syscall: "sendto" });
    assert.throws(() => slot.connect("::1", 1), { code: "EAFNOSUPPORT", syscall: "connect" });
  }),
);

test("DatagramSlot, what there is no room for, waits up to a limit, and is sent in order", { skip }, () =>
  withSlot(async ({ core, slot, errors }) => {
    const peer = createSocket("udp4");
    peer.bind(0, HOST).unref();
    await once(peer, "listening");
    const heard: string[] = [];
    peer.on("message", (datagram) => heard.push(datagram.toString()));
    const address = native.encodeAddress(HOST, peer.address().port, Buffer.alloc(64));
    assert.equal(address, 20);
    // As if the system had had no room for these: loopback always has.
    const encoded = Buffer.alloc(20);
    native.encodeAddress(HOST, peer.address().port, encoded);
    const EAGAIN = -11;
    for (const text of ["1", "2"]) slot.sentPartly(EAGAIN, Buffer.concat([encoded, Buffer.from(text)]));
    slot.send(Buffer.from("3"), HOST, peer.address().port);
    await until(() => heard.length === 3, "the datagrams");
    assert.deepEqual([heard, errors], [["1", "2", "3"], []]);
    // And when too much waits.
    slot.sentPartly(EAGAIN, Buffer.concat([encoded, Buffer.alloc(60_000)]));
    for (let n = 0; n < 10; n++) slot.send(Buffer.alloc(60_000), HOST, peer.address().port);
    heard.length = 0;
    slot.send(Buffer.from("dropped"), HOST, peer.address().port);
    // The peer may have no room for all of them.
    await until(() => heard.length >= 2, "what waited");
    slot.send(Buffer.from("goes again"), HOST, peer.address().port);
    await until(() => heard.includes("goes again"), "the next");
    assert.ok(!heard.includes("dropped"));
    slot.dropWithoutRoom();
    slot.sentPartly(EAGAIN, Buffer.concat([encoded, Buffer.from("dropped")]));
    slot.send(Buffer.from("last"), HOST, peer.address().port);
    core.flush();
    await until(() => heard.includes("last"), "the last");
    assert.ok(!heard.includes("dropped"));
  }),
);

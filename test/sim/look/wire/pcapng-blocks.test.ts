import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  enhancedPacket,
  interfaceDescription,
  nameResolution,
  sectionHeader,
} from "../../../../src/sim/look/wire/pcapng-blocks.ts";
import { readPcapng } from "./read-pcapng.ts";

const hex = (text: string): string => text.replaceAll(/\s/g, "");

test("sectionHeader, is the block of section 4.1", () => {
  const expected = hex(`
    0a0d0d0a 2c000000 4d3c2b1a 0100 0000 ffffffffffffffff
    0400 0600 486177736572 0000 0000 0000
    2c000000`);
  assert.equal(sectionHeader("Hawser").toString("hex"), expected);
});

test("interfaceDescription, is the block of section 4.2: raw IP, nanoseconds, nothing cut", () => {
  const expected = hex(`
    01000000 28000000 6500 0000 00000000
    0200 0300 646231 00
    0900 0100 09 000000
    0000 0000
    28000000`);
  assert.equal(interfaceDescription("db1").toString("hex"), expected);
});

test("nameResolution, is the block of section 4.5", () => {
  const expected = hex(`
    04000000 34000000
    0100 0800 0a000001 64623100
    0200 1200 fd000000000000000000000000000001 6100 0000
    0000 0000
    34000000`);
  const records = [
    { address: Buffer.of(10, 0, 0, 1), name: "db1" },
    { address: Buffer.from("fd000000000000000000000000000001", "hex"), name: "a" },
  ];
  assert.equal(nameResolution(records).toString("hex"), expected);
});

test("enhancedPacket, is the block of section 4.3, without options where nothing is to be said", () => {
  const packet = {
    interface: 2,
    time: 0x0102_0304_0506_0708n,
    parts: [Buffer.from("ab"), Buffer.from("c")],
    length: 300,
    direction: undefined,
    comment: "",
  };
  const plain = hex("06000000 24000000 02000000 04030201 08070605 03000000 2c010000 616263 00 24000000");
  assert.equal(enhancedPacket(packet).toString("hex"), plain);
  const said = hex(`
    06000000 38000000 02000000 04030201 08070605 03000000 2c010000 616263 00
    0100 0200 6869 0000
    0200 0400 01000000
    0000 0000
    38000000`);
  assert.equal(enhancedPacket({ ...packet, comment: "hi", direction: "inbound" }).toString("hex"), said);
});

test("blocks, are read as they were written, whatever is in them", () => {
  const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
  const text = fc.string({ unit: "grapheme", maxLength: 20 }).map((string) => string.replaceAll("\0", ""));
  const address = fc.constantFrom(4, 16).chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
  const records = fc.array(fc.record({ address: address.map((array) => Buffer.from(array)), name: text }), {
    maxLength: 4,
  });
  const packet = fc.record({
    interface: fc.nat(3),
    time: fc.bigInt(0n, (1n << 63n) - 1n),
    parts: fc.array(bytes, { maxLength: 3 }),
    length: fc.nat(0xffff_ffff),
    direction: fc.constantFrom("inbound" as const, "outbound" as const, undefined),
    comment: text,
  });
  fc.assert(
    fc.property(
      text,
      fc.array(text, { maxLength: 3 }),
      records,
      fc.array(packet, { maxLength: 4 }),
      (name, hosts, found, packets) => {
        const file = Buffer.concat([
          sectionHeader(name),
          ...hosts.map((host) => interfaceDescription(host)),
          nameResolution(found),
          ...packets.map((each) => enhancedPacket(each)),
        ]);
        assert.deepEqual(readPcapng(file), {
          application: name,
          interfaces: hosts.map((host) => ({ linkType: 101, snapLength: 0, name: host, resolution: 9 })),
          names: found.map((record) => ({ ...record })),
          packets: packets.map(({ parts, direction, comment, ...rest }) => ({
            ...rest,
            data: Buffer.concat(parts),
            comment: comment === "" ? undefined : comment,
            flags: direction === undefined ? undefined : direction === "inbound" ? 1 : 2,
          })),
        });
      },
    ),
  );
});

test("texts, are cut between characters, when their length does not fit into 16 bits", () => {
  const long = "ü".repeat(40_000);
  const { interfaces, names, application } = readPcapng(
    Buffer.concat([
      sectionHeader(`.${long}`),
      interfaceDescription(long),
      nameResolution([{ address: Buffer.of(10, 0, 0, 1), name: long }]),
    ]),
  );
  assert.equal(application, `.${"ü".repeat(32_767)}`);
  assert.equal(interfaces[0]!.name, "ü".repeat(32_767));
  assert.equal(names[0]!.name, "ü".repeat(32_765));
});

test("nameResolution, leaves out zeros, when a name has some", () => {
  const { names } = readPcapng(
    Buffer.concat([sectionHeader(""), nameResolution([{ address: Buffer.of(1, 2, 3, 4), name: "a\0b" }])]),
  );
  assert.equal(names[0]!.name, "ab");
});

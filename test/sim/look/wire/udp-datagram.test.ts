import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { udpHeader } from "../../../../src/sim/look/wire/udp-datagram.ts";
import { transportSum } from "./read-pcapng.ts";

const V4 = { source: Buffer.of(10, 0, 0, 1), destination: Buffer.of(10, 0, 0, 2) };
const V6 = { source: Buffer.alloc(16, 1), destination: Buffer.alloc(16, 2) };

test("udpHeader, is the header of RFC 768", () => {
  // 0a00+0001+0a00+0002+0011+000a (pseudo) + 0035+1000+000a + 6869 = 8cc6, so 7339.
  const header = udpHeader(V4, { sourcePort: 0x35, destinationPort: 0x1000 }, Buffer.from("hi"), 2);
  assert.equal(header.toString("hex"), "00351000000a7339");
});

test("udpHeader, sends all ones, when the checksum is zero", () => {
  const fields = { sourcePort: 0, destinationPort: 0 };
  const { length } = Buffer.alloc(2);
  const sum = 0xffff - udpHeader(V4, fields, Buffer.alloc(2), length).readUInt16BE(6);
  const header = udpHeader(V4, fields, Buffer.of((0xffff - sum) >> 8, (0xffff - sum) & 0xff), length);
  assert.equal(header.readUInt16BE(6), 0xffff);
});

test("udpHeader, has a checksum that is right, whatever it carries", () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.nat(0xffff),
      fc.nat(0xffff),
      fc.uint8Array({ maxLength: 99 }),
      (isV6, a, b, payload) => {
        const addresses = isV6 ? V6 : V4;
        const header = udpHeader(addresses, { sourcePort: a, destinationPort: b }, payload, payload.length);
        const content = Buffer.concat([header, payload]);
        const segment = { ...addresses, protocol: 17, hopLimit: 64, content, length: content.length };
        assert.equal(transportSum(segment), 0xffff);
        assert.equal(header.readUInt16BE(0), a);
        assert.equal(header.readUInt16BE(2), b);
        assert.equal(header.readUInt16BE(4), content.length);
      },
    ),
  );
});

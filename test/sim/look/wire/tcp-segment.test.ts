import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TCPFlag, tcpHeader } from "../../../../src/sim/look/wire/tcp-segment.ts";
import { transportSum } from "./read-pcapng.ts";

const V4 = { source: Buffer.of(10, 0, 0, 1), destination: Buffer.of(10, 0, 0, 2) };
const FIELDS = {
  sourcePort: 0x9c40,
  destinationPort: 7,
  sequence: 0x01020304,
  acknowledgment: 0xfffefdfc,
  flags: TCPFlag.psh | TCPFlag.ack,
};

test("tcpHeader, is the header of RFC 9293", () => {
  const header = tcpHeader(V4, FIELDS, Buffer.from("hi"), 2);
  // 0a00+0001+0a00+0002+0006+0016 (pseudo) + 9c40+0007+0102+0304+fffe+fdfc+5018+ffff+0000 + 6869 = 46ae6, so 6aea, so 9515.
  assert.equal(header.toString("hex"), "9c40000701020304fffefdfc5018ffff95150000");
});

test("tcpHeader, offers the longest segment and the widest window, when it has SYN", () => {
  const header = tcpHeader(V4, { ...FIELDS, flags: TCPFlag.syn }, Buffer.alloc(0), 0);
  assert.equal(header.length, 28);
  assert.equal(header[12], 0x70);
  assert.equal(header.toString("hex", 20), "0204ffd70103030e");
});

test("tcpHeader, has a checksum that is right, whatever it carries", () => {
  const address = fc.constantFrom(4, 16).chain((length) => {
    const bytes = fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array));
    return fc.record({ source: bytes, destination: bytes });
  });
  const port = fc.nat(0xffff);
  const number = fc.nat(0xffff_ffff);
  const fields = fc.record({
    sourcePort: port,
    destinationPort: port,
    sequence: number,
    acknowledgment: number,
    flags: fc.nat(0x3f),
  });
  fc.assert(
    fc.property(address, fields, fc.uint8Array({ maxLength: 99 }), (addresses, values, payload) => {
      const header = tcpHeader(addresses, values, payload, payload.length);
      const content = Buffer.concat([header, payload]);
      const segment = { ...addresses, protocol: 6, hopLimit: 64, content, length: content.length };
      assert.equal(transportSum(segment), 0xffff);
      assert.deepEqual(
        {
          sourcePort: header.readUInt16BE(0),
          destinationPort: header.readUInt16BE(2),
          sequence: header.readUInt32BE(4),
          acknowledgment: header.readUInt32BE(8),
          flags: header[13],
        },
        { ...values },
      );
    }),
  );
});

test("tcpHeader, takes bytes that are not known to be 0", () => {
  const known = tcpHeader(V4, FIELDS, Buffer.from([1, 2, 0, 0, 0]), 5);
  assert.deepEqual(tcpHeader(V4, FIELDS, Buffer.from([1, 2]), 5), known);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { crc32c } from "../../../../src/protocol/haproxy/wire/crc32c.ts";
import { InvalidProxyHeaderError } from "../../../../src/protocol/haproxy/wire/errors.ts";
import {
  SIGNATURE,
  formatVersion2,
  lengthOfRest,
  parseVersion2,
} from "../../../../src/protocol/haproxy/wire/version-2.ts";
import { proxyAddresses } from "../../../support/proxy-headers.ts";

const ipv4 = { family: "ipv4", transport: "TCP", host: "192.0.2.1", port: 258 } as const;

function header(command: number, family: number, rest: Buffer): Buffer {
  return Buffer.concat([SIGNATURE, Buffer.of(command, family, rest.length >> 8, rest.length & 0xff), rest]);
}

test("parseVersion2, reads the bytes of the specification", () => {
  const bytes = header(0x21, 0x11, Buffer.from("c0000201c000020201020050", "hex"));
  assert.equal(lengthOfRest(bytes), 12);
  assert.deepEqual(parseVersion2(bytes), {
    version: 2,
    command: "PROXY",
    source: ipv4,
    destination: { family: "ipv4", transport: "TCP", host: "192.0.2.2", port: 80 },
    tlvs: [],
  });
});

test("formatVersion2, what is written is read again, with TLVs", () => {
  const tlvs = fc.array(
    fc
      .tuple(fc.constantFrom(1, 2, 5, 0x20, 0xea), fc.uint8Array({ maxLength: 40 }))
      .map(([type, value]) => ({ type, value: Buffer.from(value) })),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(proxyAddresses(["ipv4", "ipv6", "unix"], ["TCP", "UDP"]), tlvs, ([source, destination], more) => {
      const bytes = formatVersion2(source, destination, { tlvs: more });
      assert.deepEqual(parseVersion2(bytes), { version: 2, command: "PROXY", source, destination, tlvs: more });
    }),
    { numRuns: 200 },
  );
});

test("parseVersion2, LOCAL says nothing, whatever stands in it", () => {
  for (const rest of [Buffer.alloc(0), Buffer.alloc(5, 0xff)]) {
    const parsed = parseVersion2(header(0x20, 0xff, rest));
    assert.deepEqual([parsed.command, parsed.source, parsed.tlvs], ["LOCAL", undefined, []]);
  }
  assert.equal(parseVersion2(formatVersion2(ipv4, ipv4, { command: "LOCAL" })).command, "LOCAL");
});

test("parseVersion2, without a family or a transport there are no addresses, but TLVs", () => {
  const tlv = Buffer.from("e0000161", "hex");
  const expected = [{ type: 0xe0, value: Buffer.from("a") }];
  const unspecified = parseVersion2(header(0x21, 0x00, tlv));
  assert.deepEqual([unspecified.source, unspecified.tlvs], [undefined, expected]);
  const untransported = parseVersion2(header(0x21, 0x10, Buffer.concat([Buffer.alloc(12), tlv])));
  assert.deepEqual([untransported.source, untransported.tlvs], [undefined, expected]);
  assert.equal(parseVersion2(formatVersion2(undefined, undefined)).source, undefined);
});

test("parseVersion2, names of UNIX sockets: a path, an abstract name, and none", () => {
  const names = (first: Buffer, second: Buffer): unknown[] => {
    const block = Buffer.alloc(216);
    first.copy(block);
    second.copy(block, 108);
    const { source, destination } = parseVersion2(header(0x21, 0x31, block));
    return [source, destination].map((address) => (address?.family === "unix" ? address.name : "?"));
  };
  assert.deepEqual(names(Buffer.from("/a\0junk"), Buffer.alloc(0)), ["/a", null]);
  assert.deepEqual(names(Buffer.from("\0abs"), Buffer.alloc(108, "x")), ["\0abs", "x".repeat(108)]);
});

test("parseVersion2, checks the checksum", () => {
  const zeros = { type: 3, value: Buffer.alloc(4) };
  const bytes = formatVersion2(ipv4, ipv4, { tlvs: [zeros] });
  bytes.writeUInt32BE(crc32c(bytes), bytes.length - 4);
  assert.equal(parseVersion2(bytes).tlvs.length, 1);
  bytes[20]! ^= 1;
  assert.throws(() => parseVersion2(bytes), /another checksum/);
  const short = formatVersion2(ipv4, ipv4, { tlvs: [{ type: 3, value: Buffer.alloc(2) }] });
  assert.throws(() => parseVersion2(short), InvalidProxyHeaderError);
});

test("parseVersion2, refuses everything else", () => {
  const bad: [string, Buffer][] = [
    ["version", header(0x11, 0x11, Buffer.alloc(12))],
    ["command", header(0x22, 0x11, Buffer.alloc(12))],
    ["family", header(0x21, 0x41, Buffer.alloc(12))],
    ["transport", header(0x21, 0x13, Buffer.alloc(12))],
    ["too short", header(0x21, 0x11, Buffer.alloc(11))],
    ["too short for IPv6", header(0x21, 0x21, Buffer.alloc(35))],
    ["half a TLV", header(0x21, 0x11, Buffer.alloc(14))],
    ["a TLV too long", header(0x21, 0x11, Buffer.concat([Buffer.alloc(12), Buffer.of(1, 0, 2, 0)]))],
  ];
  for (const [name, bytes] of bad) assert.throws(() => parseVersion2(bytes), InvalidProxyHeaderError, name);
});

test("formatVersion2, refuses what has no place", () => {
  const ipv6 = { family: "ipv6", transport: "TCP", host: "::1", port: 1 } as const;
  const tlv = { type: 1, value: Buffer.alloc(40_000) };
  const bad: (() => unknown)[] = [
    () => formatVersion2(ipv4, ipv6),
    () => formatVersion2(ipv4, { family: "unix", name: "/a" }),
    () => formatVersion2({ ...ipv4, host: "::1" }, ipv4),
    () => formatVersion2({ family: "unix", name: "x".repeat(109) }, { family: "unix", name: null }),
    () => formatVersion2(ipv4, ipv4, { tlvs: [tlv, tlv] }),
    () => formatVersion2(ipv4, ipv4, { tlvs: [{ type: 1, value: Buffer.alloc(65536) }] }),
  ];
  for (const format of bad) assert.throws(format, RangeError);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { ipAddressBytes } from "../../../../src/bytes/ip-address.ts";
import { ipHeader, longestContent, pseudoHeader } from "../../../../src/sim/look/wire/ip-packet.ts";

function addresses(source: string, destination: string): { source: Buffer; destination: Buffer } {
  return { source: ipAddressBytes(source)!, destination: ipAddressBytes(destination)! };
}

test("ipHeader, is the header of RFC 791 with its checksum, when the addresses have 4 bytes", () => {
  const header = ipHeader(addresses("192.168.0.1", "192.168.0.199"), 17, 0x73 - 20, 0);
  assert.equal(header.toString("hex"), "45000073000040004011b861c0a80001c0a800c7");
});

test("ipHeader, is the header of RFC 8200, when the addresses have 16 bytes", () => {
  const header = ipHeader(addresses("2001:db8::1", "2001:db8::2"), 6, 0x1234, 99);
  const [from, to] = ["20010db8000000000000000000000001", "20010db8000000000000000000000002"];
  assert.equal(header.toString("hex"), `6000000012340640${from}${to}`);
});

test("ipHeader, goes one hop, when the destination is a group", () => {
  assert.equal(ipHeader(addresses("10.0.0.1", "224.0.0.1"), 17, 8, 0)[8], 1);
  assert.equal(ipHeader(addresses("10.0.0.1", "239.255.255.255"), 17, 8, 0)[8], 1);
  assert.equal(ipHeader(addresses("10.0.0.1", "255.255.255.255"), 17, 8, 0)[8], 64);
  assert.equal(ipHeader(addresses("fd00::1", "ff02::1"), 17, 8, 0)[7], 1);
});

test("ipHeader, keeps 16 bits of the identification", () => {
  assert.equal(ipHeader(addresses("10.0.0.1", "10.0.0.2"), 17, 8, 0x1_0003).readUInt16BE(4), 3);
});

test("longestContent, fits into 16 bits with the header of version 4, without that of version 6", () => {
  const [v4, v6] = [addresses("10.0.0.1", "10.0.0.2"), addresses("::1", "::1")];
  assert.equal(ipHeader(v4, 17, longestContent(v4), 0).readUInt16BE(2), 0xffff);
  assert.equal(ipHeader(v6, 17, longestContent(v6), 0).readUInt16BE(4), 0xffff);
});

test("pseudoHeader, has the form of the version", () => {
  const v4 = pseudoHeader(addresses("10.0.0.1", "10.0.0.2"), 6, 0x1234);
  assert.equal(v4.toString("hex"), "0a0000010a00000200061234");
  const v6 = pseudoHeader(addresses("::1", "::2"), 17, 0x1_0000);
  assert.equal(v6.toString("hex"), `${"0".repeat(31)}1${"0".repeat(31)}20001000000000011`);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { datagramBytes, destinationHost, destinationPort, isLimitedBroadcast } from "../../src/transport/datagrams.ts";
import { InvalidAddressError, MessageLengthError } from "../../src/transport/errors.ts";

test("datagramBytes, passes bytes on as they are, and strings as UTF-8", () => {
  const bytes = new Uint8Array([1, 2]);
  assert.equal(datagramBytes(bytes, "ipv4"), bytes);
  assert.deepEqual(datagramBytes("ü", "ipv6"), Buffer.from([0xc3, 0xbc]));
  assert.equal(datagramBytes("", "ipv4").length, 0);
});

test("datagramBytes, counts bytes and not characters", () => {
  assert.equal(datagramBytes("ü".repeat(32_753), "ipv4").length, 65_506);
  assert.throws(() => datagramBytes("ü".repeat(32_754), "ipv4"), {
    name: "MessageLengthError",
    message: "Cannot send a datagram of 65508 bytes: expected 65507 at most",
  });
  assert.throws(() => datagramBytes(new Uint8Array(65_528), "ipv6"), MessageLengthError);
});

test("datagramBytes, refuses what is neither, saying what it was", () => {
  assert.throws(() => datagramBytes({ length: 3 } as unknown as Uint8Array, "ipv4"), {
    name: "TypeError",
    message: "Cannot send { length: 3 }: expected a string or a Uint8Array",
  });
  assert.throws(() => datagramBytes(new Uint16Array(2) as unknown as Uint8Array, "ipv4"), TypeError);
});

test("destinationHost, takes the addresses of its family alone", () => {
  assert.equal(destinationHost("192.0.2.1", "ipv4"), "192.0.2.1");
  assert.equal(destinationHost("fe80::1%eth0", "ipv6"), "fe80::1%eth0");
  assert.throws(() => destinationHost("::1", "ipv4"), { message: "Cannot send to '::1': expected an IPv4 address" });
  assert.throws(() => destinationHost("127.0.0.1", "ipv6"), {
    message: "Cannot send to '127.0.0.1': expected an IPv6 address",
  });
});

test("destinationHost, refuses names, keeping what was given", () => {
  for (const given of ["localhost", "", "1.2.3", "256.1.1.1", "<everybody>"]) {
    assert.throws(
      () => destinationHost(given, "ipv4"),
      (error) =>
        error instanceof InvalidAddressError && error.address === given && error.message.endsWith(", not a name"),
    );
  }
  for (const given of [undefined, null, 2_130_706_433]) {
    assert.throws(() => destinationHost(given as unknown as string, "ipv4"), InvalidAddressError);
  }
});

test("destinationHost, knows Twisted's name for everybody, in IPv4", () => {
  assert.equal(destinationHost("<broadcast>", "ipv4"), "255.255.255.255");
  assert.equal(isLimitedBroadcast(destinationHost("<broadcast>", "ipv4")), true);
  assert.equal(isLimitedBroadcast("192.0.2.255"), false);
  assert.throws(() => destinationHost("<broadcast>", "ipv6"), InvalidAddressError);
});

test("destinationPort, takes 1 to 65535 and nothing else", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 65_535 }), (port) => assert.equal(destinationPort(port), port)));
  for (const port of [0, -1, 65_536, 1.5, NaN, Infinity]) assert.throws(() => destinationPort(port), RangeError);
  for (const port of ["53", null, undefined, 53n]) {
    assert.throws(() => destinationPort(port as unknown as number), TypeError);
  }
});

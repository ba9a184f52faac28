import assert from "node:assert/strict";
import { test } from "node:test";
import { IPv4Address, IPv6Address } from "../../src/transport/address.ts";
import { InvalidAddressError } from "../../src/transport/errors.ts";
import { checkIPAddress, checkPort, internetAddress, isIPAddress, isIPv6Address } from "../../src/transport/ports.ts";

test("checkPort, answers a port and refuses anything else", () => {
  for (const port of [0, 1, 65535]) assert.equal(checkPort("listen on", port), port);
  for (const port of [-1, 65536, 0.5, Infinity]) assert.throws(() => checkPort("listen on", port), RangeError);
  assert.throws(() => checkPort("listen on", "80" as never), {
    name: "TypeError",
    message: "Cannot listen on port '80': expected a whole number from 0 to 65535",
  });
});

test("checkIPAddress, answers an address and refuses names", () => {
  for (const address of ["127.0.0.1", "::1", "fe80::1%eth0"]) assert.equal(checkIPAddress("bind", address), address);
  for (const address of ["localhost", "127.0.0.256", "", 3]) {
    assert.throws(() => checkIPAddress("bind", address as string), InvalidAddressError);
  }
});

test("isIPAddress and isIPv6Address, tell the families", () => {
  assert.deepEqual([isIPAddress("127.0.0.1"), isIPAddress("::1"), isIPAddress("x")], [true, false, false]);
  assert.deepEqual([isIPv6Address("127.0.0.1"), isIPv6Address("::1"), isIPv6Address("x")], [false, true, false]);
});

test("internetAddress, makes the object for the family, with its scope", () => {
  assert.ok(internetAddress("TCP", "127.0.0.1", 80).equals(new IPv4Address("TCP", "127.0.0.1", 80)));
  assert.ok(internetAddress("UDP", "::1", 80).equals(new IPv6Address("UDP", "::1", 80)));
  assert.ok(internetAddress("TCP", "fe80::1%eth0", 80).equals(new IPv6Address("TCP", "fe80::1%eth0", 80, 0, "eth0")));
});

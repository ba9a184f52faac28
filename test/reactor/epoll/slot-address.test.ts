import assert from "node:assert/strict";
import { test } from "node:test";
import { addressFromName } from "../../../src/reactor/epoll/slot-address.ts";
import { IPv4Address, IPv6Address, UNIXAddress } from "../../../src/transport/address.ts";

test("addressFromName, host and port, is an address of TCP", () => {
  assert.deepEqual(addressFromName("127.0.0.1 80"), new IPv4Address("TCP", "127.0.0.1", 80));
  assert.deepEqual(addressFromName("::1 8080"), new IPv6Address("TCP", "::1", 8080));
});

test("addressFromName, with an interface, has it as its scope", () => {
  assert.deepEqual(addressFromName("fe80::1%eth0 1"), new IPv6Address("TCP", "fe80::1%eth0", 1, 0, "eth0"));
});

test("addressFromName, anything else, is the name of a UNIX socket, and nothing is none", () => {
  assert.deepEqual(addressFromName("/run/a b 80"), new UNIXAddress("/run/a b 80"));
  assert.deepEqual(addressFromName("\0abstract"), new UNIXAddress("\0abstract"));
  assert.deepEqual(addressFromName(""), new UNIXAddress(null));
});

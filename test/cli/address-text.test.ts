import assert from "node:assert/strict";
import { test } from "node:test";
import { addressText, netcatCommand } from "../../src/cli/address-text.ts";
import { IPv4Address, IPv6Address, UNIXAddress } from "../../src/transport/address.ts";

test("addressText, is how one would write it", () => {
  assert.equal(addressText(new IPv4Address("TCP", "127.0.0.1", 7)), "127.0.0.1:7");
  assert.equal(addressText(new IPv6Address("TCP", "::1", 7)), "[::1]:7");
  assert.equal(addressText(new UNIXAddress("/run/x")), "/run/x");
});

test("netcatCommand, connects to it", () => {
  assert.equal(netcatCommand(new IPv4Address("TCP", "0.0.0.0", 7)), "nc 127.0.0.1 7");
  assert.equal(netcatCommand(new IPv6Address("TCP", "::", 7)), "nc ::1 7");
  assert.equal(netcatCommand(new IPv4Address("TCP", "10.0.0.1", 7)), "nc 10.0.0.1 7");
  assert.equal(netcatCommand(new UNIXAddress("/run/x")), "nc -U /run/x");
});

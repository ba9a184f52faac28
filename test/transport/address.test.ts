import assert from "node:assert/strict";
import { test } from "node:test";
import {
  HostnameAddress,
  IPv4Address,
  IPv6Address,
  PipeAddress,
  ProcessAddress,
  UNIXAddress,
} from "../../src/transport/address.ts";

const SAMPLES = [
  () => new IPv4Address("TCP", "127.0.0.1", 80),
  () => new IPv4Address("UDP", "127.0.0.1", 80),
  () => new IPv4Address("TCP", "127.0.0.2", 80),
  () => new IPv4Address("TCP", "127.0.0.1", 81),
  () => new IPv6Address("TCP", "::1", 80),
  () => new IPv6Address("TCP", "::2", 80),
  () => new IPv6Address("TCP", "::1", 81),
  () => new IPv6Address("UDP", "::1", 80),
  () => new IPv6Address("TCP", "::1", 80, 1),
  () => new IPv6Address("TCP", "::1", 80, 0, "eth0"),
  () => new HostnameAddress("localhost", 80),
  () => new HostnameAddress("localhost", 81),
  () => new HostnameAddress("elsewhere", 80),
  () => new UNIXAddress("/run/socket"),
  () => new UNIXAddress("/run/other"),
  () => new ProcessAddress("/bin/true"),
  () => new ProcessAddress("/bin/false"),
];

test("equals, holds for the same values alone", () => {
  for (const [i, one] of SAMPLES.entries()) {
    for (const [j, other] of SAMPLES.entries()) assert.equal(one().equals(other()), i === j, `${i} and ${j}`);
    assert.equal(one().equals(undefined), false);
  }
});

test("UNIXAddress.equals, never holds for the nameless", () => {
  assert.equal(new UNIXAddress(null).equals(new UNIXAddress(null)), false);
});

test("PipeAddress.equals, holds for itself alone: pipes have no names", () => {
  const address = new PipeAddress();
  assert.equal(address.equals(address), true);
  assert.equal(address.equals(new PipeAddress()), false);
  assert.equal(String(address), "PipeAddress()");
});

test("toString, shows what Twisted shows", () => {
  assert.equal(String(new IPv4Address("TCP", "127.0.0.1", 80)), "IPv4Address(TCP, '127.0.0.1', 80)");
  assert.equal(String(new IPv6Address("UDP", "::1", 53)), "IPv6Address(UDP, '::1', 53)");
  assert.equal(String(new HostnameAddress("localhost", 80)), "HostnameAddress('localhost', 80)");
  assert.equal(String(new UNIXAddress("/run/socket")), 'UNIXAddress("/run/socket")');
  assert.equal(String(new UNIXAddress(null)), "UNIXAddress(None)");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { isSpecialAddress } from "../../../src/socks/wire/special-addresses.ts";

test("isSpecialAddress, tells those apart that are not for everybody", () => {
  const special = [
    ["0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1"],
    [
      "127.255.255.254",
      "169.254.169.254",
      "172.16.0.0",
      "172.31.255.255",
      "192.168.0.1",
      "198.18.0.1",
      "198.19.255.255",
    ],
    ["224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.0.0.8"],
    ["::", "::1", "fc00::1", "fdff::1", "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1", "ff02::1", "100::1"],
    ["::ffff:127.0.0.1", "::ffff:a00:1", "::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b:1::192.168.0.1", "2002:7f00:1::1"],
    ["localhost", "example.com", "", "127.1", "0x7f000001", "2130706433", "01.2.3.4"],
  ].flat();
  const usual = [
    ["1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1"],
    [
      "169.253.0.1",
      "169.255.0.1",
      "172.15.255.255",
      "172.32.0.0",
      "192.167.0.1",
      "192.169.0.1",
      "198.17.0.1",
      "198.20.0.0",
    ],
    ["223.255.255.255", "203.0.113.5", "192.0.2.1", "192.0.1.1"],
    ["2001:db8::1", "2606:4700::1111", "fbff::1", "fe00::1", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::1"],
  ].flat();
  for (const address of special) assert.equal(isSpecialAddress(address), true, address);
  for (const address of usual) assert.equal(isSpecialAddress(address), false, address);
});

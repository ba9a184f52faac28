import assert from "node:assert/strict";
import { test } from "node:test";
import { hostText, hostToConnect } from "../../src/endpoint/host-text.ts";
import { IPv4Address, IPv6Address } from "../../src/transport/address.ts";

test("hostText, an address, is itself", () => {
  for (const address of ["127.0.0.1", "::1", "fe80::1%eth0", "::ffff:192.0.2.1"]) {
    assert.equal(hostText(address), address);
  }
});

test("hostText, an ASCII name, is itself", () => {
  for (const name of [
    "localhost",
    "www.example.com",
    "EXAMPLE.com.",
    "_dmarc.example",
    "xn--bcher-kva.de",
    "a-b",
    "0",
  ]) {
    assert.equal(hostText(name), name);
  }
});

test("hostText, a name beyond ASCII, is in IDNA", () => {
  assert.equal(hostText("bücher.example"), "xn--bcher-kva.example");
  assert.equal(hostText("straße.example"), "xn--strae-oqa.example");
  assert.equal(hostText("例え。テスト"), "xn--r8jz45g.xn--zckzah");
  assert.equal(hostText("１２７.0.0.1"), "127.0.0.1");
});

test("hostText, what is neither, is undefined", () => {
  const long = "a".repeat(64);
  const strange = [
    "",
    ".",
    "a..b",
    ".a",
    "a b",
    "a\0b",
    "a\n",
    "[::1]",
    "a:80",
    "a/b",
    "user@host",
    "a%41",
    "1::%",
    "*",
    long,
  ];
  for (const host of strange) assert.equal(hostText(host), undefined, host);
});

test("hostText, what the URL parser would take for a part of a host, is undefined", () => {
  for (const host of ["ä/b", "ä:80", "ä?b", "ä#b", "ä%41", "ä\t", "ä\\b", "ä@b", "ä／b", "xn--ä"]) {
    assert.equal(hostText(host), undefined, host);
  }
});

test("hostText, a name's length, is 253 at most without the last dot", () => {
  const name = `${"a".repeat(49)}.`.repeat(5) + "abc";
  assert.equal(name.length, 253);
  assert.equal(hostText(name), name);
  assert.equal(hostText(`${name}.`), `${name}.`);
  assert.equal(hostText(`${name}d`), undefined);
  assert.equal(hostText("ä".repeat(63)), undefined, "the limit is that of the ASCII form");
});

test("hostToConnect, an address that needs a scope, has it", () => {
  assert.equal(hostToConnect(new IPv4Address("TCP", "192.0.2.1", 80)), "192.0.2.1");
  assert.equal(hostToConnect(new IPv6Address("TCP", "::1", 80)), "::1");
  assert.equal(hostToConnect(new IPv6Address("TCP", "fe80::1", 80, 0, "eth0")), "fe80::1%eth0");
  assert.equal(hostToConnect(new IPv6Address("TCP", "fe80::1%eth0", 80, 0, "eth0")), "fe80::1%eth0");
});

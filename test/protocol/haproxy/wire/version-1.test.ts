import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidProxyHeaderError } from "../../../../src/protocol/haproxy/wire/errors.ts";
import { formatVersion1, parseVersion1 } from "../../../../src/protocol/haproxy/wire/version-1.ts";

test("parseVersion1, reads addresses and ports", () => {
  assert.deepEqual(parseVersion1("PROXY TCP4 192.0.2.1 192.0.2.2 65535 443"), {
    version: 1,
    command: "PROXY",
    source: { family: "ipv4", transport: "TCP", host: "192.0.2.1", port: 65535 },
    destination: { family: "ipv4", transport: "TCP", host: "192.0.2.2", port: 443 },
    tlvs: [],
  });
  const { source } = parseVersion1("PROXY TCP6 2001:0db8:0:0:0:0:0:1 ::1 0 80");
  assert.deepEqual(source, { family: "ipv6", transport: "TCP", host: "2001:db8::1", port: 0 });
});

test("parseVersion1, UNKNOWN says nothing, whatever follows", () => {
  for (const line of ["PROXY UNKNOWN", "PROXY UNKNOWN ", "PROXY UNKNOWN ::1 ::1 x y z"]) {
    assert.deepEqual([parseVersion1(line).source, parseVersion1(line).destination], [undefined, undefined]);
  }
});

test("parseVersion1, refuses everything else", () => {
  const lines = [
    "PROXY ",
    "PROXY TCP",
    "PROXY tcp4 1.1.1.1 2.2.2.2 1 2",
    "PROXY UDP4 1.1.1.1 2.2.2.2 1 2",
    "PROXY TCP4",
  ];
  lines.push("PROXY TCP4 1.1.1.1 2.2.2.2 1", "PROXY TCP4 1.1.1.1 2.2.2.2 1 2 3", "PROXY TCP4  1.1.1.1 2.2.2.2 1 2");
  lines.push("PROXY TCP4 1.1.1.1 2.2.2.2 1 2 ", "PROXY TCP4 01.1.1.1 2.2.2.2 1 2", "PROXY TCP4 ::1 ::1 1 2");
  lines.push("PROXY TCP6 1.1.1.1 2.2.2.2 1 2", "PROXY TCP6 ::1%lo ::1 1 2", "PROXY TCP4 1.1.1.1 2.2.2.2 01 2");
  lines.push(
    "PROXY TCP4 1.1.1.1 2.2.2.2 65536 2",
    "PROXY TCP4 1.1.1.1 2.2.2.2 -1 2",
    "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r",
  );
  lines.push("PROXY TCP4 1.1.1.1 2.2.2.2 +1 2", "PROXY TCP4 1.1.1.1 2.2.2.2 1e1 2", "PROXY UNKNOWNX");
  for (const line of lines) assert.throws(() => parseVersion1(line), InvalidProxyHeaderError, line);
});

test("formatVersion1, writes a line; addresses of two families, or of none, have no place in it", () => {
  const ipv4 = { family: "ipv4", transport: "TCP", host: "192.0.2.1", port: 1 } as const;
  const ipv6 = { family: "ipv6", transport: "TCP", host: "::1", port: 2 } as const;
  assert.equal(formatVersion1(ipv4, ipv4).toString(), "PROXY TCP4 192.0.2.1 192.0.2.1 1 1\r\n");
  assert.equal(formatVersion1(ipv6, ipv6).toString(), "PROXY TCP6 ::1 ::1 2 2\r\n");
  assert.equal(formatVersion1(undefined, ipv4).toString(), "PROXY UNKNOWN\r\n");
  assert.throws(() => formatVersion1(ipv4, ipv6), RangeError);
  assert.throws(() => formatVersion1({ family: "unix", name: "/a" }, ipv6), /expected two IP addresses/);
});

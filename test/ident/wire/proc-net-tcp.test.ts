import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseProcLine, plainHost } from "../../../src/ident/wire/proc-net-tcp.ts";

const line = (local: string, remote: string, state = "01"): string =>
  `   2: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  1000        0 3057 1 00000000a44158dc 20 4 30 10 -1`;

test("parseProcLine, reads IPv4 in both byte orders", () => {
  const expected = { local: { host: "127.0.0.1", port: 25 }, remote: { host: "10.1.2.3", port: 762 }, uid: 1000 };
  assert.deepEqual(parseProcLine(line("0100007F:0019", "0302010A:02FA"), true), expected);
  assert.deepEqual(parseProcLine(line("7F000001:0019", "0A010203:02FA"), false), expected);
});

test("parseProcLine, reads IPv6, and IPv4 in it as IPv4", () => {
  const found = parseProcLine(
    line("00000000000000000000000001000000:1F90", "0000000000000000FFFF00000302010A:02FA"),
    true,
  );
  assert.deepEqual(found, { local: { host: "::1", port: 8080 }, remote: { host: "10.1.2.3", port: 762 }, uid: 1000 });
  const other = parseProcLine(
    line("B80D0120000000000000000001000000:1F90", "0000000000000000FFFF00000302010A:02FA"),
    true,
  );
  assert.equal(other?.local.host, "2001:db8::1");
});

test("parseProcLine, passes over what has no owner", () => {
  for (const state of ["03", "06", "0A", "0C"]) {
    assert.equal(parseProcLine(line("0100007F:0019", "0302010A:02FA", state), true), undefined);
  }
  for (const state of ["01", "02", "04", "08"]) {
    assert.equal(parseProcLine(line("0100007F:0019", "0302010A:02FA", state), true)?.uid, 1000);
  }
});

test("parseProcLine, passes over what is no connection, and takes any line", () => {
  for (const other of ["", "  sl  local_address rem_address   st", line("0100007F:0019", "03020A:02FA")]) {
    assert.equal(parseProcLine(other, true), undefined, other);
  }
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void parseProcLine(text, true)));
});

test("plainHost, gives one form to each address", () => {
  for (const [host, plain] of [
    ["127.0.0.1", "127.0.0.1"],
    ["::ffff:127.0.0.1", "127.0.0.1"],
    ["2001:DB8:0:0::1", "2001:db8::1"],
    ["fe80::1%eth0", "fe80::1"],
    ["example.org", "example.org"],
  ] as const) {
    assert.equal(plainHost(host), plain);
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LocalProtocolError } from "../../../src/errors.ts";
import { formatAddress, parseAddress } from "../../../src/socks/wire/socks-address.ts";
import { anyAddress } from "../any-address.ts";

test("addresses, are what they were, at any offset, and end where they end", () => {
  fc.assert(
    fc.property(
      anyAddress,
      fc.uint8Array({ maxLength: 8 }),
      fc.uint8Array({ maxLength: 8 }),
      (address, before, behind) => {
        const bytes = formatAddress(address);
        const parsed = parseAddress(Buffer.concat([before, bytes, behind]), before.length);
        assert.deepEqual(parsed, { address, end: before.length + bytes.length });
        for (let length = 0; length < bytes.length; length++) {
          assert.equal(parseAddress(bytes.subarray(0, length), 0), "needData");
        }
      },
    ),
  );
});

test("addresses, of a kind that there is not are not supported", () => {
  for (const type of [0, 2, 5, 255]) assert.equal(parseAddress(Buffer.of(type, 1, 2, 3), 0), "unsupported");
});

test("addresses, that are too long or nothing are refused", () => {
  for (const host of ["", "x".repeat(256)]) assert.throws(() => formatAddress({ host, port: 1 }), LocalProtocolError);
  assert.equal(formatAddress({ host: "fe80::1%eth0", port: 1 }).length, 19);
});

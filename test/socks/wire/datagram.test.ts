import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SOCKSProtocolError } from "../../../src/socks/wire/errors.ts";
import { formatDatagram, parseDatagram } from "../../../src/socks/wire/datagram.ts";
import { anyAddress } from "../any-address.ts";

test("datagrams, are what they were", () => {
  fc.assert(
    fc.property(anyAddress, fc.uint8Array({ maxLength: 100 }), (address, bytes) => {
      const payload = Buffer.from(bytes);
      assert.deepEqual(parseDatagram(formatDatagram({ address, payload })), { address, payload });
    }),
  );
});

test("datagrams, fragments and what is cut off are refused", () => {
  const whole = formatDatagram({ address: { host: "192.0.2.1", port: 53 }, payload: Buffer.alloc(0) });
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => parseDatagram(whole.subarray(0, length)), SOCKSProtocolError);
  }
  whole[2] = 1;
  assert.throws(() => parseDatagram(whole), /fragment/);
});

test("datagrams, any bytes give one or a SOCKSProtocolError", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        parseDatagram(Buffer.from(bytes));
      } catch (error) {
        assert.ok(error instanceof SOCKSProtocolError);
      }
    }),
    { numRuns: 1000 },
  );
});

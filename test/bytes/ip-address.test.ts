import assert from "node:assert/strict";
import { isIP } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import { ipAddressBytes, ipAddressText } from "../../src/bytes/ip-address.ts";

test("ipAddressBytes, reads addresses of both families", () => {
  const cases: [string, string][] = [
    ["192.0.2.1", "c0000201"],
    ["0.0.0.0", "00000000"],
    ["::", "0".repeat(32)],
    ["::1", `${"0".repeat(31)}1`],
    ["1::", `0001${"0".repeat(28)}`],
    ["2001:db8::8:800:200c:417A", "20010db80000000000080800200c417a"],
    ["1:2:3:4:5:6:7:8", "00010002000300040005000600070008"],
    ["1:2:3:4:5:6:7::", "00010002000300040005000600070000"],
    ["::ffff:192.0.2.1", `${"0".repeat(20)}ffffc0000201`],
    ["1:2:3:4:5:6:192.0.2.1", "000100020003000400050006c0000201"],
  ];
  for (const [text, hex] of cases) assert.equal(ipAddressBytes(text)?.toString("hex"), hex, text);
});

test("ipAddressBytes, what is no address is none", () => {
  const others = ["", ":", ":::", "1.2.3", "1.2.3.4.5", "01.2.3.4", "256.0.0.1", "1.2.3.-4", "1.2.3.4 ", "localhost"];
  others.push(
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1::2::3",
    "1:2:3:4:5:6:7::8",
    "12345::",
    "::1%lo",
    "1.2.3.4::",
    "g::",
  );
  others.push("::1:", ":1::", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4");
  for (const text of others) assert.equal(ipAddressBytes(text), undefined, text);
});

test("ipAddressBytes, agrees with Node about what is an address", () => {
  const texts = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.stringMatching(/^[0-9a-f:.]{0,24}$/),
    fc
      .array(fc.constantFrom(":", "::", "1", "ffff", "0", "1.2.3.4", "."), { maxLength: 14 })
      .map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const length = { 0: undefined, 4: 4, 6: 16 }[isIP(text)];
      assert.equal(ipAddressBytes(text)?.length, length, text);
    }),
    { numRuns: 2000 },
  );
});

test("ipAddressText, writes what is read again, as RFC 5952 has it", () => {
  const address = fc.constantFrom(4, 16).chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
  const sparse = fc
    .array(fc.constantFrom(0, 0, 0, 255, 1), { minLength: 16, maxLength: 16 })
    .map((b) => Uint8Array.from(b));
  fc.assert(
    fc.property(fc.oneof(address, sparse), (bytes) => {
      const text = ipAddressText(bytes)!;
      assert.deepEqual(new Uint8Array(ipAddressBytes(text)!), bytes);
      if (bytes.length === 16 && !text.includes(".")) assert.equal(new URL(`http://[${text}]`).hostname, `[${text}]`);
    }),
    { numRuns: 500 },
  );
  assert.equal(ipAddressText(ipAddressBytes("2001:db8:0:0:1:0:0:1")!), "2001:db8::1:0:0:1");
  assert.equal(ipAddressText(ipAddressBytes("1:0:2:3:4:5:6:7")!), "1:0:2:3:4:5:6:7");
  assert.equal(ipAddressText(ipAddressBytes("::ffff:1.2.3.4")!), "::ffff:1.2.3.4");
  assert.equal(ipAddressText(new Uint8Array(5)), undefined);
});

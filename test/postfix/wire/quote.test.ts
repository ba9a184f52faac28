import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { quote, unquote } from "../../../src/postfix/wire/quote.ts";

test("quote, leaves what is safe as it is, and writes the rest in hexadecimal digits", () => {
  assert.equal(quote("azAZ09_.-~/"), "azAZ09_.-~/");
  assert.equal(quote("a b\n%ë"), "a%20b%0A%25%C3%AB");
  assert.equal(quote(Buffer.of(0, 255)), "%00%FF");
});

test("unquote, takes both cases, and a % that begins nothing for itself", () => {
  assert.equal(unquote("%41%4a%4A%20").toString(), "AJJ ");
  assert.equal(unquote("100% %4 %zz%").toString(), "100% %4 %zz%");
});

test("unquote, gives what was quoted, whatever it is", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const quoted = quote(bytes);
      assert.match(quoted, /^[!-~]*$/);
      assert.deepEqual(unquote(quoted), Buffer.from(bytes));
    }),
  );
});

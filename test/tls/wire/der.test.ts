import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  Tag,
  bitString,
  boolean,
  childrenOf,
  contentsOf,
  decode,
  decodeAll,
  encode,
  identifierOf,
  integer,
  namedBits,
  nothing,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  tagged,
  time,
} from "../../../src/tls/wire/der.ts";
import { MalformedDERError } from "../../../src/tls/wire/errors.ts";

const hex = (value: Buffer): string => value.toString("hex");

test("integer, has as few bytes as it needs, and no sign", () => {
  assert.equal(hex(integer(0)), "020100");
  assert.equal(hex(integer(127)), "02017f");
  assert.equal(hex(integer(128)), "02020080");
  assert.equal(hex(integer(256)), "02020100");
  assert.equal(hex(integer(2n ** 64n)), `020901${"00".repeat(8)}`);
});

test("objectIdentifier, joins the first two numbers, and identifierOf takes them apart", () => {
  assert.equal(hex(objectIdentifier("1.2.840.113549")), "06062a864886f70d");
  for (const dotted of ["0.9.2342", "1.2.840.113549.1.1.11", "2.5.29.17", "2.999.3", "1.3.101.112"]) {
    assert.equal(identifierOf(decode(objectIdentifier(dotted))), dotted);
  }
});

test("identifierOf, what is no object identifier is refused", () => {
  for (const value of ["0600", "060186", "06092affffffffffffff7f", "020101"]) {
    assert.throws(() => identifierOf(decode(Buffer.from(value, "hex"))), MalformedDERError, value);
  }
});

test("the other writers, as X.690 has them", () => {
  assert.equal(hex(boolean(true)), "0101ff");
  assert.equal(hex(boolean(false)), "010100");
  assert.equal(hex(nothing()), "0500");
  assert.equal(hex(octetString(Buffer.of(1))), "040101");
  assert.equal(hex(bitString(Buffer.of(1))), "03020001");
  assert.equal(hex(namedBits([5, 6])), "03020106");
  assert.equal(hex(namedBits([0])), "03020780");
  assert.equal(hex(namedBits([8])), "0303070080");
  assert.equal(hex(setOf(integer(2), integer(1))), "3106020101020102");
  assert.equal(hex(tagged(0, "explicit", integer(2))), "a003020102");
  assert.equal(hex(tagged(1, "implicit", Buffer.of(7))), "810107");
  assert.equal(hex(sequence()), "3000");
});

test("time, has two digits for the year to 2049, then four", () => {
  const at = (text: string): string => decode(time(Date.parse(text) / 1000)).contents.toString();
  assert.equal(at("2026-01-02T03:04:05.900Z"), "260102030405Z");
  assert.equal(at("2049-12-31T23:59:59Z"), "491231235959Z");
  assert.equal(at("2050-01-01T00:00:00Z"), "20500101000000Z");
});

test("encode and decode, contents of any length come back", () => {
  for (const length of [0, 1, 127, 128, 255, 256, 65535, 65536]) {
    const value = decode(encode(Tag.octetString, Buffer.alloc(length, 7)));
    assert.equal(value.tag, Tag.octetString);
    assert.equal(value.contents.length, length);
  }
});

test("decode, takes one form of a length only, and all of the bytes", () => {
  const bad = [
    "",
    "04",
    "0405",
    "048001",
    "04810101",
    "0482000101",
    "0485000000000101",
    "04820001",
    "1f0101",
    "0401010401",
  ];
  for (const bytes of bad) assert.throws(() => decode(Buffer.from(bytes, "hex")), MalformedDERError, bytes);
});

test("childrenOf and contentsOf, demand what they are asked for", () => {
  const value = decode(sequence(integer(1), boolean(true)));
  assert.deepEqual(
    childrenOf(value, Tag.sequence).map(({ tag }) => tag),
    [Tag.integer, Tag.boolean],
  );
  assert.throws(() => childrenOf(value, Tag.set), MalformedDERError);
  assert.throws(() => contentsOf(undefined, Tag.set), /There is nothing/);
});

test("decodeAll, any bytes give values or a MalformedDERError", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        const values = decodeAll(bytes);
        assert.deepEqual(Buffer.concat(values.map(({ encoding }) => encoding)), Buffer.from(bytes));
        for (const { tag, contents, encoding } of values) assert.deepEqual(encode(tag, contents), encoding);
      } catch (error) {
        assert.ok(error instanceof MalformedDERError, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { findBytes } from "../../src/bytes/find-bytes.ts";

function find(bytes: string, wanted: string, start = 0, end = bytes.length): number {
  return findBytes(Buffer.from(bytes, "latin1"), start, end, Buffer.from(wanted, "latin1"));
}

const LONG = "x".repeat(100);

test("findBytes, finds the first place, in few and in many bytes", () => {
  assert.equal(find("ab\r\ncd\r\n", "\r\n"), 2);
  assert.equal(find(`${LONG}\r\n${LONG}\r\n`, "\r\n"), 100);
});

test("findBytes, answers -1, where there is none", () => {
  assert.equal(find("ab", "\r\n"), -1);
  assert.equal(find("", "\r\n"), -1);
  assert.equal(find(`${LONG}\r`, "\r\n"), -1);
  assert.equal(find(`${LONG}\n`, "\r\n"), -1);
});

test("findBytes, looks neither before the start nor behind the end", () => {
  assert.equal(find(`\r\n${LONG}\r\n`, "\r\n", 1), 102);
  assert.equal(find(`${LONG}\r\n`, "\r\n", 0, 101), -1);
  assert.equal(find(`${LONG}\r\n`, "\r\n", 101), -1);
  assert.equal(find("ab\r\n", "\r\n", 0, 3), -1);
  assert.equal(find("\r\nab", "\r\n", 1), -1);
});

test("findBytes, finds the wanted bytes, behind many that only end like them", () => {
  assert.equal(find(`${"\n".repeat(100)}\r\n`, "\r\n"), 100);
  assert.equal(find("\n".repeat(100), "\r\n"), -1);
  assert.equal(find(`${"b".repeat(50)}a${"b".repeat(50)}`, "ab"), 50);
  for (let count = 1; count < 30; count++) {
    assert.equal(find(`${"b".repeat(count)}ab${LONG}`, "bab"), count - 1);
  }
});

test("findBytes, does what Buffer.indexOf does, whatever the bytes", () => {
  const letters = (maxLength: number, minLength = 0): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom("a", "b"), minLength, maxLength });
  const anywhere = fc.tuple(letters(80), letters(4, 1), fc.nat(80), fc.nat(80));
  fc.assert(
    fc.property(anywhere, ([bytes, wanted, one, other]) => {
      const start = Math.min(one, other, bytes.length);
      const end = Math.min(Math.max(one, other), bytes.length);
      assert.equal(find(bytes, wanted, start, end), bytes.slice(0, end).indexOf(wanted, start));
    }),
    { numRuns: 2000 },
  );
});

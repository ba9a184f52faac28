import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { InvalidQuery } from "../../../src/finger/wire/errors.ts";
import { parseQuery, queryLine } from "../../../src/finger/wire/query.ts";

const query = (isVerbose: boolean, user: string, host?: string): object => ({ isVerbose, user, host });

test("parseQuery, reads the forms of RFC 1288", () => {
  assert.deepEqual(parseQuery(""), query(false, ""));
  assert.deepEqual(parseQuery("/W"), query(true, ""));
  assert.deepEqual(parseQuery("ada"), query(false, "ada"));
  assert.deepEqual(parseQuery(" /w \t ada "), query(true, "ada"));
  assert.deepEqual(parseQuery("@host"), query(false, "", "host"));
  assert.deepEqual(parseQuery("/W ada@one@two"), query(true, "ada@one", "two"));
});

test("parseQuery, refuses what is none, and takes any line", () => {
  for (const line of ["a b", "/W a b", "a /W", "a\0b", "\x7f"]) assert.equal(parseQuery(line), undefined, line);
  fc.assert(fc.property(fc.string({ unit: "binary" }), (line) => void parseQuery(line)));
});

test("queryLine, is what parseQuery reads", () => {
  assert.equal(queryLine("", false), "\r\n");
  assert.equal(queryLine("", true), "/W\r\n");
  assert.equal(queryLine("ada", false), "ada\r\n");
  assert.equal(queryLine("ada@one", true), "/W ada@one\r\n");
  const names = fc
    .string({ unit: "grapheme" })
    .filter((name) => !/[\0- \x7f]/.test(name) && name.toUpperCase() !== "/W");
  fc.assert(
    fc.property(names, fc.boolean(), (name, isVerbose) => {
      const read = parseQuery(queryLine(name, isVerbose).slice(0, -2));
      assert.equal(read?.isVerbose, isVerbose);
      assert.equal(read.host === undefined ? read.user : `${read.user}@${read.host}`, name);
    }),
  );
});

test("queryLine, refuses what would be read as something else", () => {
  for (const user of ["a b", "a\r\nb", "/W", "/w", "\t"])
    assert.throws(() => queryLine(user, false), InvalidQuery, user);
});

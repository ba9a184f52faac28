import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isPort, parseQuery, queryLine } from "../../../src/ident/wire/query.ts";

test("parseQuery, reads two numbers with a comma between, whatever they are", () => {
  assert.deepEqual(parseQuery("6193,23"), { portOnServer: 6193, portOnClient: 23 });
  assert.deepEqual(parseQuery(" \t6193 ,  -23 "), { portOnServer: 6193, portOnClient: -23 });
  const many = "9".repeat(400);
  assert.deepEqual(parseQuery(`1,-${many}`), { portOnServer: 1, portOnClient: BigInt(`-${many}`) });
  assert.deepEqual(parseQuery(`+${"0".repeat(30)}7,1`), { portOnServer: 7n, portOnClient: 1 });
  for (const line of ["", "1", "1,", ",1", "1,2,3", "1.5,2", "0x10,2", "a,b", "1 2", "1,2x", "1_0,2"]) {
    assert.equal(parseQuery(line), undefined, line);
  }
});

test("queryLine, is what parseQuery reads", () => {
  const ports = { portOnServer: 22, portOnClient: 40_000 };
  assert.equal(queryLine(ports), "22, 40000");
  assert.deepEqual(parseQuery(queryLine(ports)), ports);
  assert.equal(queryLine(parseQuery(`0,${"9".repeat(20)}`)!), `0, ${"9".repeat(20)}`);
});

test("parseQuery, takes any line", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (line) => void parseQuery(line)));
});

test("isPort, is true from 1 to 65535", () => {
  for (const port of [1, 65_535, 7n]) assert.equal(isPort(port), true);
  for (const port of [0, -1, 65_536, 1.5, Number.NaN, Infinity, 10n ** 400n]) assert.equal(isPort(port), false);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { ampList } from "../../../src/amp/arguments/amp-list.ts";
import { integer } from "../../../src/amp/arguments/integer.ts";
import { unicode } from "../../../src/amp/arguments/unicode.ts";
import { doesNotSend, received, refuses, sent } from "./fixtures.ts";

const people = ampList({ name: unicode(), age: integer({ optional: true }) });
const BYTES = "\0\x03age\0\x0236\0\x04name\0\x03Ada\0\0\0\x04name\0\x05Grace\0\0";

test("ampList, sends and receives records", () => {
  assert.equal(sent(people, [{ name: "Ada", age: 36 }, { name: "Grace" }]), BYTES);
  assert.deepEqual(received(people, BYTES), [
    { age: 36, name: "Ada" },
    { age: undefined, name: "Grace" },
  ]);
  assert.deepEqual([sent(people, []), received(people, "")], ["", []]);
});

test("ampList, refuses records that lack something, or end too early", () => {
  refuses(people, "\0\0", "\0\x03age\0\x0236\0\0", BYTES.slice(0, -1), "\0\x04name\0\x01\xff\0\0");
  doesNotSend(people, [{ age: 1 }], 7);
});

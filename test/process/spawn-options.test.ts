import assert from "node:assert/strict";
import { test } from "node:test";
import {
  checkArguments,
  checkEnvironment,
  checkExecutable,
  checkID,
  checkPath,
  childDescriptors,
} from "../../src/process/spawn-options.ts";

test("childDescriptors, are the three without any, else those that are named", () => {
  assert.deepEqual(
    [...childDescriptors(undefined)],
    [
      [0, "w"],
      [1, "r"],
      [2, "r"],
    ],
  );
  assert.deepEqual(
    [...childDescriptors({ 4: "r", 1: 7 })],
    [
      [1, 7],
      [4, "r"],
    ],
  );
  assert.deepEqual([...childDescriptors({})], []);
});

test("childDescriptors, refuses what is no descriptor", () => {
  for (const wrong of [{ x: "r" }, { "1.5": "r" }, { 1024: "r" }]) {
    assert.throws(() => childDescriptors(wrong as Record<number, "r">), RangeError);
  }
  for (const wrong of ["rw", 1.5, -1, null]) assert.throws(() => childDescriptors({ 0: wrong as 0 }), TypeError);
});

test("the checks, let good options pass and name the bad ones", () => {
  checkExecutable("/bin/true");
  checkArguments(["a", ""]);
  checkEnvironment(null);
  checkEnvironment(undefined);
  checkEnvironment({ A: "", B: undefined });
  checkPath(undefined);
  checkPath(null);
  checkPath("/");
  checkID("uid", null);
  checkID("gid", 0);
  assert.throws(() => checkExecutable(""), TypeError);
  assert.throws(() => checkArguments([1] as never), TypeError);
  assert.throws(() => checkEnvironment({ A: null } as never), /A=null/);
  for (const wrong of ["a\0", 1]) assert.throws(() => checkPath(wrong as string), /in the folder .*without null bytes/);
  assert.throws(() => checkExecutable("a\0"), TypeError);
  assert.throws(() => checkArguments(["a", "\0"]), /without null bytes/);
  for (const env of [{ A: "\0" }, { "A\0": "" }]) assert.throws(() => checkEnvironment(env), /without null bytes/);
  for (const wrong of [-1, 2 ** 31, "0"]) assert.throws(() => checkID("uid", wrong as number), RangeError);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { inTheShapeOf, replaceAll } from "../../../src/sim/guard/replacement.ts";

test("replaceAll, replaces values and getters, leaves out what is not there, and puts all back exactly", () => {
  const target = Object.defineProperties({} as { call(): string; got: string; missing?: unknown }, {
    call: { value: () => "real", enumerable: false, configurable: true, writable: false },
    got: { get: () => "real", enumerable: true, configurable: true },
  });
  const before = Object.getOwnPropertyDescriptors(target);
  const restore = replaceAll([
    { target, key: "call", replace: (original: () => string) => () => `not ${original()}` },
    { target, key: "got", replace: (original: () => string) => () => `not ${original()}` },
    { target, key: "missing", replace: () => assert.fail() },
  ]);
  assert.deepEqual([target.call(), target.got, "missing" in target], ["not real", "not real", false]);
  assert.equal(Object.getOwnPropertyDescriptor(target, "call")?.enumerable, false);
  restore();
  assert.deepEqual(Object.getOwnPropertyDescriptors(target), before);
});

test("replaceAll, of what was replaced before, makes the same again", () => {
  const original = { call: (): number => 1 };
  const replacements = [{ target: original, key: "call", replace: () => (): number => 2 }];
  const restore = replaceAll(replacements);
  const { call } = original;
  restore();
  assert.notEqual(original.call, call);
  replaceAll(replacements)();
  const again = replaceAll(replacements);
  assert.equal(original.call, call);
  again();
});

test("replaceAll, where something has been put in place of the replacement, leaves that alone", () => {
  const target = { call: (): number => 1 };
  const restore = replaceAll([{ target, key: "call", replace: () => (): number => 2 }]);
  target.call = () => 3;
  restore();
  assert.equal(target.call(), 3);
});

test("replaceAll, where one cannot be changed, changes none", () => {
  const target = Object.defineProperty({ call: (): number => 1 }, "fixed", { value: (): number => 1 });
  const replacements = ["call", "fixed"].map((key) => ({ target, key, replace: () => (): number => 2 }));
  assert.throws(() => replaceAll(replacements), /Cannot replace 'fixed': it cannot be changed/);
  assert.equal(target.call(), 1);
});

test("inTheShapeOf, gives the name, the length and what else there is", () => {
  const original = Object.assign(
    function named(_a: number, _b: number): number {
      return 1;
    },
    { extra: 5 },
  );
  const made = inTheShapeOf(original, () => 2);
  assert.deepEqual([made.name, made.length, made.extra, made(0, 0)], ["named", 2, 5, 2]);
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runInThisContext } from "node:vm";
import fc from "fast-check";
import { codeOf, comment, functionCode } from "../../../src/sim/explore/code-of.ts";

function evaluate(code: string): unknown {
  return runInThisContext(`(${code})`);
}

describe("codeOf", () => {
  test("writes what fits in a line, and the rest in lines", () => {
    assert.equal(
      codeOf({ at: 1.5, "a-b": [null, true], none: undefined, list: [] }),
      '{ at: 1.5, "a-b": [null, true], list: [] }',
    );
    const name = "x".repeat(30);
    assert.equal(
      codeOf([name, { name, of: name }], "  "),
      `[\n    "${name}",\n    { name: "${name}", of: "${name}" },\n  ]`,
    );
  });

  test("says what cannot be written", () => {
    assert.equal(codeOf({ f: Math.max }), "{ f: undefined /* [Function: max] */ }");
    assert.match(codeOf(new Map([["*/", 1]])), /^undefined \/\* Map.* \*\/$/);
    assert.equal(codeOf([2n, -0, NaN, -Infinity]), "[2n, -0, NaN, -Infinity]");
  });

  test("property: is a literal of the value", () => {
    const values = [fc.string({ unit: "binary" }), fc.double(), fc.bigInt(), fc.boolean(), fc.constant(null)];
    const key = fc.string().filter((name) => name !== "__proto__");
    fc.assert(fc.property(fc.object({ key, values }), (object) => assert.deepEqual(evaluate(codeOf(object)), object)));
  });
});

test("comment, stays a comment", () => {
  assert.equal(comment("a\nb\u2028c */ d\u0000"), "a b c * / d ");
});

describe("functionCode", () => {
  const methods = {
    add(a: number, b: number) {
      return a + b;
    },
    async "two words"() {
      await Promise.resolve();
    },
  };

  test("is an expression for all ways to write a function", () => {
    for (const [f, result] of [
      [(a: number, b: number) => a + b, 3],
      [
        function add(a: number, b: number) {
          return a + b;
        },
        3,
      ],
      // oxlint-disable-next-line typescript/unbound-method -- it is not called
      [methods.add, 3],
    ] as const) {
      assert.equal(runInThisContext(`(${functionCode(f)})(1, 2)`), result);
    }
    assert.equal(runInThisContext(`typeof (${functionCode(methods["two words"])})`), "function");
  });

  test("says of functions without a text that there is none", () => {
    assert.match(functionCode(Math.max), /^undefined \/\* function max\(\) \{ \[native code\] \} \*\/$/);
  });
});

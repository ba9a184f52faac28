import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkLinkOptions, checkNumber, checkObject, show } from "../../src/sim/check-link-options.ts";
import { FAULTS } from "./faults.ts";

describe("checkLinkOptions", () => {
  test("returns what a link can be like", () => {
    for (const options of [
      {},
      FAULTS.link.set,
      { latency: 0, reorderingDelay: { normal: { mean: 0, deviation: 0 } } },
      { latency: { uniform: [0, 0] }, loss: undefined },
      { bandwidth: Infinity, queue: Infinity, mtu: 68 },
    ]) {
      assert.equal(checkLinkOptions(options), options);
    }
  });

  test("refuses anything else, and says what was expected", () => {
    for (const [options, message] of [
      [undefined, "Cannot use link options: it is undefined, expected an object"],
      [[], "Cannot use link options: it is [], expected an object"],
      [
        { los: 1 },
        "Cannot use link options: there is no 'los', expected latency, bandwidth, queue, mtu, loss, duplication, reordering, reorderingDelay",
      ],
      [{ loss: "1" }, "Cannot use link options: loss: it is '1', expected a probability, 0 to 1"],
      [{ loss: 1.1 }, "Cannot use link options: loss: it is 1.1, expected a probability, 0 to 1"],
      [{ duplication: NaN }, "Cannot use link options: duplication: it is NaN, expected a probability, 0 to 1"],
      [{ reordering: -1 }, "Cannot use link options: reordering: it is -1, expected a probability, 0 to 1"],
      [{ mtu: 0 }, "Cannot use link options: mtu: it is 0, expected a number of bytes, 68 or more"],
      [{ queue: -1 }, "Cannot use link options: queue: it is -1, expected a number of bytes, 0 or more"],
      [{ bandwidth: 0 }, "Cannot use link options: bandwidth: it is 0, expected a number of bytes per second above 0"],
      [
        { latency: { uniform: [0, 1], normal: { mean: 1, deviation: 1 } } },
        "Cannot use link options: latency: it is { uniform: [ 0, 1 ], normal: { mean: 1, deviation: 1 } }, expected one distribution",
      ],
      [
        { latency: { even: [0, 1] } },
        "Cannot use link options: latency: there is no 'even', expected uniform, normal, pareto",
      ],
      [{ latency: { normal: null } }, "Cannot use link options: latency: normal: it is null, expected an object"],
      [
        { latency: { pareto: { minimum: 1, shape: 1, mots: 3 } } },
        "Cannot use link options: latency: pareto: there is no 'mots', expected minimum, shape, most",
      ],
      [
        { latency: { uniform: [0, 1, 2] } },
        "Cannot use link options: latency: uniform: there is no '2', expected 0, 1",
      ],
    ] as const) {
      assert.throws(() => checkLinkOptions(options), { message });
    }
    for (const latency of [
      -1,
      "1",
      null,
      {},
      { uniform: [1, 0] },
      { uniform: [1] },
      { normal: { mean: 1 } },
      { pareto: { minimum: 1 } },
    ]) {
      assert.throws(
        () => checkLinkOptions({ latency }, "the link"),
        /^(Type|Range)Error: Cannot use .*latency.*expected/,
      );
    }
  });
});

test("checkObject, takes no lists and no names that it does not know", () => {
  assert.deepEqual(checkObject({ a: 1 }, "it", ["a", "b"]), { a: 1 });
  assert.throws(() => checkObject({ c: 1 }, "it", ["a", "b"]), {
    message: "Cannot use it: there is no 'c', expected a, b",
  });
  assert.throws(() => checkObject([1], "it", ["0"]), TypeError);
  assert.throws(() => checkObject(null, "it", []), TypeError);
});

test("checkNumber, tells what is no number from one that is not allowed", () => {
  const above2 = (value: unknown): void => checkNumber(value, "it", "more than 2", (n) => n > 2);
  above2(3);
  assert.throws(() => above2("3"), { name: "TypeError", message: "Cannot use it: it is '3', expected more than 2" });
  for (const value of [2, NaN]) assert.throws(() => above2(value), RangeError);
});

test("show, keeps to a line and does not go on for ever", () => {
  assert.equal(show({ a: ["x\ny", 1, 2, 3, 4, 5] }), "{ a: [ 'x\\ny', 1, 2, 3, 4, ... 1 more item ] }");
  assert.ok(show("x".repeat(1000)).length < 120);
});

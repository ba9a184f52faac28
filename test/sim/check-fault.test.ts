import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { FAULT_KINDS, checkFault, checkFaults } from "../../src/sim/check-fault.ts";
import { FAULTS, anyFault } from "./faults.ts";

describe("checkFault", () => {
  test("returns faults of all kinds, with their options and without them", () => {
    assert.deepEqual(FAULT_KINDS, Object.keys(FAULTS));
    for (const fault of Object.values(FAULTS)) {
      assert.equal(checkFault(fault), fault);
      const { for: _, oneWay: __, ...least } = fault as typeof FAULTS.partition;
      assert.deepEqual(checkFault(least), least);
    }
  });

  test("property: any fault that went through JSON is one", () => {
    fc.assert(fc.property(anyFault, (fault) => assert.deepEqual(checkFault(JSON.parse(JSON.stringify(fault))), fault)));
  });

  test("refuses anything else, and says what was expected", () => {
    const { partition, link, crash, reset } = FAULTS;
    for (const [value, message] of [
      [
        undefined,
        "Cannot use a fault: it is undefined, expected an object whose kind is one of partition, link, crash, pause, stuck, refuse, nameless, reset",
      ],
      [{ ...crash, kind: "toString" }, /whose kind is one of/],
      [
        { ...crash, at: undefined },
        "Cannot use a fault of kind crash: at: it is undefined, expected 0 seconds or more",
      ],
      [{ ...crash, at: -1 }, "Cannot use a fault of kind crash: at: it is -1, expected 0 seconds or more"],
      [{ ...crash, at: Infinity }, "Cannot use a fault of kind crash: at: it is Infinity, expected 0 seconds or more"],
      [{ ...crash, for: 0 }, "Cannot use a fault of kind crash: for: it is 0, expected more than 0 seconds"],
      [{ ...crash, for: null }, "Cannot use a fault of kind crash: for: it is null, expected more than 0 seconds"],
      [{ ...crash, host: "" }, "Cannot use a fault of kind crash: host: it is '', expected the name of a host"],
      [
        { ...crash, hosts: ["a"] },
        "Cannot use a fault of kind crash: there is no 'hosts', expected kind, at, for, host",
      ],
      [{ ...reset, for: 1 }, "Cannot use a fault of kind reset: there is no 'for', expected kind, at, between"],
      [{ ...reset, between: ["a"] }, "Cannot use a fault of kind reset: between: it has 1 names, expected two"],
      [
        { ...reset, between: ["a", "a"] },
        "Cannot use a fault of kind reset: between: it has 'a' twice, expected it once",
      ],
      [{ ...reset, between: "ab" }, /between: it is 'ab', expected a list of names of hosts, one at least/],
      [{ ...partition, to: [] }, /to: it is \[\], expected a list of names of hosts, one at least/],
      [{ ...partition, to: [3] }, "Cannot use a fault of kind partition: to: it is 3, expected the name of a host"],
      [{ ...partition, to: ["b"] }, "Cannot use a fault of kind partition: 'b' is on both sides, expected it on one"],
      [{ ...partition, oneWay: 1 }, "Cannot use a fault of kind partition: oneWay: it is 1, expected true or false"],
      [
        { ...link, set: { loss: 2 } },
        "Cannot use a fault of kind link: set: loss: it is 2, expected a probability, 0 to 1",
      ],
      [{ ...link, set: undefined }, "Cannot use a fault of kind link: set: it is undefined, expected an object"],
    ] as const) {
      assert.throws(() => checkFault(value), { message });
    }
  });
});

test("checkFaults, names the one that is wrong", () => {
  const plan = [FAULTS.crash, FAULTS.reset];
  assert.deepEqual(checkFaults(plan), plan);
  assert.throws(() => checkFaults([...plan, { ...FAULTS.crash, at: "1" }]), {
    name: "TypeError",
    message: "Cannot use fault 3 of the plan of kind crash: at: it is '1', expected 0 seconds or more",
  });
  assert.throws(() => checkFaults({}), { message: "Cannot use {} as a plan: expected a list of faults" });
});

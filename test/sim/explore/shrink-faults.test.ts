import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { checkFaults } from "../../../src/sim/check-fault.ts";
import { shrinkFaults } from "../../../src/sim/explore/shrink-faults.ts";
import type { Fault } from "../../../src/sim/fault.ts";
import { FAULTS, anyFault } from "../faults.ts";

/** Whether it would fail, and how often that was asked. */
function counted(fails: (faults: readonly Fault[]) => boolean): {
  fails: (faults: readonly Fault[]) => Promise<boolean>;
  tried: string[];
} {
  const tried: string[] = [];
  return {
    tried,
    fails: async (faults) => {
      tried.push(JSON.stringify(faults));
      return fails(faults);
    },
  };
}

const plans = fc.array(anyFault, { minLength: 1, maxLength: 12 });

describe("shrinkFaults", () => {
  test("leaves the faults that matter, each as simple as it may be", async () => {
    const { partition, crash, reset, pause, stuck } = FAULTS;
    const faults = [pause, { ...crash, at: 2.375, for: 7.125 }, stuck, reset, partition];
    const small = await shrinkFaults(
      faults,
      (plan) =>
        plan.some((fault) => fault.kind === "crash" && fault.at > 2.1 && fault.at + fault.for! > 4) &&
        plan.some((fault) => fault.kind === "partition" && fault.from.includes("b")),
    );
    assert.deepEqual(small, [
      { kind: "partition", at: 0, for: 0.001, from: ["b"], to: ["c"] },
      { kind: "crash", at: 3, for: 2, host: "a" },
    ]);
  });

  test("what fails without faults needs none", async () => {
    const { fails, tried } = counted(() => true);
    assert.deepEqual(await shrinkFaults([FAULTS.crash, FAULTS.reset], fails), []);
    assert.equal(tried.length, 1);
    assert.deepEqual(await shrinkFaults([], fails), []);
    assert.equal(tried.length, 1);
  });

  test("a plan with the same fault twice can lose one of them", async () => {
    const twice = [FAULTS.reset, FAULTS.reset, FAULTS.reset];
    const small = await shrinkFaults(twice, (plan) => plan.length > 1);
    assert.equal(small.length, 2);
  });

  test("passes on what the run throws, and refuses a number of runs that is none", async () => {
    const broken = (): never => {
      throw new Error("no network");
    };
    await assert.rejects(shrinkFaults([FAULTS.crash], broken), { message: "no network" });
    await assert.rejects(
      shrinkFaults([FAULTS.crash], () => true, { maxRuns: NaN }),
      RangeError,
    );
    await assert.rejects(
      shrinkFaults([FAULTS.crash], () => true, { maxRuns: "9" as never }),
      {
        message: "Cannot shrink faults in 9 runs: expected a number, 0 or more",
      },
    );
  });

  test("property: for what needs certain faults, exactly those are left", async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.array(fc.nat(), { maxLength: 4 }), async (faults, choices) => {
        // Two faults of one kind at one host are the same to this failure.
        const named = new Set(choices.map((choice) => nameOf(faults[choice % faults.length]!)));
        const { fails, tried } = counted((plan) =>
          [...named].every((name) => plan.some((one) => nameOf(one) === name)),
        );
        const small = await shrinkFaults(faults, fails, { maxRuns: Infinity });
        assert.deepEqual(small.map(nameOf).sort(), [...named].sort());
        assert.equal(new Set(tried).size, tried.length, "a plan was tried twice");
      }),
    );
  });

  test("property: what is left fails, is a plan, was tried, and within the number of runs; without any one fault it does not fail", async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.func(fc.boolean()), fc.nat(200), async (faults, wild, maxRuns) => {
        // Nothing is monotone about it, but it is the same each time.
        const first = JSON.stringify(faults);
        const wouldFail = (plan: readonly Fault[]): boolean => JSON.stringify(plan) === first || wild(plan);
        const { fails, tried } = counted(wouldFail);
        const small = await shrinkFaults(faults, fails, { maxRuns });
        assert.ok(wouldFail(checkFaults(small)));
        assert.ok(tried.length <= maxRuns);
        assert.equal(new Set(tried).size, tried.length, "a plan was tried twice");
        if (tried.length < maxRuns) {
          for (let index = 0; index < small.length; index++) assert.ok(!wouldFail(small.toSpliced(index, 1)));
        }
        const again = counted(wouldFail);
        assert.deepEqual(await shrinkFaults(faults, again.fails, { maxRuns }), small);
        assert.deepEqual(again.tried, tried);
      }),
    );
  });

  test("property: a threshold of how many faults there are is met exactly", async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.nat(12), async (faults, wanted) => {
        const needed = Math.min(wanted, faults.length);
        const small = await shrinkFaults(faults, (plan) => plan.length >= needed, { maxRuns: Infinity });
        assert.equal(small.length, needed);
      }),
    );
  });
});

function nameOf(fault: Fault): string {
  return fault.kind + ("host" in fault ? fault.host : "");
}

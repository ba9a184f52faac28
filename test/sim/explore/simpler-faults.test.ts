import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { checkFault } from "../../../src/sim/check-fault.ts";
import { simplerFaults } from "../../../src/sim/explore/simpler-faults.ts";
import type { Fault, FaultKind } from "../../../src/sim/fault.ts";
import { anyFault } from "../faults.ts";

type Of<K extends FaultKind> = Extract<Fault, { kind: K }>;

function simpler(fault: Fault): Fault[] {
  return [...simplerFaults(fault)];
}

describe("simplerFaults", () => {
  test("are shorter, earlier, and at rounder times", () => {
    const crash = { kind: "crash", host: "a" } as const;
    assert.deepEqual(
      simpler({ ...crash, at: 2.375, for: 0.25 }).map((fault) => [fault.at, (fault as Of<"crash">).for]),
      [
        ...[0.001, 0.01, 0.1, 0.2, 0.2].map((lasts) => [2.375, lasts]),
        ...[0, 1, 2, 2, 2.3, 2.37, 3, 2.4, 2.38].map((at) => [at, 0.25]),
      ],
    );
    assert.deepEqual(simpler({ ...crash, at: 0, for: 0.001 }), []);
    assert.ok(simpler({ ...crash, at: 0 }).some((fault) => "for" in fault && fault.for === 10));
  });

  test("have fewer hosts, and go both ways", () => {
    const from = ["a", "b", "c"];
    const partition = { kind: "partition", at: 0, for: 0.001, from, to: ["d"] } as const;
    assert.deepEqual(
      simpler(partition).map((fault) => (fault as Of<"partition">).from.join("")),
      ["a", "bc", "a", "b", "c", "bc", "ac", "ab"],
    );
    const oneWay = { ...partition, from: ["a"], oneWay: true };
    assert.deepEqual(simpler(oneWay), [{ ...partition, from: ["a"] }]);
  });

  test("are milder about links", () => {
    const link = { kind: "link", at: 0, for: 0.001, between: ["a", "b"] } as const;
    const sets = (set: Of<"link">["set"]): unknown[] =>
      simpler({ ...link, set }).map((fault) => (fault as Of<"link">).set);
    assert.deepEqual(sets({ loss: 0.1 }), [{ loss: 0.01 }, { loss: 0.05 }]);
    assert.deepEqual(sets({ bandwidth: 5_000_000 }), [{ bandwidth: 10_000_000 }]);
    assert.deepEqual(sets({ mtu: 68 }), []);
    assert.deepEqual(sets({ loss: 0.01, mtu: 68 }), [{ mtu: 68 }, { loss: 0.01 }]);
    assert.deepEqual(sets({ latency: { uniform: [0.5, 2] } }), [{ latency: 0.5 }, { latency: 2 }]);
    assert.deepEqual(sets({ latency: { normal: { mean: 1, deviation: 3 } } }), [{ latency: 1 }]);
    assert.deepEqual(sets({ latency: { pareto: { minimum: 0.5, shape: 2 } } }), [{ latency: 0.5 }]);
    assert.deepEqual(sets({ reorderingDelay: 0.05 }), [{ reorderingDelay: 0.001 }, { reorderingDelay: 0.01 }]);
  });

  test("property: are faults, other ones, and no way of steps is without an end", () => {
    fc.assert(
      fc.property(anyFault, fc.infiniteStream(fc.nat()), (first, choices) => {
        const seen = new Set<string>();
        let fault = first;
        for (const choice of choices) {
          const key = JSON.stringify(fault);
          assert.ok(!seen.has(key), "leads back to where it has been");
          seen.add(key);
          assert.ok(seen.size < 500);
          const next = simpler(fault);
          for (const one of next) assert.notDeepEqual(checkFault(one), fault);
          if (next.length === 0) break;
          fault = next[choice % next.length]!;
        }
      }),
    );
  });
});

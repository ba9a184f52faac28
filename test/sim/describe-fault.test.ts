import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { describeFault } from "../../src/sim/describe-fault.ts";
import { FAULTS, anyFault } from "./faults.ts";

describe("describeFault", () => {
  test("says of each kind when and what", () => {
    assert.deepEqual(Object.values(FAULTS).map(describeFault), [
      "1 s to 3 s: nothing gets from a, b to c",
      "0 s to 0.5 s: between a and b, latency is Pareto with minimum 0.01 and shape 1.5, 3 at most, bandwidth is 1000, queue is 0, mtu is 576, loss is 0.1, duplication is 0, reordering is 1, reorderingDelay is uniform from 0 to 0.1",
      "2 s to 3 s: a has no power",
      "2.25 s to 3.25 s: a stands still",
      "3 s to 4 s: the programs of a read nothing",
      "3 s to 4 s: a refuses new connections",
      "3 s to 4 s: a finds no names",
      "4 s: connections between a and b are reset",
    ]);
  });

  test("without an end, both ways, with sums that have no exact digits, and links as they were", () => {
    const { oneWay: _, for: __, ...forEver } = FAULTS.partition;
    assert.equal(describeFault(forEver), "1 s on: nothing gets from a, b to c or back");
    assert.equal(describeFault({ ...FAULTS.crash, at: 0.1, for: 0.2 }), "0.1 s to 0.3 s: a has no power");
    assert.equal(describeFault({ ...FAULTS.link, set: {} }), "0 s to 0.5 s: between a and b, all is as it was");
    const normal = { latency: { normal: { mean: 1, deviation: 0.5 } } };
    assert.match(describeFault({ ...FAULTS.link, set: normal }), /, latency is normal with mean 1 and deviation 0.5$/);
  });

  test("counts long lists, and quotes strange names", () => {
    const to = Array.from({ length: 20 }, (_, n) => `h${n}`);
    assert.equal(
      describeFault({ kind: "partition", at: 0, from: ["my host"], to }),
      '0 s on: nothing gets from "my host" to h0, h1, h2, h3, h4, h5, h6 and 13 more or back',
    );
  });

  test("property: one line each, which says when it begins", () => {
    fc.assert(
      fc.property(anyFault, (fault) => {
        const line = describeFault(fault);
        assert.doesNotMatch(line, /\n/);
        assert.ok(line.startsWith(`${fault.at} s`));
      }),
    );
  });
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ExplorationFailed, failureLine, summarize } from "../../../src/sim/explore/exploration.ts";
import type { ExploredFailure } from "../../../src/sim/explore/exploration.ts";
import { FAULTS } from "../faults.ts";
import { failureNamed } from "./fake-network.ts";

function explored(more: Partial<ExploredFailure> = {}): ExploredFailure {
  const { error, virtualTime, lastEvents } = failureNamed("Oops");
  const program = "// a program\n\nawait something();\n";
  return { seed: 7, error, virtualTime, lastEvents, faults: [], repeatable: true, reproduction: program, ...more };
}

describe("summarize", () => {
  test("says all there is to know about each failure", () => {
    const shrunk = explored({ faults: [FAULTS.reset, FAULTS.crash], shrunk: [FAULTS.crash] });
    assert.equal(
      summarize(12, [shrunk, explored({ seed: 11 })]),
      `Seed 7 fails after 1.5 s of virtual time: Oops: Oops happened

  Oops: Oops happened
      at Oops.ts:1:2

The faults (1 of 2 are needed):
  2 s to 3 s: a has no power

The last events:
  1.500000000 a boot

This program reproduces it:

// a program

await something();

Seed 11 fails after 1.5 s of virtual time: Oops: Oops happened

  Oops: Oops happened
      at Oops.ts:1:2

There were no faults

The last events:
  1.500000000 a boot

This program reproduces it:

// a program

await something();

12 seeds were run, 2 failed`,
    );
  });

  test("says what is known of the faults", () => {
    const text = (more: Partial<ExploredFailure>): string => summarize(1, [explored(more)]);
    assert.match(text({ faults: [FAULTS.crash] }), /^The faults:\n {2}2 s to 3 s: a has no power\n\n/m);
    assert.match(text({ faults: [FAULTS.crash], shrunk: [] }), /^It fails without faults as well$/m);
    assert.match(
      text({ repeatable: false }),
      /^With the same seed and the same faults it does not fail in this way again/m,
    );
    const lost = text({ faults: undefined, virtualTime: undefined, lastEvents: "" });
    assert.match(lost, /^Its faults are not known/m);
    assert.doesNotMatch(lost, /last events|virtual time/);
  });

  test("is short where nothing failed", () => {
    assert.equal(summarize(1, []), "1 seed was run, none failed");
    assert.equal(summarize(0, []), "0 seeds were run, none failed");
  });
});

test("failureLine, is a line, with a time that people can read", () => {
  const error = { name: "E", message: "one\ntwo", stack: "" };
  assert.equal(
    failureLine({ seed: 1, virtualTime: 0.1 + 0.2, error }),
    "Seed 1 fails after 0.3 s of virtual time: E: one",
  );
  assert.equal(failureLine({ seed: 1, virtualTime: undefined, error }), "Seed 1 fails: E: one");
});

test("ExplorationFailed, has the exploration, and its summary as the message", () => {
  const exploration = { runs: 1, failures: [explored()], summary: "all about it" };
  const error = new ExplorationFailed(exploration);
  assert.deepEqual(
    [error.name, error.code, error.message],
    ["ExplorationFailed", "ERR_EXPLORATION_FAILED", "all about it"],
  );
  assert.equal(error.exploration, exploration);
});

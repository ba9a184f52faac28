import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SimulationError, SimulationStalled } from "../../../src/sim/errors.ts";
import { runSeed, timeLimitError, timerOf } from "../../../src/sim/explore/run-seed.ts";
import type { RunFailure, Scenario } from "../../../src/sim/explore/simulation.ts";
import { FAULTS } from "../faults.ts";
import { fakeScenario } from "./fake-network.ts";
import type { FakeNetwork } from "./fake-network.ts";

function run(parts: Partial<Scenario<FakeNetwork>>, limits = {}): Promise<RunFailure | undefined> {
  return runSeed(fakeScenario(parts), 7, [FAULTS.crash], limits);
}

/** Who failed, with what. */
function brief(failure: RunFailure | undefined): unknown {
  return failure && [failure.origin, `${failure.error.name}: ${failure.error.message}`];
}

const fail = (): never => {
  throw new RangeError("no");
};

describe("runSeed", () => {
  test("runs the program, then the network, then the checks", async () => {
    const calls: unknown[] = [];
    const failure = await run({
      program: async (net) => {
        calls.push(["program", net.seed, net.faults, net.seconds()]);
        await Promise.resolve();
        return () => calls.push(["own check", net.seconds()]);
      },
      check: (net, answer) => calls.push(["check", net.seconds(), typeof answer]),
    });
    assert.equal(failure, undefined);
    assert.deepEqual(calls, [
      ["program", 7, [FAULTS.crash], 0],
      ["own check", 10],
      ["check", 10, "function"],
    ]);
  });

  test("fails with what the program or a check throws, rejects or denies, and tells when and how", async () => {
    const rejects = (): Promise<never> => Promise.reject(new RangeError("no"));
    for (const [parts, expected] of [
      [{ program: fail }, ["program", "RangeError: no"]],
      [{ program: rejects }, ["program", "RangeError: no"]],
      [{ program: () => fail }, ["check", "RangeError: no"]],
      [{ program: () => rejects }, ["check", "RangeError: no"]],
      [{ program: () => () => false }, ["check", "Error: The check answered false"]],
      [{ check: fail }, ["check", "RangeError: no"]],
      [{ check: () => Promise.resolve(false) }, ["check", "Error: The check answered false"]],
      [{ until: fail }, ["program", "RangeError: no"]],
      [{ program: () => () => 0, check: () => {} }, undefined],
    ] as const) {
      assert.deepEqual(brief(await run(parts)), expected);
    }
    const { virtualTime, lastEvents, faults } = (await run({ program: (net) => net.note("x"), check: fail }))!;
    assert.deepEqual([virtualTime, lastEvents, faults], [10, "0.000000000 a note x\n", [FAULTS.crash]]);
  });

  test("shows the last events only", async () => {
    const many = (net: FakeNetwork): void => Array.from({ length: 1000 }).forEach((_, n) => net.note(String(n)));
    const { lastEvents } = (await run({ program: many, check: fail }))!;
    const lines = lastEvents.split("\n");
    assert.equal(lines.length, 26);
    assert.equal(lines[24], "0.000000000 a note 999");
  });

  test("asks until it is true, with what the program answered", async () => {
    const scenario = {
      program: () => "the answer",
      until: (_: FakeNetwork, answer: unknown) => answer === "the answer",
    };
    let seconds: number | undefined;
    assert.equal(await run({ ...scenario, check: (net) => (seconds = net.seconds()) }), undefined);
    assert.equal(seconds, 0);
  });

  test("tells what the network says of itself: a host failed, or nothing happens any more", async () => {
    const state = { seed: 1, seconds: 2, events: [] };
    const rejecting = (error: Error) => (net: FakeNetwork) => void (net.run = async () => assert.fail(error));
    const host = new SimulationError("a failed", state, { cause: new TypeError("inside") });
    assert.deepEqual(brief(await run({ program: rejecting(host) })), ["host", "TypeError: inside"]);
    const stalled = new SimulationStalled("waited", state);
    const expected = "Error: What the run waits for has not come true in 0 s of virtual time";
    assert.deepEqual(brief(await run({ program: rejecting(stalled), until: () => false })), ["until", expected]);
    // Nothing was waited for but the end.
    assert.equal(await run({ program: rejecting(stalled) }), undefined);
    // The same errors from a check are those of some other network.
    const check = (): never => {
      throw host;
    };
    assert.equal((await run({ check }))?.error.name, "SimulationError");
  });

  test("does not wait longer than it may", async () => {
    const failure = await run({ program: () => new Promise(() => {}) }, { time: 0.02 });
    assert.deepEqual(brief(failure), ["limit", "Error: The run takes more than 0.02 s of real time"]);
    assert.deepEqual(failure?.faults, [FAULTS.crash]);
    assert.equal(await run({}, { time: 1000 }), undefined);
  });

  test("fails with what nobody has caught, also when that comes with the end", async () => {
    const uncaught = Promise.resolve({ error: new RangeError("stray") });
    assert.deepEqual(brief(await run({}, { uncaught })), ["program", "RangeError: stray"]);
    assert.deepEqual(brief(await run({ program: () => new Promise(() => {}) }, { uncaught })), [
      "program",
      "RangeError: stray",
    ]);
    assert.equal(await run({}, { uncaught: new Promise(() => {}) }), undefined);
  });

  test("rejects where there can be no such network", async () => {
    await assert.rejects(run({ make: fail }), RangeError);
  });
});

test("timerOf, is no longer than the runtime's timers can be", () => {
  assert.equal(timerOf(1.5), 1500);
  assert.equal(timerOf(Infinity), 2 ** 31 - 1);
});

test("timeLimitError, has no place", () => {
  assert.equal(timeLimitError(3).stack, "Error: The run takes more than 3 s of real time");
});

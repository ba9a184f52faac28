import assert from "node:assert/strict";
import { test } from "node:test";
import { SimulationError, SimulationStalled } from "../../src/sim/errors.ts";

test("SimulationError, says where the simulation stood, and what happened last", () => {
  const events = Array.from(
    { length: 30 },
    (_, time) => ({ time, kind: "note", host: "a", text: `n${time}`, packet: undefined }) as const,
  );
  const cause = new Error("a mistake");
  const error = new SimulationError("It failed", { seed: 7, seconds: 1.5, events }, { cause });
  assert.match(
    error.message,
    /^It failed\n {2}seed 7, virtual time 1.5 s; the last events:\n {4}0.000000010 a note n10\n/,
  );
  assert.deepEqual(
    [error.code, error.seed, error.seconds, error.events.length, error.cause],
    ["ERR_SIMULATION_FAILED", 7, 1.5, 30, cause],
  );
  const stalled = new SimulationStalled("It waits", { seed: 7, seconds: 1, events: [] });
  assert.ok(stalled instanceof SimulationError);
  assert.deepEqual([stalled.name, stalled.code], ["SimulationStalled", "ERR_SIMULATION_STALLED"]);
});

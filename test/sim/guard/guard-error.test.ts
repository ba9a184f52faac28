import assert from "node:assert/strict";
import { test } from "node:test";
import { SimulationGuardError } from "../../../src/sim/guard/guard-error.ts";

test("SimulationGuardError, says what was touched, by whom, and what to use", () => {
  const error = new SimulationGuardError("Date.now()", "db1", "host.clock.seconds()");
  assert.equal(
    error.message,
    "Cannot use Date.now() on the simulated host db1: it is the real one, which makes each run another; expected host.clock.seconds()",
  );
  assert.deepEqual(
    [error.name, error.code, error.touched, error.host],
    ["SimulationGuardError", "ERR_SIMULATION_GUARD", "Date.now()", "db1"],
  );
});

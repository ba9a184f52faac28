import assert from "node:assert/strict";
import { test } from "node:test";
import type { SimulationGuardError } from "../../../src/sim/guard/guard-error.ts";
import { currentGlobals, guards, inPlaceOf } from "../../../src/sim/guard/simulated-globals.ts";
import type { Guard } from "../../../src/sim/guard/simulated-globals.ts";
import { HostOfTest } from "./simulated-host.ts";

test("inPlaceOf, asks the guards one after the other whose code runs", () => {
  const [one, two] = [new HostOfTest("one"), new HostOfTest("two")];
  const errors: unknown[] = [];
  const installed: Guard[] = [
    { mode: "simulate", current: () => (one.runs ? one : undefined), touched: () => assert.fail() },
    { mode: "throw", current: () => (two.runs ? two : undefined), touched: (error) => void errors.push(error) },
  ];
  for (const guard of installed) guards.add(guard);
  try {
    assert.equal(inPlaceOf("x", "y"), one);
    one.runs = false;
    assert.throws(() => inPlaceOf("x", "y"), { touched: "x", host: "two" });
    assert.deepEqual(
      errors.map((error) => (error as SimulationGuardError).touched),
      ["x"],
    );
    assert.equal(currentGlobals(), two);
    two.runs = false;
    assert.deepEqual([inPlaceOf("x", "y"), currentGlobals()], [undefined, undefined]);
  } finally {
    for (const guard of installed) guards.delete(guard);
  }
});

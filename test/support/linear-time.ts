/** Whether something takes time in proportion to its size, told without looking closely at the clock. */
import assert from "node:assert/strict";

/** So many steps that those of something quadratic take most of a minute and more. */
export const MANY = 640_000;

/** What is linear takes a fraction of a second, so a slow machine with other things to do has time enough. */
const LIMIT = 10_000;

/** Fails where `run` takes so long that it cannot be linear in its `MANY` steps. */
export function assertLinear(run: () => void): void {
  const start = performance.now();
  run();
  const duration = performance.now() - start;
  assert.ok(duration < LIMIT, `took ${duration} ms`);
}

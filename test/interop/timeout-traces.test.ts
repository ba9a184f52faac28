/** A `ProtocolTimeout` does what Twisted's `TimeoutMixin` does, step for step, in random programs. */
import { test } from "node:test";
import fc from "fast-check";
import { Clock } from "../../src/clock/clock.ts";
import { ProtocolTimeout } from "../../src/protocol/protocol-timeout.ts";
import { compareTraces } from "../support/compare-traces.ts";
import { peer } from "../support/peers.ts";

const PROGRAMS = Number(process.env["HAWSER_TRACE_PROGRAMS"] ?? 2000);
const twisted = peer("twisted");

interface Program {
  /** What is done when the time is over, one after the other, over and over. */
  readonly answers: readonly ("nothing" | "reset" | "again" | "never")[];
  readonly steps: readonly (readonly [op: "set" | "reset" | "advance", amount: number | null])[];
}

const anyProgram: fc.Arbitrary<Program> = fc.record({
  answers: fc.array(fc.constantFrom("nothing" as const, "reset" as const, "again" as const, "never" as const), {
    minLength: 1,
    maxLength: 3,
  }),
  steps: fc.array(
    fc.tuple(
      fc.constantFrom("set" as const, "reset" as const, "advance" as const, "advance" as const),
      fc.constantFrom(null, 0, 0.25, 0.5, 1, 2.5, 4),
    ),
    { maxLength: 40 },
  ),
});

test(
  `ProtocolTimeout, does what TimeoutMixin does, in ${PROGRAMS} random programs`,
  { skip: twisted.skip },
  async () => {
    const programs = fc.sample(anyProgram, PROGRAMS);
    await compareTraces({ python: twisted.command, script: "timeout_traces.py", programs, run: runProgram });
  },
);

function runProgram({ answers, steps }: Program): string[] {
  const trace: string[] = [];
  const clock = new Clock();
  let rings = 0;
  const timeout = new ProtocolTimeout(clock, () => {
    trace.push(`rings at ${clock.seconds()}`);
    const what = answers[rings++ % answers.length];
    if (what === "reset") timeout.resetTimeout();
    else if (what === "again") set(2);
    else if (what === "never") set(null);
  });
  const set = (amount: number | null): void => void trace.push(`was ${timeout.setTimeout(amount)}`);
  for (const [op, amount] of steps) {
    if (op === "set") set(amount);
    else if (op === "reset") timeout.resetTimeout();
    else clock.advance(amount ?? 0);
    trace.push(`is ${timeout.timeOut}`);
  }
  return trace;
}

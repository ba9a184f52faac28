/** Draws programs. */
import fc from "fast-check";
import type { Program, Step } from "./program.ts";

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ op: fc.constant("advance" as const), size: fc.nat({ max: 8 }) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("connect" as const), who: fc.nat({ max: 1 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constantFrom("data" as const, "write" as const, "sequence" as const),
      who: fc.nat({ max: 3 }),
      size: fc.nat({ max: 40 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constantFrom("lose" as const, "producer" as const, "noProducer" as const, "lost" as const),
      who: fc.nat({ max: 3 }),
    }),
  },
);

const timeoutStep: fc.Arbitrary<Step> = fc.record({
  op: fc.constantFrom("setTimeout" as const, "resetTimeout" as const, "cancelTimeout" as const),
  who: fc.nat({ max: 3 }),
  size: fc.nat({ max: 8 }),
});

const steps = fc.array(step, { minLength: 5, maxLength: 40 });
const timeoutSteps = fc.array(fc.oneof({ weight: 6, arbitrary: step }, { weight: 1, arbitrary: timeoutStep }), {
  minLength: 5,
  maxLength: 40,
});
const plain = { noNullPrototype: true };
const limit = (max: number): fc.Arbitrary<number | null> => fc.option(fc.integer({ min: 1, max }));

export const anyProgram: fc.Arbitrary<Program> = fc.oneof(
  fc.record(
    {
      kind: fc.constant("throttle" as const),
      limits: fc.record({ maxConnectionCount: limit(4), readLimit: limit(40), writeLimit: limit(40) }, plain),
      steps,
    },
    plain,
  ),
  fc.record({ kind: fc.constant("timeout" as const), timeoutPeriod: limit(3), steps: timeoutSteps }, plain),
  fc.record({ kind: fc.constant("byPeer" as const), steps }, plain),
  fc.record(
    { kind: fc.constant("traffic" as const), lengthLimit: fc.option(fc.integer({ min: 12, max: 30 })), steps },
    plain,
  ),
  fc.record({ kind: fc.constant("total" as const), connectionLimit: limit(3), overflow: fc.boolean(), steps }, plain),
);

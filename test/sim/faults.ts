/** Faults of all kinds, for tests. */
import fc from "fast-check";
import type { Fault, FaultKind } from "../../src/sim/fault.ts";
import type { LinkOptions } from "../../src/sim/link-options.ts";

/** One of each kind, with everything in it. */
export const FAULTS: { readonly [K in FaultKind]: Extract<Fault, { kind: K }> } = {
  partition: { kind: "partition", at: 1, for: 2, from: ["a", "b"], to: ["c"], oneWay: true },
  link: {
    kind: "link",
    at: 0,
    for: 0.5,
    between: ["a", "b"],
    set: {
      latency: { pareto: { minimum: 0.01, shape: 1.5, most: 3 } },
      bandwidth: 1000,
      queue: 0,
      mtu: 576,
      loss: 0.1,
      duplication: 0,
      reordering: 1,
      reorderingDelay: { uniform: [0, 0.1] },
    },
  },
  crash: { kind: "crash", at: 2, for: 1, host: "a" },
  pause: { kind: "pause", at: 2.25, for: 1, host: "a" },
  stuck: { kind: "stuck", at: 3, for: 1, host: "a" },
  refuse: { kind: "refuse", at: 3, for: 1, host: "a" },
  nameless: { kind: "nameless", at: 3, for: 1, host: "a" },
  reset: { kind: "reset", at: 4, between: ["a", "b"] },
};

/** As JSON makes them, and programs. */
const PLAIN = { noNullPrototype: true } as const;
const HOSTS = ["a", "b", "c", "d", "e"];
const time = fc.integer({ min: 0, max: 30_000 }).map((ms) => ms / 1000);
const lasting = fc.integer({ min: 1, max: 20_000 }).map((ms) => ms / 1000);
const pair = fc.shuffledSubarray(HOSTS, { minLength: 2, maxLength: 2 }).map(([a, b]) => [a!, b!] as const);

/** Any fault among the hosts a to e. */
export const anyFault: fc.Arbitrary<Fault> = fc.oneof(
  fc
    .record({
      at: time,
      for: lasting,
      hosts: fc.shuffledSubarray(HOSTS, { minLength: 2 }),
      cut: fc.nat(3),
      oneWay: fc.boolean(),
    })
    .map(({ hosts, cut, oneWay, ...times }): Fault => {
      const place = 1 + (cut % (hosts.length - 1));
      const sides = { from: hosts.slice(0, place), to: hosts.slice(place) };
      return { kind: "partition", ...times, ...sides, ...(oneWay ? { oneWay } : {}) };
    }),
  fc.record(
    {
      kind: fc.constant("link" as const),
      at: time,
      for: lasting,
      between: pair,
      set: fc.oneof(
        fc.constantFrom<LinkOptions>(
          { loss: 0.1 },
          { loss: 0.37, bandwidth: 100 },
          { reordering: 1, mtu: 68, queue: 0 },
        ),
        lasting.map((latency): LinkOptions => ({ latency })),
        lasting.map((most): LinkOptions => ({ loss: 1, latency: { uniform: [0, most] } })),
      ),
    },
    PLAIN,
  ),
  fc.record(
    {
      kind: fc.constantFrom(
        "crash" as const,
        "pause" as const,
        "stuck" as const,
        "refuse" as const,
        "nameless" as const,
      ),
      at: time,
      for: lasting,
      host: fc.constantFrom(...HOSTS),
    },
    PLAIN,
  ),
  fc.record({ kind: fc.constant("reset" as const), at: time, between: pair }, PLAIN),
);

/**
 * Random programs over token buckets and their filters do on Hawser, step for step, what they do on Twisted. What differs on purpose is written in
 * bucket_traces.py, where Twisted is made to differ the same way, and in docs/coming-from-twisted.md.
 */
import { test } from "node:test";
import fc from "fast-check";
import { Clock } from "../../src/clock/clock.ts";
import { FilterByHost, HierarchicalBucketFilter } from "../../src/policies/bucket-filter.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { compareTraces } from "../support/compare-traces.ts";
import { peer } from "../support/peers.ts";

const PROGRAMS = Number(process.env["HAWSER_TRACE_PROGRAMS"] ?? 2000);
const twisted = peer("twisted");

interface Limits {
  readonly rate: number | null;
  readonly maxburst: number | null;
  readonly sweepInterval: number;
}

interface Program {
  readonly all: Limits;
  readonly host: Limits;
  readonly hasParent: boolean;
  readonly steps: readonly (readonly [op: "add" | "advance" | "drip" | "sweep" | "use" | "unuse", number, number])[];
}

const limits = fc.record({
  rate: fc.constantFrom(null, 1, 3, 7.5, 1000),
  maxburst: fc.constantFrom(null, 1, 4.5, 20, 100),
  sweepInterval: fc.constantFrom(2, 10, 1000),
});
const op = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("add" as const, "advance" as const) },
  { weight: 2, arbitrary: fc.constantFrom("drip" as const, "sweep" as const, "use" as const, "unuse" as const) },
);
const anyProgram: fc.Arbitrary<Program> = fc.record({
  all: limits,
  host: limits,
  hasParent: fc.boolean(),
  steps: fc.array(fc.tuple(op, fc.nat({ max: 2 }), fc.constantFrom(0, 0.1, 0.5, 1, 1.75, 3, 10, 40)), {
    minLength: 3,
    maxLength: 40,
  }),
});

test(
  `buckets and their filters, do what Twisted's do, in ${PROGRAMS} random programs`,
  { skip: twisted.skip },
  async () => {
    const programs = fc.sample(anyProgram, PROGRAMS);
    await compareTraces({ python: twisted.command, script: "bucket_traces.py", programs, run: runProgram });
  },
);

function runProgram(program: Program): string[] {
  const clock = new Clock();
  const all = new HierarchicalBucketFilter(clock, program.all);
  const hosts = new FilterByHost(clock, { ...program.host, ...(program.hasParent ? { parentFilter: all } : {}) });
  return program.steps.map(([what, who, amount]) => {
    const line: (string | number | boolean)[] = [what];
    if (what === "advance") clock.advance(amount);
    else if (what === "sweep") {
      hosts.sweep();
      all.sweep();
    } else {
      const peerAddress = new IPv4Address("TCP", `192.0.2.${who}`, 1);
      const bucket = hosts.getBucketFor(new StringTransport({ peerAddress }));
      if (what === "add") line.push(bucket.add(amount));
      else if (what === "drip") line.push(bucket.drip());
      else if (what === "use") bucket.users++;
      else if (bucket.users > 0) bucket.users--;
      line.push(bucket.content);
    }
    line.push(hosts.buckets.size, all.buckets.size, ...[...all.buckets.values()].map(({ content }) => content));
    return line.map(shown).join(" ");
  });
}

/** A number of millionths, for the languages write small numbers in different ways. */
function shown(part: string | number | boolean): string {
  return typeof part === "number" ? String(Math.floor(part * 1e6 + 0.5)) : String(part);
}

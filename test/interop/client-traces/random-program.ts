/**
 * Makes the program that belongs to a seed.
 *
 * Where attempts end at once, what is called when something is over starts nothing: there Twisted takes what belongs to the new life for the old
 * one's, and forgets it. For a like reason, nothing is stopped by whoever waits for a stop: Twisted connects then all the same.
 */
import { Random } from "../deferred-traces/random.ts";
import type { Program, Step } from "./program.ts";

const KINDS: readonly (readonly [Step["op"], number])[] = [
  ["start", 3],
  ["stop", 2],
  ["when", 4],
  ["cancel", 1],
  ["connect", 5],
  ["fail", 4],
  ["prepared", 3],
  ["unprepared", 2],
  ["lose", 3],
  ["closed", 3],
  ["advance", 5],
];

export function randomProgram(seed: number): Program {
  const random = new Random(seed);
  const attempts = random.chance(0.3)
    ? listOf(random, 3, () => random.pick(["wait", "connect", "fail"] as const))
    : (["wait"] as const);
  const isInstant = attempts.some((attempt) => attempt !== "wait");
  const kinds = KINDS.flatMap(([op, weight]) => Array.from({ length: random.chance(0.85) ? weight : 0 }, () => op));
  if (kinds.length === 0) kinds.push("start");
  const step = (depth: number): Step => {
    const op = random.pick(kinds);
    const script = (): Step[] => (depth > 0 && random.chance(0.5) ? listOf(random, 3, () => inner(depth - 1)) : []);
    if (op === "stop") return { op, script: script().filter((next) => next.op !== "stop") };
    if (op === "when") {
      return { op, failures: random.chance(0.5) ? null : random.pick([1, 2, 3]), script: script() };
    }
    if (op === "cancel") return { op, which: random.below(6) };
    if (op === "advance") return { op, seconds: random.pick([0.5, 1, 1.5, 2, 5]) };
    return { op };
  };
  const inner = (depth: number): Step => {
    for (let tries = 0; tries < 20; tries++) {
      const next = step(depth);
      if (next.op === "when" || next.op === "cancel" || next.op === "stop" || (next.op === "start" && !isInstant))
        return next;
    }
    return { op: "when", failures: null, script: [] };
  };
  return {
    seed,
    prepares: random.chance(0.4),
    closesAtOnce: random.chance(0.5),
    attempts,
    delays: listOf(random, 3, () => random.pick([0.5, 1, 2, 3])),
    steps: listOf(random, 30, () => step(2)),
  };
}

/** One to `most` of what `make` makes. */
function listOf<T>(random: Random, most: number, make: () => T): T[] {
  return Array.from({ length: 1 + random.below(most) }, make);
}

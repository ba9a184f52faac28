/** Makes the program that belongs to a seed. */
import { Random } from "../deferred-traces/random.ts";
import type { Program, ServerStep, TimerStep, TreeStep } from "./program.ts";

const NAMES = ["a", "b", "c", null, null] as const;

export function randomProgram(seed: number): Program {
  const random = new Random(seed);
  const kind = random.pick(["tree", "tree", "tree", "timer", "server"] as const);
  if (kind === "tree") {
    const first = listOf(random, 5, () => maker(random, random.chance(0.3) ? 1 : 0));
    return { kind, steps: [...first, ...listOf(random, 30, () => treeStep(random, 1))] };
  }
  if (kind === "timer") {
    const call = (): "nothing" | "later" | "fired" | "failed" | "throws" | "stop" =>
      random.pick(["nothing", "nothing", "nothing", "later", "later", "fired", "failed", "throws", "stop"]);
    return {
      kind,
      step: random.pick([0.5, 1, 2.5]),
      calls: listOf(random, 5, call),
      steps: listOf(random, 25, () => timerStep(random)),
    };
  }
  const listen = (): "later" | "now" | "refused" => random.pick(["later", "now", "refused"]);
  const [listens, closesAtOnce] = [listOf(random, 3, listen), random.chance(0.5)];
  const steps = listOf(random, 25, () => serverStep(random));
  return { kind, listens, closesAtOnce, raisesSynchronously: random.chance(0.3), steps };
}

function maker(random: Random, depth: number): TreeStep {
  const script = (): TreeStep[] =>
    depth > 0 && random.chance(0.3) ? listOf(random, 2, () => treeStep(random, depth - 1)) : [];
  return {
    op: "make",
    kind: random.pick(["leaf", "leaf", "multi"]),
    name: random.pick(NAMES),
    privileging: script(),
    starting: script(),
    stopping: script(),
    startThrows: random.chance(0.05),
    stopEnds: random.pick(["now", "now", "later", "later", "throws", "fails"]),
  };
}

function treeStep(random: Random, depth: number): TreeStep {
  const op = random.pick([
    ...(["make", "adopt", "adopt", "adopt", "disown", "name", "find"] as const),
    ...(["privileged", "start", "start", "stop", "stop", "fire", "fire"] as const),
  ]);
  const who = random.below(12);
  switch (op) {
    case "make":
      return maker(random, depth);
    case "adopt":
      return { op, who, parent: random.below(6) };
    case "name":
      return { op, who, name: random.pick(NAMES) };
    case "find":
      return { op, who, name: random.pick(["a", "b", "c"]) };
    case "fire":
      return { op, who, fails: random.chance(0.2) };
    default:
      return { op, who };
  }
}

function timerStep(random: Random): TimerStep {
  const op = random.pick(["start", "stop", "advance", "advance", "advance", "fire", "fire"] as const);
  if (op === "advance") return { op, seconds: random.pick([0.25, 0.5, 1, 2.5, 4]) };
  if (op === "fire") return { op, who: random.below(3), fails: random.chance(0.2) };
  return { op };
}

function serverStep(random: Random): ServerStep {
  return {
    op: random.pick(["privileged", "start", "start", "stop", "stop", "listening", "refused", "closed", "closed"]),
  };
}

/** One to `most` of what `make` makes. */
function listOf<T>(random: Random, most: number, make: () => T): T[] {
  return Array.from({ length: 1 + random.below(most) }, make);
}

/** Makes the program that belongs to a seed. */
import { Random } from "../deferred-traces/random.ts";
import type { Program, Step } from "./program.ts";

const KINDS: readonly Step["op"][] = [
  ...(["startService", "startService", "stopService", "restartAll"] as const),
  ...(["add", "add", "remove", "start", "stop", "stop"] as const),
  ...(["die", "die", "die", "vanish", "advance", "advance", "advance", "advance"] as const),
];

export function randomProgram(seed: number): Program {
  const random = new Random(seed);
  const names = random.chance(0.5) ? ["a"] : ["a", "b", "c"];
  const step = (): Step => {
    const op = random.pick(KINDS);
    if (op === "startService" || op === "stopService" || op === "restartAll") return { op };
    if (op === "advance") return { op, seconds: random.pick([0.25, 0.5, 1, 2, 5, 10]) };
    return { op, name: random.pick(names) };
  };
  return {
    seed,
    threshold: random.pick([0.5, 1, 3]),
    killTime: random.pick([0.5, 2, 5]),
    minRestartDelay: random.pick([0.5, 1]),
    maxRestartDelay: random.pick([1, 3, 3600]),
    steps: Array.from({ length: 5 + random.below(40) }, step),
  };
}

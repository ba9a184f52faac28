/**
 * Makes a plan of faults small.
 *
 * First whole faults are left out, by delta debugging (Zeller and Hildebrandt): halves, quarters and so on, alone and left out, down to single faults. Then
 * each fault that is left is made simpler as long as that is possible. Both are repeated until nothing changes any more: what became simpler
 * may have made others needless. No plan is tried twice.
 */
import type { Fault } from "../fault.ts";
import { cutInParts } from "./cut-in-parts.ts";
import { simplerFaults } from "./simpler-faults.ts";

/** How many plans are tried unless told otherwise. */
export const DEFAULT_MOST_RUNS = 300;

export interface ShrinkOptions {
  /** How many plans are tried at most. Default: 300 */
  readonly maxRuns?: number;
}

/** Tries a plan, once. */
type Try = (faults: readonly Fault[]) => Promise<boolean>;

/**
 * The smallest plan that is found with which it still fails: without any of its faults it does not, unless `maxRuns` were too few to find out. The
 * same plan shrinks in the same way always.
 *
 * @param faults a plan with which it fails, which is not tried
 * @param fails runs the program with a plan, and says whether it fails
 *
 * @example
 * const plan = [
 *   { kind: "pause", at: 1.317, for: 2.5, host: "client" },
 *   { kind: "crash", at: 3.942, for: 7.25, host: "server" },
 * ] as const;
 * const small = await shrinkFaults(plan, async (faults) => faults.some(({ kind }) => kind === "crash"));
 * assert.deepEqual(small, [{ kind: "crash", at: 0, for: 0.001, host: "server" }]);
 */
export async function shrinkFaults(
  faults: readonly Fault[],
  fails: (faults: readonly Fault[]) => boolean | PromiseLike<boolean>,
  options: ShrinkOptions = {},
): Promise<Fault[]> {
  const { maxRuns = DEFAULT_MOST_RUNS } = options;
  if (typeof maxRuns !== "number" || !(maxRuns >= 0)) {
    throw new RangeError(`Cannot shrink faults in ${String(maxRuns)} runs: expected a number, 0 or more`);
  }
  const tried: Map<string, boolean> = new Map();
  const tryOnce: Try = async (candidate) => {
    const key = JSON.stringify(candidate);
    const known = tried.get(key);
    if (known !== undefined) return known;
    // Without runs that are left, nothing fails any more, and what there is stays.
    if (tried.size >= maxRuns) return false;
    const failed = await fails(candidate);
    tried.set(key, failed);
    return failed;
  };
  let smallest = [...faults];
  for (;;) {
    const fewer = await leaveOut(smallest, tryOnce);
    const simpler = await simplify(fewer, tryOnce);
    if (simpler === smallest) return smallest;
    smallest = simpler;
  }
}

/** The same list where nothing can be left out. */
async function leaveOut(faults: Fault[], fails: Try): Promise<Fault[]> {
  if (faults.length === 0) return faults;
  if (await fails([])) return [];
  let left = faults;
  let parts = 2;
  while (left.length > 1) {
    const smaller = await smallerPart(left, parts, fails);
    if (smaller !== undefined) {
      // A part is cut in two; of all but one part, the parts stay the size that they are.
      parts = smaller.alone ? 2 : Math.max(parts - 1, 2);
      left = smaller.faults;
    } else if (parts >= left.length) break;
    else parts = Math.min(parts * 2, left.length);
  }
  return left;
}

async function smallerPart(
  faults: readonly Fault[],
  count: number,
  fails: Try,
): Promise<{ faults: Fault[]; alone: boolean } | undefined> {
  const parts = cutInParts(faults, count);
  for (const part of parts) if (await fails(part)) return { faults: part, alone: true };
  for (const part of parts) {
    const others = parts.filter((other) => other !== part).flat();
    if (await fails(others)) return { faults: others, alone: false };
  }
  return undefined;
}

/** The same list where nothing can be made simpler. */
async function simplify(faults: Fault[], fails: Try): Promise<Fault[]> {
  let best = faults;
  for (let changed = true; changed;) {
    changed = false;
    for (let index = 0; index < best.length; index++) {
      const simpler = await simplifyOne(best, index, fails);
      changed ||= simpler !== best;
      best = simpler;
    }
  }
  const sorted = best.toSorted((a, b) => a.at - b.at);
  return best !== faults && (await fails(sorted)) ? sorted : best;
}

async function simplifyOne(faults: Fault[], index: number, fails: Try): Promise<Fault[]> {
  for (const simpler of simplerFaults(faults[index]!)) {
    const candidate = faults.with(index, simpler);
    if (await fails(candidate)) return candidate;
  }
  return faults;
}

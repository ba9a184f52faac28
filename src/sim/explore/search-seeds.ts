/** Tries one seed after the other, several at once, with the same results as if they were tried alone. */
import type { RunFailure, SeedRunner } from "./simulation.ts";

/** A seed with which it failed. */
export interface FoundFailure {
  readonly seed: number;
  readonly failure: RunFailure;
}

/** What a search has found: how many seeds were tried up to the last of these failures, and the failures in the order of the seeds. */
export interface Search {
  readonly runs: number;
  readonly failures: readonly FoundFailure[];
}

/**
 * Runs seeds until there are none, or `stopAfter` of them have failed. A failure counts when all seeds before it have been run, so that it does not
 * matter which is the quickest.
 *
 * @param onFailure told of each failure that counts, in order
 */
export async function searchSeeds(
  seeds: Iterable<number>,
  runner: Pick<SeedRunner, "lanes" | "endsRuns">,
  run: (seed: number) => Promise<RunFailure | undefined>,
  stopAfter: number,
  onFailure: (found: FoundFailure) => void = () => {},
): Promise<Search> {
  const iterator = seeds[Symbol.iterator]();
  const failures: FoundFailure[] = [];
  /** Runs that have ended, while earlier ones have not. */
  const waiting: Map<number, FoundFailure | undefined> = new Map();
  let begun = 0;
  let counted = 0;
  const end = new AbortController();
  const stopped = new Promise<void>((resolve) => end.signal.addEventListener("abort", () => resolve()));

  const count = (): void => {
    const found = waiting.get(counted);
    waiting.delete(counted++);
    if (found === undefined) return;
    failures.push(found);
    onFailure(found);
    // A run that goes on in this thread would be in the way of all that follow.
    const isStuck = found.failure.origin === "limit" && !runner.endsRuns;
    if (isStuck || failures.length >= stopAfter) end.abort();
  };
  const lane = async (): Promise<void> => {
    while (!end.signal.aborted) {
      const next = iterator.next();
      if (next.done === true) return;
      const place = begun++;
      const failure = await run(next.value);
      waiting.set(place, failure === undefined ? undefined : { seed: next.value, failure });
      while (!end.signal.aborted && waiting.has(counted)) count();
    }
  };
  const lanes = Promise.all(Array.from({ length: runner.lanes }, lane));
  // Who is still at work when it is over may take a long time.
  await Promise.race([lanes, stopped]);
  if (end.signal.aborted) iterator.return?.();
  return { runs: counted, failures };
}

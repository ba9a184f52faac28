/** Finds out about a failure: whether it comes again, and the fewest faults that it takes. */
import type { Fault } from "../fault.ts";
import { isSameFailure } from "./error-text.ts";
import { failureLine } from "./exploration.ts";
import type { ExploredFailure } from "./exploration.ts";
import { reproduction } from "./reproduction.ts";
import type { Reproduced } from "./reproduction.ts";
import { shrinkFaults } from "./shrink-faults.ts";
import type { RunFailure, SeedRunner } from "./simulation.ts";

/** How the seed was run, and what may be done to find out more. */
export interface Examination extends Omit<Reproduced, "title"> {
  readonly runner: Pick<SeedRunner, "run">;
  readonly shrink: boolean;
  readonly maxShrinkRuns: number;
  readonly report: (line: string) => void;
}

export async function examineFailure(first: RunFailure, how: Examination): Promise<ExploredFailure> {
  const { seed } = how;
  // What took too long would do so at each try.
  const small = how.shrink && first.origin !== "limit" ? await shrinkFailure(first, how) : undefined;
  const { error, virtualTime, lastEvents, faults } = small?.failure ?? first;
  const title = failureLine({ seed, virtualTime, error });
  return {
    seed,
    error,
    virtualTime,
    lastEvents,
    faults: first.faults,
    ...(small?.shrunk === undefined ? {} : { shrunk: small.shrunk }),
    repeatable: small?.repeatable,
    reproduction: reproduction({ ...how, title, faults: faults ?? how.faults }),
  };
}

interface Shrunk {
  readonly repeatable: boolean;
  readonly shrunk?: readonly Fault[];
  /** Of the run with the plan that was shrunk. */
  readonly failure: RunFailure;
}

async function shrinkFailure(first: RunFailure, how: Examination): Promise<Shrunk | undefined> {
  const { seed, runner, maxShrinkRuns, report } = how;
  if (first.faults === undefined) return undefined;
  const failsAgain = async (faults: readonly Fault[]): Promise<RunFailure | undefined> => {
    const failure = await runner.run(seed, faults);
    return failure !== undefined && isSameFailure(failure, first) ? failure : undefined;
  };
  if ((await failsAgain(first.faults)) === undefined) return { repeatable: false, failure: first };
  if (first.faults.length === 0) return { repeatable: true, failure: first };
  const failures: Map<string, RunFailure> = new Map();
  let runs = 0;
  const shrunk = await shrinkFaults(
    first.faults,
    async (faults) => {
      runs++;
      const failure = await failsAgain(faults);
      if (failure !== undefined) failures.set(JSON.stringify(faults), failure);
      return failure !== undefined;
    },
    { maxRuns: maxShrinkRuns },
  );
  report(`Seed ${seed}: ${shrunk.length} of ${first.faults.length} faults are needed, as ${runs} runs have shown`);
  return { repeatable: true, shrunk, failure: failures.get(JSON.stringify(shrunk)) ?? first };
}

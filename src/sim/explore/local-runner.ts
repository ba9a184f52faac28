/** Runs seeds in this thread, one after the other. */
import { runSeed } from "./run-seed.ts";
import type { Scenario, SeedRunner, Simulation } from "./simulation.ts";

/** @param limit how many seconds of real time a run may take */
export function localRunner<N extends Simulation>(scenario: Scenario<N>, limit: number): SeedRunner {
  return {
    lanes: 1,
    endsRuns: false,
    run: (seed, faults) => runSeed(scenario, seed, faults, { time: limit }),
    close: () => Promise.resolve(),
  };
}

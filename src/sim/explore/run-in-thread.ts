/** What explores in a worker thread: a run at a time. */
import { dateNow } from "../../runtime.ts";
import { functionOf, programFolder } from "../../threads/thread-function.ts";
import type { Callable, Definition } from "../../threads/thread-function.ts";
import type { SimulatedNetwork } from "../simulated-network.ts";
import { makeNetwork } from "./make-network.ts";
import type { NetworkOptions } from "./make-network.ts";
import { runSeed } from "./run-seed.ts";
import type { Uncaught } from "./run-seed.ts";
import type { Faults, RunFailure } from "./simulation.ts";

/** A scenario whose functions are those of modules: it can be copied to a thread. */
export interface ThreadScenario {
  readonly program: Definition;
  readonly check: Definition | undefined;
  readonly until: Definition | undefined;
  readonly for: number;
  readonly turns: number;
  readonly network: NetworkOptions;
}

/**
 * Runs a seed. What is thrown in the thread meanwhile, and not caught, is the program's.
 *
 * @param begun shared memory for the time when it began, in milliseconds since 1970: until then, threads have to start
 */
export async function runInThread(
  scenario: ThreadScenario,
  seed: number,
  faults: Faults | undefined,
  begun: BigInt64Array,
): Promise<RunFailure | undefined> {
  Atomics.store(begun, 0, BigInt(dateNow()));
  const folder = programFolder();
  const load = async <F>(definition: Definition): Promise<F> => (await functionOf(definition, folder)) as F & Callable;
  const { program, check, until, network } = scenario;
  const loaded = {
    make: makeNetwork(network),
    program: await load<(net: SimulatedNetwork) => unknown>(program),
    check: check && (await load<(net: SimulatedNetwork, answer: unknown) => unknown>(check)),
    until: until && (await load<(net: SimulatedNetwork, answer: unknown) => boolean>(until)),
    for: scenario.for,
    turns: scenario.turns,
  };
  let onError: (error: unknown) => void;
  const uncaught = new Promise<Uncaught>((resolve) => (onError = (error) => resolve({ error })));
  process.on("uncaughtException", onError!);
  process.on("unhandledRejection", onError!);
  try {
    return await runSeed(loaded, seed, faults, { uncaught });
  } finally {
    process.off("uncaughtException", onError!);
    process.off("unhandledRejection", onError!);
  }
}

/**
 * Runs a program in the simulated network with many seeds, and tells of the first that fails what there is to know: why, when, the fewest faults that it
 * takes, what happened last, and a program that runs it again.
 *
 * Functions of modules are run over worker threads. Other functions cannot leave their thread, so they are run in it.
 */
import { availableParallelism } from "node:os";
import { inspect } from "node:util";
import { definitionOf, functionOf, programFolder } from "../../threads/thread-function.ts";
import type { Definition, ModuleFunction } from "../../threads/thread-function.ts";
import { checkNumber, checkObject } from "../check-link-options.ts";
import type { Fault, FaultRecipe } from "../fault.ts";
import type { SimulatedNetwork } from "../simulated-network.ts";
import { ExplorationFailed, failureLine, summarize } from "./exploration.ts";
import type { Exploration } from "./exploration.ts";
import { examineFailure } from "./examine-failure.ts";
import { localRunner } from "./local-runner.ts";
import { makeNetwork } from "./make-network.ts";
import type { NetworkOptions } from "./make-network.ts";
import type { Source } from "./reproduction.ts";
import { searchSeeds } from "./search-seeds.ts";
import type { SeedRunner } from "./simulation.ts";
import { DEFAULT_MOST_RUNS } from "./shrink-faults.ts";
import { threadRunner } from "./thread-runner.ts";

const OPTIONS: readonly (keyof ExploreOptions)[] = [
  "seeds",
  "firstSeed",
  "program",
  "check",
  "network",
  "faults",
  "run",
  "workers",
  "stopAfter",
  "shrink",
  "maxShrinkRuns",
  "timeLimit",
  "report",
  "throws",
];
const DEFAULT_SEEDS = 100;
const DEFAULT_FOR = 60;
const DEFAULT_TIME_LIMIT = 60;

/**
 * A program of a simulation: makes hosts, and says what they do. If it answers a function, that is a check: it is called when the run is over. A check that throws,
 * rejects or answers `false` has found a failure.
 */
export type SimulationProgram<T = unknown> = (net: SimulatedNetwork) => T | PromiseLike<T>;

/** Looks at the network when its run is over. */
export type SimulationCheck<T = unknown> = (net: SimulatedNetwork, answer: T) => unknown;

/** Says whether what the run waits for has come true; asked after each event. */
export type SimulationCondition<T = unknown> = (net: SimulatedNetwork, answer: T) => boolean;

export interface ExploreOptions<T = unknown> {
  /** Seeds, or how many. Default: 100 */
  readonly seeds?: number | Iterable<number>;
  /** The first seed, where `seeds` is a number. Default: 0 */
  readonly firstSeed?: number;
  readonly program: SimulationProgram<T> | ModuleFunction;
  /** Called when a run is over, with what the program answered. If it throws, rejects or answers `false`, that is a failure. */
  readonly check?: SimulationCheck<T> | ModuleFunction;
  /** What the network of each run is like. */
  readonly network?: NetworkOptions;
  /** A plan of faults, the same for all seeds, or how to draw one from each seed. Default: no faults */
  readonly faults?: readonly Fault[] | FaultRecipe;
  readonly run?: {
    /** How many seconds of virtual time a run takes at most. Default: 60 */
    readonly for?: number;
    /** The run is over when this comes true; it is a failure if it does not. */
    readonly until?: SimulationCondition<T> | ModuleFunction;
    /** How many turns the runtime's loop gets before time goes on, for code that counts on them, such as TLS of Node. Default: 0 */
    readonly turns?: number;
  };
  /** How many worker threads there are at most. Default: one for each processor */
  readonly workers?: number;
  /** How many failures are looked for. Default: 1 */
  readonly stopAfter?: number;
  /** Whether plans that fail are made small. Default: `true` */
  readonly shrink?: boolean;
  /** How many runs that may take for each. Default: 300 */
  readonly maxShrinkRuns?: number;
  /** How many seconds of real time a run may take. A run in a thread of its own is ended then. Default: 60 */
  readonly timeLimit?: number;
  /** Told what is going on, a line at a time. */
  readonly report?: (line: string) => void;
  /** Whether failures are thrown as `ExplorationFailed`. Default: `true` */
  readonly throws?: boolean;
}

/**
 * Runs the program with one seed after the other, until `stopAfter` of them have failed. A run fails with what the program, a host or the check throws, when
 * `until` has not come true in its time, and when it takes too long.
 *
 * `{ module, export }` is run over worker threads, if all that is given is of this kind; otherwise all is run in this thread. How many threads there are changes nothing of
 * the result, as long as the program keeps what it remembers inside of itself: a module is loaded once for many runs. Errors that nobody catches are failures in a worker
 * thread; in this thread they end the process, as ever.
 *
 * Throws `ExplorationFailed` where a seed fails, so that a test that explores fails; `throws: false` answers what was found.
 *
 * @example
 * const { summary } = await explore({
 *   seeds: 20,
 *   program: (net) => {
 *     const server = net.host("server");
 *     server.spawn(() => server.note("up"));
 *     return () => assert.ok(net.seconds() > 0);
 *   },
 *   faults: { kinds: ["crash", "pause"] },
 * });
 * assert.equal(summary, "20 seeds were run, none failed");
 */
export async function explore<T>(options: ExploreOptions<T>): Promise<Exploration> {
  checkObject(options, "options of explore", OPTIONS);
  if (options.run !== undefined) checkObject(options.run, "options of explore: run", ["for", "until", "turns"]);
  const { report = () => {}, stopAfter = 1, shrink = true, throws = true } = options;
  const { for: lasts = DEFAULT_FOR, until, turns = 0 } = options.run ?? {};
  const { network = {}, faults, timeLimit = DEFAULT_TIME_LIMIT, maxShrinkRuns = DEFAULT_MOST_RUNS } = options;
  // Whatever is wrong with these is so with every seed, and is said before one is run.
  makeNetwork(network)(0, faults);
  checkNumber(stopAfter, "stopAfter", "a number, 1 or more", (n) => n >= 1);
  checkNumber(lasts, "run.for", "a number of seconds, 0 or more", (n) => n >= 0);
  checkNumber(turns, "run.turns", "a whole number, 0 or more", (n) => Number.isInteger(n) && n >= 0);
  checkNumber(maxShrinkRuns, "maxShrinkRuns", "a number, 0 or more", (n) => n >= 0);
  checkNumber(timeLimit, "timeLimit", "a number of seconds above 0", (n) => n > 0);
  const scenario = {
    program: sourceOf(options.program),
    check: options.check && sourceOf(options.check),
    until: until && sourceOf(until),
    for: lasts,
    turns,
    network,
  };
  const runner = await runnerOf(scenario, options.workers, timeLimit);
  try {
    const { runs, failures: found } = await searchSeeds(
      seedsOf(options),
      runner,
      (seed) => runner.run(seed, faults),
      stopAfter,
      ({ seed, failure }) => report(failureLine({ seed, ...failure })),
    );
    const failures = [];
    for (const { seed, failure } of found) {
      failures.push(
        await examineFailure(failure, { ...scenario, seed, faults, runner, shrink, maxShrinkRuns, report }),
      );
    }
    const exploration: Exploration = { runs, failures, summary: summarize(runs, failures) };
    report(exploration.summary);
    if (throws && failures.length > 0) throw new ExplorationFailed(exploration);
    return exploration;
  } finally {
    await runner.close();
  }
}

/** All that is run, as functions or as what modules export. */
interface Sources {
  readonly program: Source;
  readonly check: Source | undefined;
  readonly until: Source | undefined;
  readonly for: number;
  readonly turns: number;
  readonly network: NetworkOptions;
}

function sourceOf(given: unknown): Source {
  return typeof given === "function" ? given : definitionOf(given);
}

async function runnerOf(sources: Sources, workers: number | undefined, timeLimit: number): Promise<SeedRunner> {
  const { program, check, until, network } = sources;
  const threads = workers ?? availableParallelism();
  checkNumber(threads, "workers", "a whole number, 1 or more", (n) => Number.isInteger(n) && n >= 1);
  if (isDefinition(program) && isDefinition(check) && isDefinition(until)) {
    return threadRunner({ program, check, until, for: sources.for, turns: sources.turns, network }, threads, timeLimit);
  }
  return localRunner(
    {
      make: makeNetwork(network),
      program: await load<SimulationProgram>(program),
      check: check && (await load<SimulationCheck>(check)),
      until: until && (await load<SimulationCondition>(until)),
      for: sources.for,
      turns: sources.turns,
    },
    timeLimit,
  );
}

function isDefinition(source: Source | undefined): source is Definition | undefined {
  return typeof source !== "function";
}

async function load<F extends Function>(source: Source): Promise<F> {
  return (typeof source === "function" ? source : await functionOf(source, programFolder())) as F;
}

function seedsOf({
  seeds = DEFAULT_SEEDS,
  firstSeed = 0,
}: Pick<ExploreOptions, "seeds" | "firstSeed">): Iterable<number> {
  if (typeof seeds !== "number") {
    if (typeof seeds === "object" && seeds !== null && Symbol.iterator in seeds) return seeds;
    throw new TypeError(
      `Cannot explore the seeds ${inspect(seeds, { depth: 0 })}: expected how many, or a list of numbers`,
    );
  }
  const isCount = (n: number): boolean => Number.isInteger(n) && n >= 0;
  checkNumber(seeds, "seeds", "a whole number, 0 or more", isCount);
  checkNumber(firstSeed, "firstSeed", "a whole number, 0 or more", isCount);
  return countFrom(firstSeed, seeds);
}

function* countFrom(first: number, count: number): Generator<number> {
  for (let n = 0; n < count; n++) yield first + n;
}

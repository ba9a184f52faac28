/** One run of a simulation. */
import { setImmediate, setTimeout } from "../../runtime.ts";
import { stackless } from "../../stackless.ts";
import { SimulationError, SimulationStalled } from "../errors.ts";
import { formatEvents } from "../format-event.ts";
import { errorText } from "./error-text.ts";
import type { Faults, RunFailure, Scenario, Simulation } from "./simulation.ts";

/** How many events a failure shows. */
const LAST_EVENTS = 25;

/** How a run may be ended before its end. */
export interface RunLimits {
  /** How many seconds of real time it may take. Default: no limit */
  readonly time?: number;
  /** Resolves with the first error that nobody in the thread has caught. */
  readonly uncaught?: Promise<Uncaught>;
}

/** In a box, for a promise would take some errors for promises. */
export interface Uncaught {
  readonly error: unknown;
}

/** Runs a scenario with this seed and these faults: `undefined` where all is well, else how it failed. Rejects where there can be no such network. */
export async function runSeed<N extends Simulation>(
  scenario: Scenario<N>,
  seed: number,
  faults: Faults | undefined,
  { time, uncaught }: RunLimits = {},
): Promise<RunFailure | undefined> {
  const net = scenario.make(seed, faults);
  const failed: Failed = (origin, thrown) => ({
    origin,
    error: errorText(thrown),
    virtualTime: net.seconds(),
    lastEvents: formatEvents(net.events.slice(-LAST_EVENTS)),
    faults: net.faults,
  });
  const end = { isNow: false };
  const run = runIn(net, scenario, failed, end);
  const ends: Promise<RunFailure | undefined>[] = [run];
  if (uncaught !== undefined) {
    // A promise that nobody has taken care of is found when the turn ends.
    ends[0] = run.then((failure) => new Promise((resolve) => setImmediate(() => resolve(failure))));
    ends.push(uncaught.then(({ error }) => failed("program", error)));
  }
  if (time !== undefined) ends.push(timeIsUp(time, run, failed));
  const failure = await Promise.race(ends);
  end.isNow = true;
  return failure;
}

/** Whether nobody waits for the run any more. */
interface End {
  isNow: boolean;
}

type Failed = (origin: RunFailure["origin"], thrown: unknown) => RunFailure;

async function runIn<N extends Simulation>(
  net: N,
  scenario: Scenario<N>,
  failed: Failed,
  end: End,
): Promise<RunFailure | undefined> {
  let origin: RunFailure["origin"] = "program";
  try {
    const answer = await scenario.program(net);
    await runNetwork(net, scenario, answer, end);
    origin = "check";
    if (typeof answer === "function") await verify(answer as () => unknown);
    if (scenario.check !== undefined) await verify(() => scenario.check!(net, answer));
    return undefined;
  } catch (error) {
    // The network's own errors repeat what is told about a run anyway.
    if (origin !== "program" || !(error instanceof SimulationError)) return failed(origin, error);
    return error instanceof SimulationStalled
      ? failed("until", plainError(`What the run waits for has not come true in ${net.seconds()} s of virtual time`))
      : failed("host", error.cause);
  }
}

/** Runs the network for its time, until what is waited for has come true, or until nobody waits any more: else it would go on, in the way of all that follows. */
async function runNetwork<N extends Simulation>(
  net: N,
  { for: lasts, until, turns }: Scenario<N>,
  answer: unknown,
  end: End,
): Promise<void> {
  try {
    await net.run({ for: lasts, turns, until: () => end.isNow || until?.(net, answer) === true });
  } catch (error) {
    if (until !== undefined || !(error instanceof SimulationStalled)) throw error;
  }
}

async function verify(check: () => unknown): Promise<void> {
  if ((await check()) === false) throw plainError("The check answered false");
}

/** Nothing can end code in its own thread, but one can go on without it. */
async function timeIsUp(limit: number, run: Promise<unknown>, failed: Failed): Promise<RunFailure> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, timerOf(limit));
    void run.then(() => clearTimeout(timer));
  });
  return failed("limit", timeLimitError(limit));
}

/** The error of a run that took too long. */
export function timeLimitError(limit: number): Error {
  return plainError(`The run takes more than ${limit} s of real time`);
}

/** The longest time that the runtime's timer takes. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Seconds as the runtime's timers want them. */
export function timerOf(seconds: number): number {
  return Math.min(seconds * 1000, LONGEST_TIMER);
}

/** Where it was made says nothing about the program. */
function plainError(message: string): Error {
  return stackless(() => new Error(message));
}

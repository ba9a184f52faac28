/** What exploring needs of a simulated network, and what it tells about a run. */
import type { Fault, FaultRecipe } from "../fault.ts";
import type { SimulationEvent } from "../simulation-event.ts";

/** A network, as far as runs are concerned. */
export interface Simulation {
  readonly faults: readonly Fault[];
  readonly events: readonly SimulationEvent[];
  seconds(): number;
  run(options: { readonly for?: number; readonly until?: () => boolean; readonly turns?: number }): Promise<void>;
}

/** A plan, or how to draw one. */
export type Faults = readonly Fault[] | FaultRecipe;

/** Makes the network of a run. */
export type MakeSimulation<N extends Simulation> = (seed: number, faults: Faults | undefined) => N;

/** What is run, with all that belongs to it. */
export interface Scenario<N extends Simulation> {
  readonly make: MakeSimulation<N>;
  readonly program: (net: N) => unknown;
  readonly check: ((net: N, answer: unknown) => unknown) | undefined;
  readonly until: ((net: N, answer: unknown) => boolean) | undefined;
  /** How many seconds of virtual time it runs at most. */
  readonly for: number;
  /** How many turns the runtime's loop gets before time goes on. */
  readonly turns: number;
}

/** An error as plain data, which is the same whichever thread it comes from. */
export interface ErrorText {
  readonly name: string;
  readonly message: string;
  /** The name, the message, where it was thrown, and the same for its causes. */
  readonly stack: string;
}

/** A run that failed. */
export interface RunFailure {
  /** Who failed: the program or the network's run, a host, the condition that was to come true, the check, or the time that there is for a run. */
  readonly origin: "program" | "host" | "until" | "check" | "limit";
  readonly error: ErrorText;
  /** When it failed, in seconds; `undefined` where the thread cannot tell any more. */
  readonly virtualTime: number | undefined;
  /** The last events of the log, a line each. */
  readonly lastEvents: string;
  /** The plan; `undefined` where the thread cannot tell any more. */
  readonly faults: readonly Fault[] | undefined;
}

/** Runs seeds, several at once where it can. */
export interface SeedRunner {
  /** How many runs go on at once. */
  readonly lanes: number;
  /** Whether runs that take too long are ended. */
  readonly endsRuns: boolean;
  /** Runs a seed: `undefined` where all is well. Fails where the program cannot be run at all. */
  run(seed: number, faults: Faults | undefined): Promise<RunFailure | undefined>;
  /** Ends what still runs. */
  close(): Promise<void>;
}

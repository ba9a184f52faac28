/** How a simulation fails. */
import { HawserError } from "../errors.ts";
import { formatEvents } from "./format-event.ts";
import type { SimulationEvent } from "./simulation-event.ts";

/** Where a simulation stood when it failed. */
export interface SimulationState {
  readonly seed: number;
  /** Seconds of virtual time since the beginning. */
  readonly seconds: number;
  readonly events: readonly SimulationEvent[];
}

/** So many of the last events are in the message. */
const SHOWN = 20;

/** A run has failed: the message says with which seed, when, and what happened last. */
export class SimulationError extends HawserError {
  override readonly name: string = "SimulationError";
  readonly code: string = "ERR_SIMULATION_FAILED";
  readonly seed: number;
  readonly seconds: number;
  /** The last events before the failure, or all of them. */
  readonly events: readonly SimulationEvent[];

  constructor(message: string, { seed, seconds, events }: SimulationState, options?: ErrorOptions) {
    const last = formatEvents(events.slice(-SHOWN));
    super(
      `${message}\n  seed ${seed}, virtual time ${seconds} s; the last events:\n${last.replace(/^(?=.)/gm, "    ")}`,
      options,
    );
    this.seed = seed;
    this.seconds = seconds;
    this.events = [...events];
  }
}

/** Nothing is left to happen, and what was waited for has not come. */
export class SimulationStalled extends SimulationError {
  override readonly name: string = "SimulationStalled";
  override readonly code: string = "ERR_SIMULATION_STALLED";
}

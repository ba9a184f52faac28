/** What simulated code is told that touches the real world. */
import { HawserError } from "../../errors.ts";

/** Simulated code has used a real clock, timer or random number, with which no run would be like another. */
export class SimulationGuardError extends HawserError {
  override readonly name: string = "SimulationGuardError";
  readonly code: string = "ERR_SIMULATION_GUARD";
  /** What was used, such as `"Date.now()"`. */
  readonly touched: string;
  /** The host whose code it was. */
  readonly host: string;

  constructor(touched: string, host: string, instead: string) {
    super(
      `Cannot use ${touched} on the simulated host ${host}: it is the real one, which makes each run another; expected ${instead}`,
    );
    this.touched = touched;
    this.host = host;
  }
}

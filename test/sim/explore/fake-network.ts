/** A network in which nothing happens but faults, for tests of what runs networks. */
import type { Fault } from "../../../src/sim/fault.ts";
import type { Faults, RunFailure, Scenario, Simulation } from "../../../src/sim/explore/simulation.ts";
import { isPlan } from "../../../src/sim/is-plan.ts";
import type { SimulationEvent } from "../../../src/sim/simulation-event.ts";

export class FakeNetwork implements Simulation {
  readonly seed: number;
  readonly faults: readonly Fault[];
  readonly events: SimulationEvent[] = [];
  #seconds = 0;

  constructor(seed: number, faults: Faults | undefined) {
    this.seed = seed;
    this.faults = faults !== undefined && isPlan(faults) ? faults : [];
  }

  seconds(): number {
    return this.#seconds;
  }

  note(text: string): void {
    this.events.push({ time: this.#seconds * 1e9, kind: "note", host: "a", text, packet: undefined });
  }

  run(options: { for?: number; until?: () => boolean }): Promise<void> {
    if (options.until?.() !== true) this.#seconds += options.for ?? 0;
    return Promise.resolve();
  }
}

export function fakeScenario(parts: Partial<Scenario<FakeNetwork>>): Scenario<FakeNetwork> {
  const make = (seed: number, faults: Faults | undefined): FakeNetwork => new FakeNetwork(seed, faults);
  return { make, program: () => {}, check: undefined, until: undefined, for: 10, turns: 0, ...parts };
}

/** A failure of the check; each name has a place of its own. */
export function failureNamed(name: string, more: Partial<RunFailure> = {}): RunFailure {
  const error = { name, message: `${name} happened`, stack: `${name}: ${name} happened\n    at ${name}.ts:1:2` };
  return { origin: "check", error, virtualTime: 1.5, lastEvents: "1.500000000 a boot\n", faults: [], ...more };
}

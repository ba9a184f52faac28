/** Makes the networks of runs. */
import { SimulatedNetwork } from "../simulated-network.ts";
import type { SimulatedNetworkOptions } from "../simulated-network.ts";
import type { Faults, MakeSimulation } from "./simulation.ts";

/** What a network is like, but for what each run has of its own. */
export type NetworkOptions = Omit<SimulatedNetworkOptions, "seed" | "faults">;

/** Throws `TypeError` where the options have what each run has of its own. */
export function makeNetwork(options: NetworkOptions): MakeSimulation<SimulatedNetwork> {
  for (const [name, instead] of [
    ["seed", "seeds"],
    ["faults", "faults"],
  ] as const) {
    if (name in options) throw new TypeError(`Cannot use network: it has ${name}, expected ${instead} beside network`);
  }
  return (seed: number, faults: Faults | undefined) =>
    new SimulatedNetwork({ ...options, seed, ...(faults === undefined ? {} : { faults }) });
}

/** Makes the networks of runs. */
import { SimulatedNetwork } from "../simulated-network.ts";
import type { SimulatedNetworkOptions } from "../simulated-network.ts";
import type { Faults, MakeSimulation } from "./simulation.ts";

/** What a network is like, but for what each run has of its own. */
export type NetworkOptions = Omit<SimulatedNetworkOptions, "seed" | "faults">;

export function makeNetwork(options: NetworkOptions): MakeSimulation<SimulatedNetwork> {
  return (seed: number, faults: Faults | undefined) =>
    new SimulatedNetwork({ ...options, seed, ...(faults === undefined ? {} : { faults }) });
}

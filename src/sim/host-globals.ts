/** What a simulated host has in place of the runtime's clocks, timers and random numbers. */
import type { SimulatedGlobals } from "./guard/simulated-globals.ts";
import type { Machine } from "./machine.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** Timers are of the programs that run now: after a crash they call nobody. */
export function hostGlobals(machine: Machine, random: SeededRandom): SimulatedGlobals {
  const { name, clock, world } = machine;
  return {
    host: name,
    random,
    seconds: () => clock.seconds(),
    monotonic: () => clock.monotonic(),
    setTimeout: (call, seconds) => {
      const scheduled = machine.life.runLater(clock.wait(seconds), call);
      return { cancel: () => world.cancel(scheduled) };
    },
  };
}

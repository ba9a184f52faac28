/** Runs a piece of a test inside a reactor that runs, and ends with the reactor stopped. */
import type { Reactor } from "../../src/reactor/reactor.ts";

/** Makes the reactor that a conformance suite is about. */
export type MakeReactor = () => Reactor;

export async function running<T>(makeReactor: MakeReactor, body: (reactor: Reactor) => Promise<T>): Promise<T> {
  const reactor = makeReactor();
  const finished = reactor.run({ installSignalHandlers: false });
  try {
    return await body(reactor);
  } finally {
    if (reactor.running) reactor.stop();
    await finished;
  }
}

/** A test that waits so long waits in vain. Turns are no measure: an idle machine makes hundreds of thousands of them in a second. */
const WAIT_SECONDS = 100;

/** Resolves when `condition` holds, looking once in each turn of the loop. */
export async function until(condition: () => boolean, what = "the condition"): Promise<void> {
  const end = performance.now() + WAIT_SECONDS * 1000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`Waited for ${what} in vain`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

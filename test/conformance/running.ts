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

/** Resolves when `condition` holds, looking once in each turn of the loop; a test that waits in vain fails after `turns`. */
export async function until(condition: () => boolean, what = "the condition", turns = 200_000): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    if (condition()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`Waited for ${what} in vain`);
}

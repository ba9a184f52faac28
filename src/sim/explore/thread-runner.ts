/** Runs seeds in worker threads. A run that takes too long is ended with its thread; so is one that ends its thread. */
import type { Deferred } from "../../deferred/deferred.ts";
import { dateNow, setTimeout } from "../../runtime.ts";
import { deferToThreadPool } from "../../threads/defer-to-thread.ts";
import { WorkerExitedError } from "../../threads/errors.ts";
import { ThreadPool } from "../../threads/thread-pool.ts";
import { errorText } from "./error-text.ts";
import { isPlan } from "../is-plan.ts";
import type { ThreadScenario } from "./run-in-thread.ts";
import { timeLimitError, timerOf } from "./run-seed.ts";
import type { Faults, RunFailure, SeedRunner } from "./simulation.ts";

const RUN = { module: new URL("./run-in-thread.js", import.meta.url), export: "runInThread" };
/** No run calls into this thread. */
const NO_REACTOR = { running: false };

/** @param limit how many seconds of real time a run may take */
export function threadRunner(scenario: ThreadScenario, workers: number, limit: number): SeedRunner {
  const pool = new ThreadPool(0, workers, { name: "explore", stopTimeout: 0 });
  const running: Set<Deferred<unknown>> = new Set();
  pool.start();
  return {
    lanes: workers,
    endsRuns: true,
    async run(seed, faults) {
      const begun = new BigInt64Array(new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT));
      const call = deferToThreadPool<RunFailure | undefined>(NO_REACTOR, pool, RUN, scenario, seed, faults, begun);
      let isLate = false;
      let timer: NodeJS.Timeout;
      const wait = (): void => {
        const beginning = Number(Atomics.load(begun, 0));
        const left = timerOf(limit) - (beginning === 0 ? 0 : dateNow() - beginning);
        isLate = left <= 0;
        if (isLate) call.cancel();
        else timer = setTimeout(wait, left);
      };
      wait();
      running.add(call);
      try {
        return await call;
      } catch (error) {
        if (isLate) return lost("limit", timeLimitError(limit), faults);
        if (error instanceof WorkerExitedError) return lost("program", error, faults);
        throw error;
      } finally {
        clearTimeout(timer!);
        running.delete(call);
      }
    },
    async close() {
      for (const call of running) call.cancel();
      await pool.stop();
    },
  };
}

/** Of a run that can tell nothing any more. */
function lost(origin: RunFailure["origin"], error: Error, faults: Faults | undefined): RunFailure {
  const drawn = faults !== undefined && !isPlan(faults);
  const plan = drawn ? undefined : (faults ?? []);
  return { origin, error: errorText(error), virtualTime: undefined, lastEvents: "", faults: plan };
}

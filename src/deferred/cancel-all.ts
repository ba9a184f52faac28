/** Cancelling many Deferreds: one canceller that throws must not keep the others from being cancelled. */
import { Logger } from "../logger/logger.ts";
import type { Deferred } from "./deferred.ts";

const log = new Logger({ namespace: "hawser.deferred" });

/** Cancels every Deferred of `deferreds`; what a canceller throws is logged. */
export function cancelAll(deferreds: Iterable<Deferred<unknown>>, cause?: unknown): void {
  for (const deferred of deferreds) {
    try {
      deferred.cancel(cause);
    } catch (error) {
      log.failure("A canceller threw an error", error);
    }
  }
}

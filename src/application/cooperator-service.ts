/** A service that lets long tasks run side by side. */
import type { CooperativeTask, Work } from "../clock/cooperative-task.ts";
import { Cooperator } from "../clock/cooperator.ts";
import type { CooperatorOptions } from "../clock/cooperator.ts";
import type { Deferred } from "../deferred/deferred.ts";
import { Service } from "./service.ts";

/**
 * A `Cooperator` that takes steps while the service runs. Tasks that are not finished when it is stopped end with `SchedulerStopped`.
 *
 * @example
 * import { Clock } from "hawser/clock";
 * const clock = new Clock();
 * const service = new CooperatorService({ clock });
 * const done = service.coiterate([1, 2, 3]);
 * service.startService();
 * clock.advance(1);
 * assert.deepEqual(await done, [1, 2, 3]);
 * service.stopService();
 */
export class CooperatorService extends Service {
  readonly coop: Cooperator;

  constructor(options: Omit<CooperatorOptions, "started"> = {}) {
    super();
    this.coop = new Cooperator({ ...options, started: false });
  }

  /** Fires at the end of a task over `work`: see `Cooperator.coiterate`. */
  coiterate<W extends Work>(work: W): Deferred<W> {
    return this.coop.coiterate(work);
  }

  /** A task over `work`: see `Cooperator.cooperate`. */
  cooperate<W extends Work>(work: W): CooperativeTask<W> {
    return this.coop.cooperate(work);
  }

  override startService(): void {
    super.startService();
    this.coop.start();
  }

  override stopService(): void {
    void super.stopService();
    this.coop.stop();
  }
}

/**
 * The thread pool of a simulated host. Real threads would take real time, so what is asked of this pool is done where the simulation runs, as
 * events of their own, one at a time.
 */
import { MemoryThreadPool } from "../testing/memory-thread-pool.ts";
import type { ThreadCall, ThreadRequest } from "../threads/thread-pool-like.ts";
import type { HostLife } from "./host-life.ts";

export class SimulatedThreads extends MemoryThreadPool {
  readonly #life: HostLife;

  constructor(life: HostLife) {
    super();
    this.#life = life;
  }

  override submit(request: ThreadRequest): ThreadCall {
    const call = super.submit(request);
    // A call may be cancelled before its turn.
    this.#life.runLater(0, () => {
      if (this.requests.includes(request)) void this.perform();
    });
    return call;
  }
}

/** A scheduler for a Cooperator whose ticks are made by hand. */
import assert from "node:assert/strict";
import type { TickScheduler } from "../../src/clock/cooperator.ts";

export class Ticks {
  #tick: (() => void) | undefined = undefined;

  /** To be given to the Cooperator. */
  readonly scheduler: TickScheduler = (tick) => {
    assert.equal(this.#tick, undefined, "A tick is scheduled already");
    this.#tick = tick;
    return {
      cancel: () => {
        assert.equal(this.#tick, tick, "The tick has been made or cancelled already");
        this.#tick = undefined;
      },
    };
  };

  /** Whether a tick is scheduled. */
  get waiting(): boolean {
    return this.#tick !== undefined;
  }

  /** Makes the tick that is scheduled. */
  run(): void {
    const tick = this.#tick;
    assert.ok(tick !== undefined, "No tick is scheduled");
    this.#tick = undefined;
    tick();
  }
}

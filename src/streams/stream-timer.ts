/** A timer that can be started again and again: of a clock of ours where there is one, else of the runtime, which it does not keep alive. */
import type { DelayedCallLike, ReactorTime } from "../clock/reactor-time.ts";

/** Who measures time for a stream: a reactor, a `Clock`, a simulated host. */
export type StreamClock = Pick<ReactorTime, "callLater">;

export class StreamTimer {
  readonly #clock: StreamClock | undefined;
  readonly #call: () => void;
  #seconds = 0;
  #delayed: DelayedCallLike | undefined = undefined;
  #timeout: NodeJS.Timeout | undefined = undefined;

  constructor(clock: StreamClock | undefined, call: () => void) {
    this.#clock = clock;
    this.#call = call;
  }

  /** Calls once, so many seconds from now, and not when it was to before. */
  start(seconds: number): void {
    this.stop();
    this.#seconds = seconds;
    if (this.#clock !== undefined) this.#delayed = this.#clock.callLater(seconds, this.#call);
    else this.#timeout = setTimeout(this.#call, seconds * 1000).unref();
  }

  /** Begins to wait anew, also where it has called already; not where it was stopped. */
  refresh(): void {
    this.#timeout?.refresh();
    if (this.#delayed?.active() === true) this.#delayed.reset(this.#seconds);
    else if (this.#delayed !== undefined) this.#delayed = this.#clock?.callLater(this.#seconds, this.#call);
  }

  stop(): void {
    clearTimeout(this.#timeout);
    this.#timeout = undefined;
    if (this.#delayed?.active() === true) this.#delayed.cancel();
    this.#delayed = undefined;
  }
}

/** A service that calls a function again and again. */
import { LoopingCall } from "../clock/looping-call.ts";
import type { ReactorTime } from "../clock/reactor-time.ts";
import { Deferred } from "../deferred/deferred.ts";
import { succeed } from "../deferred/maybe-deferred.ts";
import { InvalidStateError } from "../errors.ts";
import { Logger } from "../logger/logger.ts";
import { Service } from "./service.ts";

const log = new Logger({ namespace: "hawser.application" });

/**
 * Calls a function when it starts, and every `step` seconds from then on, until it is stopped; a call that answers something to wait for is waited for. Where the function throws or
 * fails, that is logged, and it is not called again until the service is started again.
 *
 * @example
 * import { Clock } from "hawser/clock";
 * const clock = new Clock();
 * const times: number[] = [];
 * const timer = new TimerService(10, () => times.push(clock.seconds()));
 * timer.clock = clock;
 * timer.startService();
 * clock.pump([10, 10]);
 * await timer.stopService();
 * assert.deepEqual(times, [0, 10, 20]);
 */
export class TimerService<A extends unknown[] = unknown[]> extends Service {
  /** The seconds between two calls. */
  readonly step: number;
  /** What is called, and with what. */
  readonly call: readonly [callable: (...args: never[]) => unknown, args: readonly unknown[]];
  /** Who tells the time, such as the reactor. It must be set before the start. */
  clock: ReactorTime | undefined = undefined;
  /** From a start on: the loop, and what fires when it is over. */
  #life: { readonly loop: LoopingCall; readonly finished: Deferred<void> } | undefined = undefined;

  constructor(step: number, callable: (...args: A) => unknown, ...args: A) {
    super();
    this.step = step;
    this.call = [callable, args];
  }

  /** Throws `InvalidStateError` where it has no `clock`, or runs already. */
  override startService(): void {
    const before = this.#life;
    if (before?.loop.running === true)
      throw new InvalidStateError("Cannot start the timer: it runs already, expected it to be stopped");
    const [callable, args] = this.call;
    const loop = new LoopingCall(() => callable(...(args as never[])));
    loop.clock = this.clock;
    const { running } = this;
    // What is called at once finds a service that runs, and can stop it.
    const finished = new Deferred<void>();
    this.#life = { loop, finished };
    super.startService();
    try {
      loop.start(this.step).addCallbacks(
        () => finished.callback(),
        (failure) => {
          log.failure("The function of a timer failed; it is not called again", failure);
          finished.callback();
        },
      );
    } catch (error) {
      this.#life = before;
      this.running = running;
      throw error;
    }
  }

  /** Fires when the call that is under way, if one is, is finished. */
  override stopService(): Deferred<void> {
    const life = this.#life;
    if (life?.loop.running === true) life.loop.stop();
    const finished = life?.finished ?? succeed();
    return finished.addCallback(() => {
      // It may have been started again meanwhile.
      if (this.#life === life) this.running = false;
    });
  }
}

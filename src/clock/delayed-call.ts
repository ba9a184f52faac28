/**
 * `DelayedCall`: a call that is to be made later, in the hands of whoever asked for it.
 *
 * A program may have a million of these, so an object holds what every call needs and no more; what only a moved call needs
 * is in an object of its own. A call that has been made or cancelled lets go of its callback and arguments at once.
 */
import { inspect } from "node:util";
import { captureStack } from "../deferred/debugging.ts";
import { inspectable } from "../inspectable.ts";
import { AlreadyCalled, AlreadyCancelled } from "./errors.ts";
import type { DelayedCallLike } from "./reactor-time.ts";
import { CALLED, CANCELLED } from "./timer-queue.ts";
import type { Place, QueuedCall, TimerQueue } from "./timer-queue.ts";

type Callback = (...args: unknown[]) => unknown;

/** What few calls have. */
interface Rarities {
  /**
   * The time of the call is `base + delay`. Both are kept, as in Twisted: putting a call off and back again gives the
   * very same time, which it would not if each step were rounded.
   */
  base: number;
  delay: number;
  /** Whether the queue has been told that the time has changed. */
  noted: boolean;
  /** Whether the call was put off since it was put into the queue: then it has its place there, */
  putOff: boolean;
  /** at this time and with this order. */
  time: number;
  order: number;
  /** In debug mode, what is called and the stack of whoever asked for it. */
  readonly name: string | undefined;
  readonly creator: string | undefined;
}

/**
 * A call that a reactor or a `Clock` will make. `callLater` answers it.
 *
 * @example
 * const clock = new Clock();
 * const call = clock.callLater(5, () => {});
 * clock.advance(5);
 * assert.throws(() => call.cancel(), AlreadyCalled);
 */
export class DelayedCall implements DelayedCallLike, QueuedCall {
  /** Whether the calls made from now on remember who made them, to be shown when they are inspected. It costs a stack trace for each. */
  static debug: boolean = false;

  /** @internal For the queue. */
  time: number;
  /** @internal For the queue while the call is pending; then `CALLED` or `CANCELLED`. */
  order: number = CALLED;
  readonly #queue: TimerQueue<DelayedCall>;
  #callback: Callback | undefined;
  #args: unknown[] | undefined;
  #rarities: Rarities | undefined = undefined;

  /** Calls are made by `schedule`, which reactors and clocks offer as `callLater`. */
  constructor(queue: TimerQueue<DelayedCall>, time: number, callback: Callback, args: unknown[]) {
    this.time = time;
    this.#queue = queue;
    this.#callback = callback;
    this.#args = args.length === 0 ? undefined : args;
    if (DelayedCall.debug) {
      this.#rarities = rarities(time, nameOf(callback), captureStack(new.target));
    }
  }

  /**
   * The moment at which the call will run or would have run, in seconds of the clock that made it.
   *
   * @example
   * const clock = new Clock();
   * const call = clock.callLater(5, () => {});
   * call.delay(2);
   * assert.equal(call.getTime(), 7);
   */
  getTime(): number {
    const moved = this.#rarities;
    return moved === undefined ? this.time : moved.base + moved.delay;
  }

  /**
   * Unschedules the call. Throws `AlreadyCalled` or `AlreadyCancelled` where there is nothing to unschedule.
   *
   * @example
   * const call = new Clock().callLater(5, () => assert.fail("too late"));
   * call.cancel();
   * assert.equal(call.active(), false);
   */
  cancel(): void {
    if (!this.active()) throw this.#notPending("cancel");
    this.order = CANCELLED;
    this.#callback = undefined;
    this.#args = undefined;
    this.#queue.noteCancelled();
  }

  /**
   * Moves the call by `seconds` from where it stands; a negative number makes it earlier. A call that is moved into the
   * past runs as soon as the clock looks.
   *
   * @example
   * const clock = new Clock();
   * const call = clock.callLater(5, () => {});
   * call.delay(-1);
   * assert.equal(call.getTime(), 4);
   */
  delay(seconds: number): void {
    if (!this.active()) throw this.#notPending("delay");
    checkSeconds("delay", seconds);
    const moved = this.#move();
    moved.delay += seconds;
    if (moved.delay < 0) {
      moved.base += moved.delay;
      moved.delay = 0;
    }
  }

  /**
   * Moves the call to `seconds` from now.
   *
   * @example
   * const clock = new Clock();
   * const call = clock.callLater(5, () => {});
   * clock.advance(4);
   * call.reset(5);
   * assert.equal(call.getTime(), 9);
   */
  reset(seconds: number): void {
    if (!this.active()) throw this.#notPending("reset");
    checkSeconds("reset", seconds);
    const time = this.#queue.seconds() + seconds;
    const moved = this.#move();
    if (time < moved.base) {
      moved.base = time;
      moved.delay = 0;
    } else {
      // Infinity less Infinity is not a number.
      moved.delay = time === moved.base ? 0 : time - moved.base;
    }
  }

  /** Whether the call is still to run. */
  active(): boolean {
    return this.order !== CALLED && this.order !== CANCELLED;
  }

  /** In debug mode, the stack of whoever asked for the call; else `undefined`. */
  get creator(): string | undefined {
    return this.#rarities?.creator;
  }

  /** @internal Makes the call, for the clock that took it out of the queue, and answers what the callback answers. */
  run(): unknown {
    const callback = this.#callback!;
    const args = this.#args;
    this.order = CALLED;
    this.#callback = undefined;
    this.#args = undefined;
    return args === undefined ? callback() : callback(...args);
  }

  /** @internal For the queue, as the next four. */
  get isPutOff(): boolean {
    return this.#rarities !== undefined && this.#rarities.putOff;
  }

  /** @internal */
  get place(): Place {
    return this.#rarities?.putOff === true ? this.#rarities : this;
  }

  /** @internal */
  catchUp(): void {
    const moved = this.#rarities!;
    moved.putOff = false;
    this.time = moved.time;
    this.order = moved.order;
  }

  /** @internal */
  moveTo(time: number, order: number): void {
    const moved = this.#rarities!;
    moved.putOff = time >= this.time;
    moved.time = time;
    moved.order = order;
    if (!moved.putOff) this.catchUp();
  }

  /** @internal */
  moveSettled(): void {
    this.#rarities!.noted = false;
  }

  #move(): Rarities {
    const moved = (this.#rarities ??= rarities(this.time, undefined, undefined));
    if (!moved.noted) {
      moved.noted = true;
      this.#queue.noteMoved(this);
    }
    return moved;
  }

  #notPending(action: string): AlreadyCalled | AlreadyCancelled {
    const start = `Cannot ${action} a delayed call`;
    return this.order === CALLED
      ? new AlreadyCalled(`${start}: it has been called, expected a pending call`)
      : new AlreadyCancelled(`${start}: it has been cancelled, expected a pending call`);
  }

  #describeState(): "pending" | "called" | "cancelled" {
    if (this.active()) return "pending";
    return this.order === CALLED ? "called" : "cancelled";
  }

  static {
    inspectable(this.prototype, (call) => {
      const name = call.#callback === undefined ? call.#rarities?.name : nameOf(call.#callback);
      const text = `DelayedCall { ${name === undefined ? "" : `${name} `}at ${call.getTime()}, ${call.#describeState()} }`;
      return call.creator === undefined ? text : `${text}\nCreated:\n${call.creator}`;
    });
  }
}

/**
 * Puts `callback(...args)` into `queue`, to be called `delay` seconds from now: the `callLater` of whoever has the queue.
 * Throws a `TypeError` or a `RangeError` for what cannot be scheduled.
 */
export function schedule(
  queue: TimerQueue<DelayedCall>,
  delay: number,
  callback: unknown,
  args: unknown[],
): DelayedCall {
  // Written so that NaN is refused too.
  if (!(typeof delay === "number" && delay >= 0)) throw badDelay(delay);
  if (typeof callback !== "function") {
    throw new TypeError(`Cannot call ${inspect(callback, { depth: 0 })} later: expected a function`);
  }
  const time = queue.seconds() + delay;
  const call = new DelayedCall(queue, time, callback as Callback, args);
  queue.add(call);
  return call;
}

function rarities(time: number, name: string | undefined, creator: string | undefined): Rarities {
  return { base: time, delay: 0, noted: false, putOff: false, time: 0, order: 0, name, creator };
}

function badDelay(delay: unknown): TypeError | RangeError {
  const message = `Cannot call later with a delay of ${inspect(delay, { depth: 0 })}: expected a number of seconds, 0 or more`;
  return typeof delay === "number" ? new RangeError(message) : new TypeError(message);
}

function checkSeconds(action: string, seconds: unknown): void {
  if (typeof seconds === "number" && seconds > -Infinity) return;
  const message = `Cannot ${action} a call by ${inspect(seconds, { depth: 0 })}: expected a number of seconds`;
  throw typeof seconds === "number" ? new RangeError(message) : new TypeError(message);
}

function nameOf(callback: Callback): string {
  return callback.name === "" ? "(anonymous)" : callback.name;
}

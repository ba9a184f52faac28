/**
 * The contract of everything that tells time: a reactor, a virtual `Clock`, a simulated host.
 *
 * Library code takes a `ReactorTime` as an argument and never looks at the real clock.
 */

/** A call that `callLater` has scheduled. */
export interface DelayedCallLike {
  /** The moment, in seconds of the clock that made this call, at which it will run. */
  getTime(): number;
  /** Unschedules the call. Throws `AlreadyCalled` or `AlreadyCancelled`. */
  cancel(): void;
  /** Moves the call by `seconds` from where it stands; a negative number makes it earlier. */
  delay(seconds: number): void;
  /** Moves the call to `seconds` from now. */
  reset(seconds: number): void;
  /** Whether the call is still to run. */
  active(): boolean;
}

/** Tells time in seconds and calls functions later. */
export interface ReactorTime {
  /** The current time in seconds; only differences have a meaning. */
  seconds(): number;
  /** Calls `callback(...args)` once, `delay` seconds from now. */
  callLater<A extends unknown[]>(delay: number, callback: (...args: A) => unknown, ...args: A): DelayedCallLike;
  /** How many steps a `Cooperator` takes in one go, where real time is not to decide that. */
  readonly stepsPerSlice?: number;
  /** The calls that are still to run, in no particular order. */
  getDelayedCalls(): DelayedCallLike[];
}

/**
 * What a reactor stands on: something that tells time and calls back, and that keeps the process alive. That is the runtime's own loop, or a
 * simulated one.
 */
import { performanceNow, setImmediate, setInterval, setTimeout } from "../runtime.ts";

/** Names a call that was asked for, to call it off. */
export type ScheduledCall = object;

export interface EventLoop {
  /** The time of day in seconds since 1970, which never goes back. */
  seconds(): number;
  /** Calls when everything that is under way is done. */
  soon(call: () => void): ScheduledCall;
  cancelSoon(call: ScheduledCall | undefined): void;
  /** Calls when so many seconds have passed, not before. A loop that cannot wait that long calls earlier. */
  later(call: () => void, seconds: number): ScheduledCall;
  cancelLater(call: ScheduledCall | undefined): void;
  /** Keeps the process from ending, until `release`. */
  hold(): ScheduledCall;
  release(hold: ScheduledCall | undefined): void;
  /** Whether signals to the process are for the reactors of this loop. */
  readonly hasSignals: boolean;
}

/** The longest time that the runtime's timer takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** When the process began, in milliseconds since 1970. */
const TIME_ORIGIN = performance.timeOrigin;

/** The loop of the runtime. */
export const runtimeLoop: EventLoop = {
  seconds: () => (TIME_ORIGIN + performanceNow()) / 1000,
  soon: (call) => setImmediate(call),
  cancelSoon: (call) => clearImmediate(call as NodeJS.Immediate | undefined),
  later: (call, seconds) => setTimeout(call, Math.min(Math.ceil(seconds * 1000), LONGEST_TIMER_MS)),
  cancelLater: (call) => clearTimeout(call as NodeJS.Timeout | undefined),
  hold: () => setInterval(() => {}, LONGEST_TIMER_MS),
  release: (hold) => clearInterval(hold as NodeJS.Timeout | undefined),
  hasSignals: true,
};

/**
 * Failures that nobody handles.
 *
 * A Deferred whose chain ends in a failure is watched. What happens next depends on the mode:
 *
 * - `"turn"`: at the end of the turn of the event loop, whatever is still unhandled is reported. This is the default.
 * - `"gc"`: the report comes when the Deferred has been collected, as in Twisted: fewer reports, and later.
 * - `"off"`: nothing is reported.
 *
 * A failure is reported once, however many Deferreds it passes through afterwards.
 */
import { Logger } from "../logger/logger.ts";
import { setImmediate } from "../runtime.ts";
import type { DebugStacks } from "./debugging.ts";
import type { Failure } from "./failure.ts";

/** When failures that nobody handles are reported. */
export type UnhandledMode = "turn" | "gc" | "off";

/** What is known of a Deferred that ended in a failure; it must not refer to the Deferred, which is to be collected. */
export interface Watch {
  failure: Failure | undefined;
  readonly stacks: DebugStacks | undefined;
}

const log = new Logger({ namespace: "hawser.deferred" });
const settled = new WeakSet<Failure>();
let mode: UnhandledMode = "turn";
let waiting: Watch[] = [];
let collected: FinalizationRegistry<Watch> | undefined;

/**
 * Chooses when failures that nobody handles are reported.
 *
 * @example
 * setUnhandledFailures("gc");
 * setUnhandledFailures("turn");
 */
export function setUnhandledFailures(newMode: UnhandledMode): void {
  if (newMode !== "turn" && newMode !== "gc" && newMode !== "off") {
    throw new TypeError(`Cannot report unhandled failures ${JSON.stringify(newMode)}: expected "turn", "gc" or "off"`);
  }
  mode = newMode;
}

/** Watches `owner`, a Deferred whose chain ended in `failure`. The answer's `failure` is cleared when somebody takes it. */
export function watchFailure(owner: object, failure: Failure, stacks: DebugStacks | undefined): Watch {
  const watch: Watch = { failure, stacks };
  if (settled.has(failure)) return watch;
  if (mode === "turn") {
    if (waiting.length === 0) setImmediate(reportWaiting);
    waiting.push(watch);
  } else if (mode === "gc") {
    collected ??= new FinalizationRegistry(report);
    collected.register(owner, watch);
  }
  return watch;
}

/** Says that somebody has seen `failure`, though it stays the result of its Deferred. */
export function markHandled(failure: Failure): void {
  settled.add(failure);
}

function reportWaiting(): void {
  const watches = waiting;
  waiting = [];
  for (const watch of watches) report(watch);
}

function report(watch: Watch): void {
  const { failure, stacks } = watch;
  if (failure === undefined || mode === "off" || settled.has(failure)) return;
  settled.add(failure);
  if (stacks === undefined) {
    log.failure("Unhandled error in Deferred", failure);
  } else {
    log.failure("Unhandled error in Deferred\nCreated:\n{creator}\nFired:\n{invoker}", failure, { ...stacks });
  }
}

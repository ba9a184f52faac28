/** The life of a reactor made of nothing: what is to be called, and whether it was told to run and to stop. */
import { inspect } from "node:util";
import { InvalidStateError } from "../errors.ts";
import { ReactorAlreadyRunning } from "../reactor/errors.ts";
import { refuse } from "../reactor/not-supported.ts";
import type { ReactorCore, RunOptions, SystemEvent, SystemEventTriggerID, TriggerPhase } from "../reactor/reactor.ts";
import { SystemEvents } from "../reactor/system-events.ts";
import type { RecordedCall, RecordedTrigger } from "./recorded-requests.ts";

/** The part of `MemoryReactor` that is not about connections. */
export abstract class MemoryReactorLife implements ReactorCore {
  readonly kind: string = "memory";
  /** Whether this runs: while `run` calls the functions that wait for it, and whenever a test says so. */
  running: boolean = false;
  hasInstalled: boolean = false;
  hasRun: boolean = false;
  hasStopped: boolean = false;
  hasCrashed: boolean = false;

  /** What `callWhenRunning` has been given while this did not run. */
  readonly whenRunningHooks: RecordedTrigger[] = [];
  /** What `addSystemEventTrigger` has been given, and nobody has removed. */
  readonly triggers: Record<TriggerPhase, Record<string, RecordedTrigger[]>> = {
    before: {},
    during: {},
    after: {},
  };
  /** What `callFromThread` has been given. */
  readonly callsFromThread: RecordedCall[] = [];
  readonly #events: SystemEvents = new SystemEvents(() => {});
  /** The trigger that is in the list of `fireSystemEvent` for each of those that are recorded. */
  readonly #fired: Map<SystemEventTriggerID, SystemEventTriggerID> = new Map();

  /** Notes that this has been installed, in `hasInstalled`. */
  install(): void {
    this.hasInstalled = true;
  }

  /** Calls what waits for it, then stops. Throws `ReactorAlreadyRunning` where this runs. */
  async run(_options?: RunOptions): Promise<void> {
    if (this.running) {
      throw new ReactorAlreadyRunning("Cannot run the reactor: it runs already, expected it to be stopped");
    }
    this.running = true;
    this.hasRun = true;
    try {
      for (const { callback, args } of this.whenRunningHooks) callback(...(args as never[]));
    } finally {
      this.stop();
    }
  }

  stop(): void {
    this.running = false;
    this.hasStopped = true;
  }

  crash(): void {
    this.running = false;
    this.hasCrashed = true;
  }

  async iterate(_delay?: number): Promise<void> {
    refuse(this.kind, "iterate", "use MemoryReactorClock");
  }

  callWhenRunning<A extends unknown[]>(
    callback: (...args: A) => unknown,
    ...args: A
  ): SystemEventTriggerID | undefined {
    requireFunction(callback);
    if (this.running) {
      callback(...args);
      return undefined;
    }
    const hook: RecordedTrigger = { phase: "after", event: "startup", callback, args };
    this.whenRunningHooks.push(hook);
    return hook;
  }

  addSystemEventTrigger<A extends unknown[]>(
    phase: TriggerPhase,
    event: SystemEvent,
    callback: (...args: A) => unknown,
    ...args: A
  ): SystemEventTriggerID {
    requireFunction(callback);
    const fired = this.#events.add(phase, event, () => callback(...args));
    const trigger: RecordedTrigger = { phase, event, callback, args };
    (this.triggers[phase][event] ??= []).push(trigger);
    this.#fired.set(trigger, fired);
    return trigger;
  }

  removeSystemEventTrigger(trigger: SystemEventTriggerID): void {
    const fired = this.#fired.get(trigger);
    const list = fired === undefined ? this.whenRunningHooks : (this.triggers[trigger.phase][trigger.event] ?? []);
    const index = list.indexOf(trigger as RecordedTrigger);
    if (index < 0) {
      throw new InvalidStateError(
        `Cannot remove the trigger ${inspect(trigger, { depth: 0 })}: it was removed already, expected one that waits`,
      );
    }
    if (fired !== undefined) {
      this.#events.remove(fired);
      this.#fired.delete(trigger);
    }
    list.splice(index, 1);
  }

  /** Calls the triggers of `event`, each once, as any reactor does; `run` and `stop` of this one do not. */
  fireSystemEvent(event: SystemEvent): void {
    this.#events.fire(event);
  }

  callFromThread<A extends unknown[]>(callback: (...args: A) => unknown, ...args: A): void {
    requireFunction(callback);
    this.callsFromThread.push({ callback, args });
  }
}

function requireFunction(value: unknown): void {
  if (typeof value !== "function") {
    throw new TypeError(`Cannot call ${inspect(value, { depth: 0 })}: expected a function`);
  }
}

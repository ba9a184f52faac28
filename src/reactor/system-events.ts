/**
 * System events: functions to be called before, during and after something that happens to the reactor as a whole.
 *
 * Functions "before" the event may answer Deferreds, and the event waits for all of them. Each trigger is called once and is then
 * forgotten. One that throws is logged and harms no other.
 */
import { inspect } from "node:util";
import type { Deferred } from "../deferred/deferred.ts";
import { DeferredList } from "../deferred/deferred-list.ts";
import { asDeferred } from "../deferred/maybe-deferred.ts";
import { isThenable } from "../deferred/thenable.ts";
import { InvalidStateError } from "../errors.ts";
import { Logger } from "../logger/logger.ts";
import type { SystemEvent, SystemEventTriggerID, TriggerPhase } from "./reactor.ts";

const log = new Logger({ namespace: "hawser.reactor" });

interface Trigger extends SystemEventTriggerID {
  readonly call: () => unknown;
}

/** The triggers of all events. */
export class SystemEvents {
  readonly #events: Map<SystemEvent, ThreePhaseEvent> = new Map();
  /** What the reactor itself does during an event, before all triggers of that phase. */
  readonly #own: (event: SystemEvent) => void;

  constructor(own: (event: SystemEvent) => void) {
    this.#own = own;
  }

  add(phase: TriggerPhase, event: SystemEvent, call: () => unknown): SystemEventTriggerID {
    if (phase !== "before" && phase !== "during" && phase !== "after") {
      throw new TypeError(
        `Cannot add a trigger to the phase ${inspect(phase)}: expected "before", "during" or "after"`,
      );
    }
    return this.#event(event).add({ phase, event, call });
  }

  remove(trigger: SystemEventTriggerID): void {
    this.#event(trigger.event).remove(trigger as Trigger);
  }

  /** Fires an event; `done` is called when its last phase is over. */
  fire(event: SystemEvent, done?: () => void): void {
    this.#event(event).fire(() => this.#own(event), done);
  }

  #event(name: SystemEvent): ThreePhaseEvent {
    let event = this.#events.get(name);
    if (event === undefined) {
      event = new ThreePhaseEvent();
      this.#events.set(name, event);
    }
    return event;
  }
}

class ThreePhaseEvent {
  readonly #triggers: Readonly<Record<TriggerPhase, Trigger[]>> = { before: [], during: [], after: [] };

  add(trigger: Trigger): Trigger {
    this.#triggers[trigger.phase].push(trigger);
    return trigger;
  }

  remove(trigger: Trigger): void {
    const phase = this.#triggers[trigger.phase];
    const index = phase.indexOf(trigger);
    if (index < 0) {
      throw new InvalidStateError(
        `Cannot remove the trigger ${inspect(trigger, { depth: 0 })}: it was removed or called already, expected one that waits`,
      );
    }
    phase.splice(index, 1);
  }

  fire(own: () => void, done: (() => void) | undefined): void {
    const awaited: Deferred<unknown>[] = [];
    this.#callAll("before", (result) => {
      if (isThenable(result)) awaited.push(asDeferred(result));
    });
    new DeferredList(awaited).addCallback(() => {
      own();
      this.#callAll("during");
      this.#callAll("after");
      done?.();
    });
  }

  #callAll(phase: TriggerPhase, take: (result: unknown) => void = () => {}): void {
    const triggers = this.#triggers[phase];
    for (let trigger = triggers.shift(); trigger !== undefined; trigger = triggers.shift()) {
      try {
        take(trigger.call());
      } catch (error) {
        log.failure("A trigger {phase} {event} threw an error", error, { phase, event: trigger.event });
      }
    }
  }
}

/**
 * `Cooperator`: divides time among iterators, a step of each in turn.
 *
 * A tick does steps until the termination predicate says that it is enough, and the next tick goes on with the next task. The round
 * through the list of tasks is an ordinary array iterator: it notices tasks that are added and removed meanwhile.
 */
import { inspect } from "node:util";
import type { Deferred } from "../deferred/deferred.ts";
import { CooperativeTask } from "./cooperative-task.ts";
import type { ReactorTime } from "./reactor-time.ts";

/** Calls `tick` once, soon. */
export type TickScheduler = (tick: () => void) => { cancel(): void };

/** What a `Cooperator` needs to know; one of `clock` and `scheduler` must be there. */
export interface CooperatorOptions {
  /** Schedules the ticks, a hair's breadth from now. */
  readonly clock?: ReactorTime;
  /** Schedules the ticks in a way of its own. */
  readonly scheduler?: TickScheduler;
  /**
   * Called at the start of each tick. What it answers is called after each step, and says whether the tick is to end. Without it, a
   * tick ends after a hundredth of a second of real time; a simulation gives one that counts steps, to run alike each time.
   */
  readonly terminationPredicateFactory?: () => () => boolean;
  /** If false, tasks wait for `start`. */
  readonly started?: boolean;
}

const MAX_SLICE_MS = 10;
const SOON = 1e-8;

export class Cooperator {
  readonly #schedule: TickScheduler;
  readonly #terminationPredicateFactory: () => () => boolean;
  #tasks: CooperativeTask<unknown>[] = [];
  #round: Iterator<CooperativeTask<unknown>> = [].values();
  #nextTick: { cancel(): void } | undefined = undefined;
  #stopped = false;
  #started: boolean;
  #mustScheduleOnStart = false;
  readonly #runner = {
    addTask: (task: CooperativeTask<unknown>): void => this.#addTask(task),
    removeTask: (task: CooperativeTask<unknown>): void => this.#removeTask(task),
  };

  /**
   * @example
   * const clock = new Clock();
   * const cooperator = new Cooperator({ clock, terminationPredicateFactory: () => () => true });
   * const steps: string[] = [];
   * function* say(word: string) {
   *   for (let n = 0; n < 2; n++) yield steps.push(word);
   * }
   * cooperator.cooperate(say("tick"));
   * cooperator.cooperate(say("tock"));
   * clock.pump([1, 1, 1, 1]);
   * assert.deepEqual(steps, ["tick", "tock", "tick", "tock"]);
   */
  constructor(options: CooperatorOptions) {
    const { clock, scheduler } = options;
    if (scheduler !== undefined) this.#schedule = scheduler;
    else if (clock !== undefined) this.#schedule = (tick) => clock.callLater(SOON, tick);
    else throw new TypeError("Cannot make a Cooperator without a sense of time: expected `clock` or `scheduler`");
    this.#terminationPredicateFactory = options.terminationPredicateFactory ?? timeSlice;
    this.#started = options.started ?? true;
  }

  /** Whether this Cooperator takes steps, or would if it had tasks. */
  get running(): boolean {
    return this.#started && !this.#stopped;
  }

  /** Makes a task of an iterator, or of what can be iterated over. */
  cooperate<T>(source: Iterator<T> | Iterable<T>): CooperativeTask<T> {
    return new CooperativeTask(iteratorOf(source), this.#runner);
  }

  /**
   * Like `cooperate`, but answers the Deferred that says when it is done.
   *
   * @param doneDeferred the Deferred to fire, where there is one already
   */
  coiterate<T>(source: Iterator<T> | Iterable<T>, doneDeferred?: Deferred<Iterator<T>>): Deferred<Iterator<T>> {
    const done = this.cooperate(source).whenDone();
    if (doneDeferred === undefined) return done;
    done.chainDeferred(doneDeferred);
    return doneDeferred;
  }

  /** Takes steps from now on; after `stop`, with new tasks. */
  start(): void {
    this.#stopped = false;
    this.#started = true;
    if (this.#mustScheduleOnStart) {
      this.#mustScheduleOnStart = false;
      this.#reschedule();
    }
  }

  /**
   * Takes no more steps. All tasks end with `SchedulerStopped`: those that run do now, those that are paused when they are
   * resumed, those that are added when they are.
   */
  stop(): void {
    this.#stopped = true;
    // A copy, for each task takes itself out of the list, and who is told may stop others.
    for (const task of this.#tasks.slice()) task.schedulerStopped();
    this.#tasks = [];
    this.#cancelTick();
  }

  #addTask(task: CooperativeTask<unknown>): void {
    this.#tasks.push(task);
    if (this.#stopped) task.schedulerStopped();
    else this.#reschedule();
  }

  #removeTask(task: CooperativeTask<unknown>): void {
    const index = this.#tasks.indexOf(task);
    if (index !== -1) this.#tasks.splice(index, 1);
    if (this.#tasks.length === 0) this.#cancelTick();
  }

  #cancelTick(): void {
    this.#nextTick?.cancel();
    this.#nextTick = undefined;
  }

  #reschedule(): void {
    if (!this.#started) this.#mustScheduleOnStart = true;
    else if (this.#nextTick === undefined && this.#tasks.length > 0) {
      this.#nextTick = this.#schedule(() => this.#tick());
    }
  }

  #tick(): void {
    this.#nextTick = undefined;
    this.#takeSteps(this.#terminationPredicateFactory());
    this.#reschedule();
  }

  #takeSteps(isOver: () => boolean): void {
    while (this.#tasks.length > 0) {
      for (let next = this.#round.next(); next.done !== true; next = this.#round.next()) {
        next.value.step();
        if (isOver()) return;
      }
      this.#round = this.#tasks.values();
    }
  }
}

function timeSlice(): () => boolean {
  const end = performance.now() + MAX_SLICE_MS;
  return () => performance.now() >= end;
}

function iteratorOf<T>(source: Iterator<T> | Iterable<T>): Iterator<T> {
  if (hasMethod<Iterable<T>>(source, Symbol.iterator)) return source[Symbol.iterator]();
  if (hasMethod<Iterator<T>>(source, "next")) return source;
  throw new TypeError(`Cannot cooperate with ${inspect(source, { depth: 0 })}: expected an iterator or an iterable`);
}

function hasMethod<S>(value: unknown, name: keyof S): value is S {
  return typeof (value as S | null | undefined)?.[name] === "function";
}

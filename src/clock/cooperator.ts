/**
 * `Cooperator`: long tasks in short steps, side by side.
 *
 * A tick takes steps of all tasks in turn until its time slice is over, then asks the scheduler for the next tick. While no task can take
 * a step, nothing is scheduled.
 */
import type { Deferred } from "../deferred/deferred.ts";
import { performanceNow } from "../runtime.ts";
import { CooperativeTask } from "./cooperative-task.ts";
import type { TaskHost, Work } from "./cooperative-task.ts";
import type { ReactorTime } from "./reactor-time.ts";
import { Turns } from "./turns.ts";
import type { Turn } from "./turns.ts";

/** What a scheduler answers: the means to call the tick off. */
export interface ScheduledTick {
  cancel(): void;
}

/** Calls `tick` once, soon but not at once. */
export type TickScheduler = (tick: () => void) => ScheduledTick;

/** How a `Cooperator` shares out the time. */
export interface CooperatorOptions {
  /**
   * Called when a tick begins; what it answers is called after each step, and ends the tick by answering true. By default a tick ends after
   * 10 ms of real time, or, where the `clock` has `stepsPerSlice`, after so many steps.
   */
  readonly terminationPredicateFactory?: (() => () => boolean) | undefined;
  /** Schedules the ticks. By default it is the `clock`, or `setImmediate` where there is none. */
  readonly scheduler?: TickScheduler | undefined;
  /** Whether tasks take steps from the beginning, and not only after `start`. True by default. */
  readonly started?: boolean | undefined;
  /** The clock, such as a reactor, that schedules the ticks. */
  readonly clock?: ReactorTime | undefined;
}

/**
 * Takes steps of several iterators in turn, and lets the program do other things in between. Several Cooperators know nothing of each
 * other: use `cooperate` for the one that all the program shares.
 *
 * @example
 * const clock = new Clock();
 * const steps: string[] = [];
 * function* count(name: string) {
 *   for (let i = 1; i <= 2; i++) yield steps.push(`${name}${i}`);
 * }
 * const cooperator = new Cooperator({ clock });
 * cooperator.cooperate(count("a"));
 * cooperator.cooperate(count("b"));
 * while (steps.length < 4) clock.advance(1);
 * assert.deepEqual(steps, ["a1", "b1", "a2", "b2"]);
 */
export class Cooperator {
  readonly #makePredicate: () => () => boolean;
  readonly #scheduler: TickScheduler;
  #state: "waiting" | "running" | "stopped";
  #scheduled: ScheduledTick | undefined = undefined;
  readonly #turns: Turns<CooperativeTask> = new Turns<CooperativeTask>();
  readonly #host: TaskHost = { join: (task) => this.#join(task), leave: (turn) => this.#leave(turn) };
  readonly #tick = (): void => this.#runTick();

  /**
   * @example
   * const cooperator = new Cooperator({ clock: new Clock(), terminationPredicateFactory: () => () => true });
   * assert.equal(cooperator.running, true);
   */
  constructor(options: CooperatorOptions = {}) {
    const { clock, started = true } = options;
    const slice = clock?.stepsPerSlice === undefined ? timeSlice : countedSlice(clock.stepsPerSlice);
    this.#makePredicate = options.terminationPredicateFactory ?? slice;
    this.#scheduler = options.scheduler ?? (clock === undefined ? afterInput : scheduleOn(clock));
    this.#state = started ? "running" : "waiting";
  }

  /** Whether tasks take steps. */
  get running(): boolean {
    return this.#state === "running";
  }

  /**
   * Begins to take steps of an iterator, and gives the task that it is now. Throws a `TypeError` for what is no iterator and no iterable.
   *
   * @example
   * const task = new Cooperator({ clock: new Clock() }).cooperate([1, 2, 3]);
   * task.pause();
   */
  cooperate<W extends Work>(work: W): CooperativeTask<W> {
    return new CooperativeTask(work, this.#host);
  }

  /**
   * Like `cooperate`, but gives a Deferred for the end of the task, or fires `doneDeferred` then.
   *
   * @example
   * const clock = new Clock();
   * const done = new Cooperator({ clock }).coiterate(new Set([1, 2, 3]));
   * clock.advance(1);
   * assert.equal((await done).size, 3);
   */
  coiterate<W extends Work>(work: W, doneDeferred?: Deferred<W>): Deferred<W> {
    const done = this.cooperate(work).whenDone();
    if (doneDeferred === undefined) return done;
    done.chainDeferred(doneDeferred);
    return doneDeferred;
  }

  /**
   * Begins to take steps, for the first time or after `stop`.
   *
   * @example
   * const clock = new Clock();
   * const cooperator = new Cooperator({ clock, started: false });
   * const done = cooperator.coiterate("abc");
   * cooperator.start();
   * clock.advance(1);
   * assert.equal(await done, "abc");
   */
  start(): void {
    const hasWaited = this.#state === "waiting";
    this.#state = "running";
    if (hasWaited) this.#schedule();
  }

  /**
   * Takes no further step. All tasks that are not paused end with `SchedulerStopped`, paused ones when they are resumed, and so do those that
   * are added from now on.
   *
   * @example
   * const cooperator = new Cooperator({ clock: new Clock() });
   * const done = cooperator.coiterate([1, 2, 3]);
   * done.addErrback((failure) => failure.trap(SchedulerStopped));
   * cooperator.stop();
   */
  stop(): void {
    this.#state = "stopped";
    // Who learns of the end of one task may pause or stop another, and even start this Cooperator again.
    for (const task of this.#turns.members()) task.stopWithHost();
    this.#turns.beginRound();
  }

  #join(task: CooperativeTask): Turn<CooperativeTask> | undefined {
    if (this.#state === "stopped") return undefined;
    const turn = this.#turns.join(task);
    this.#schedule();
    return turn;
  }

  #leave(turn: Turn<CooperativeTask>): void {
    this.#turns.leave(turn);
    if (!this.#turns.isEmpty) return;
    this.#scheduled?.cancel();
    this.#scheduled = undefined;
  }

  #runTick(): void {
    this.#scheduled = undefined;
    const isOver = this.#makePredicate();
    for (let task = this.#turns.next(); task !== undefined; task = this.#turns.next()) {
      task.step();
      if (isOver()) break;
    }
    this.#schedule();
  }

  #schedule(): void {
    if (this.#state === "waiting" || this.#scheduled !== undefined || this.#turns.isEmpty) return;
    this.#scheduled = this.#scheduler(this.#tick);
  }
}

const SLICE_MILLISECONDS = 10;

function timeSlice(): () => boolean {
  const end = performanceNow() + SLICE_MILLISECONDS;
  return () => performanceNow() >= end;
}

function countedSlice(steps: number): () => () => boolean {
  return () => {
    let taken = 0;
    return () => ++taken >= steps;
  };
}

/** Lets the runtime look after input and output before the tick. */
function afterInput(tick: () => void): ScheduledTick {
  const immediate = setImmediate(tick);
  return { cancel: () => clearImmediate(immediate) };
}

/** Later than now, so that a virtual clock that stands still makes one tick and not all. */
const NEXT_MOMENT = 1e-8;

function scheduleOn(clock: ReactorTime): TickScheduler {
  return (tick) => clock.callLater(NEXT_MOMENT, tick);
}

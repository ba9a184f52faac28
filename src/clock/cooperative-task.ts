/** `CooperativeTask`: an iterator that a `Cooperator` takes step by step. */
import { inspect } from "node:util";
import { Deferred } from "../deferred/deferred.ts";
import { Failure } from "../deferred/failure.ts";
import { asDeferred, fail } from "../deferred/maybe-deferred.ts";
import { isThenable } from "../deferred/thenable.ts";
import { inspectable } from "../inspectable.ts";
import { NotPaused, SchedulerStopped, TaskDone, TaskFailed, TaskStopped } from "./errors.ts";
import type { SchedulerError } from "./errors.ts";
import type { Turn } from "./turns.ts";

/** What a task can be made of: each step of the iterator is a piece of the work. */
export type Work = Iterator<unknown> | Iterable<unknown>;

/** Whoever gives a task its turns. */
export interface TaskHost {
  /** Gives the task turns; answers `undefined` where there are none any more. */
  join(task: CooperativeTask): Turn<CooperativeTask> | undefined;
  /** Gives no more turns. */
  leave(turn: Turn<CooperativeTask>): void;
}

type End = "done" | "failed" | "stopped" | "scheduler stopped";

/** What is thrown, and what is said, where an ended task is asked for more. */
const ENDS: Record<End, readonly [new (message: string, options?: ErrorOptions) => SchedulerError, string]> = {
  done: [TaskDone, "it is done"],
  failed: [TaskFailed, "it has failed"],
  stopped: [TaskStopped, "it was stopped"],
  "scheduler stopped": [SchedulerStopped, "its Cooperator was stopped"],
};

/**
 * A task of a `Cooperator`, which can be paused, resumed and stopped, and waited for. A step that gives a Deferred or a promise
 * pauses the task until that has its result; a failure there ends the task.
 *
 * @example
 * const task = cooperate([deferLater(new Clock(), 1)]);
 * task.stop();
 * task.whenDone().addErrback((failure) => failure.trap(TaskStopped));
 */
export class CooperativeTask<W extends Work = Work> {
  readonly #work: W;
  readonly #iterator: Iterator<unknown>;
  readonly #host: TaskHost;
  /** Where the task is in the Cooperator; it is nowhere when it is paused or has ended. */
  #turn: Turn<CooperativeTask> | undefined = undefined;
  #pauses = 0;
  #end: End | undefined = undefined;
  #result: W | Failure | undefined = undefined;
  #waiting: Deferred<W>[] = [];
  #inStep = false;

  /** @internal Tasks are made by `cooperate`. */
  constructor(work: W, host: TaskHost) {
    this.#work = work;
    this.#iterator = iteratorOf(work);
    this.#host = host;
    this.#join();
  }

  /**
   * A Deferred that is fired when the task has ended: with what the task was made of when that was iterated to its end, with the failure
   * of a step, with `TaskStopped` or with `SchedulerStopped`.
   *
   * @example
   * const numbers = [1, 2, 3];
   * assert.equal(await cooperate(numbers).whenDone(), numbers);
   */
  whenDone(): Deferred<W> {
    const deferred = new Deferred<W>();
    if (this.#end === undefined) this.#waiting.push(deferred);
    else fire(deferred, this.#result!);
    return deferred;
  }

  /**
   * Takes no further step until `resume` has been called as often as `pause`.
   *
   * @throws {TaskFinished} where the task has ended: `TaskDone`, `TaskFailed` or `TaskStopped`; or `SchedulerStopped`
   *
   * @example
   * const task = cooperate([1, 2, 3]);
   * task.pause();
   * task.resume();
   * await task.whenDone();
   * assert.throws(() => task.pause(), TaskDone);
   */
  pause(): void {
    this.#checkNotEnded("pause");
    this.#pauses++;
    this.#leave();
  }

  /**
   * Undoes a `pause`.
   *
   * @throws {NotPaused} where the task is not paused
   *
   * @example
   * const task = cooperate([]);
   * assert.throws(() => task.resume(), NotPaused);
   */
  resume(): void {
    if (this.#pauses === 0) throw new NotPaused("Cannot resume a task: it is not paused, expected a paused task");
    this.#pauses--;
    if (this.#pauses === 0 && this.#end === undefined) this.#join();
  }

  /**
   * Ends the task: it takes no further step, the `finally` blocks of a generator run, and `whenDone` fails with `TaskStopped`.
   *
   * @throws {TaskFinished} where the task has ended: `TaskDone`, `TaskFailed` or `TaskStopped`; or `SchedulerStopped`
   *
   * @example
   * const task = cooperate([1, 2, 3]);
   * task.whenDone().addErrback((failure) => failure.trap(TaskStopped));
   * task.stop();
   * assert.throws(() => task.stop(), TaskStopped);
   */
  stop(): void {
    this.#checkNotEnded("stop");
    this.#abandon("stopped", new Failure(new TaskStopped("The task was stopped")));
  }

  /** @internal For the Cooperator that has been stopped: the task ends, unless it is paused. */
  stopWithHost(): void {
    if (this.#turn !== undefined) this.#abandon("scheduler stopped", schedulerStopped());
  }

  /** @internal For the Cooperator: takes a step. */
  step(): void {
    let next: IteratorResult<unknown>;
    this.#inStep = true;
    try {
      next = this.#iterator.next();
      if (!isObject(next)) throw new TypeError(`Cannot go on with ${inspect(next)}: expected an iterator's result`);
    } catch (error) {
      // A step may stop its own task and fail then.
      if (this.#end === undefined) this.#endWith("failed", new Failure(error));
      else void fail(error);
      return;
    } finally {
      this.#inStep = false;
    }
    if (this.#end !== undefined) {
      if (next.done !== true) this.#closeIterator();
    } else if (next.done === true) this.#endWith("done", this.#work);
    else if (isThenable(next.value)) this.#waitFor(next.value);
  }

  #waitFor(thenable: PromiseLike<unknown>): void {
    this.pause();
    asDeferred(thenable).addCallbacks(
      () => this.resume(),
      (failure) => {
        // Where the task was stopped meanwhile, the failure is nobody's: it stays in its Deferred and is reported.
        if (this.#end !== undefined) return failure;
        this.#abandon("failed", failure);
        return undefined;
      },
    );
  }

  #join(): void {
    this.#turn = this.#host.join(this);
    if (this.#turn === undefined) this.#abandon("scheduler stopped", schedulerStopped());
  }

  #leave(): void {
    const turn = this.#turn;
    if (turn === undefined) return;
    this.#turn = undefined;
    this.#host.leave(turn);
  }

  /** Ends the task before its iterator has come to its end. */
  #abandon(end: End, failure: Failure): void {
    this.#end = end;
    this.#closeIterator();
    this.#endWith(end, failure);
  }

  #endWith(end: End, result: W | Failure): void {
    this.#end = end;
    this.#result = result;
    this.#leave();
    // The task is out of the Cooperator before anybody learns of it: they may stop, pause and add others.
    const waiting = this.#waiting;
    this.#waiting = [];
    // With nobody to learn of it, a failure is reported like that of any Deferred.
    if (end === "failed" && waiting.length === 0) void fail(result);
    for (const deferred of waiting) fire(deferred, result);
  }

  /** Not in a step, after which it is done: an iterator cannot be closed while it runs. */
  #closeIterator(): void {
    if (this.#inStep) return;
    try {
      this.#iterator.return?.();
    } catch (error) {
      void fail(error);
    }
  }

  #checkNotEnded(action: string): void {
    if (this.#end === undefined) return;
    const [EndError, state] = ENDS[this.#end];
    const cause = this.#end === "failed" ? { cause: (this.#result as Failure).value } : undefined;
    throw new EndError(`Cannot ${action} a task: ${state}, expected a task that has not ended`, cause);
  }

  static {
    inspectable(this.prototype, (task) => {
      const state = task.#end ?? (task.#pauses === 0 ? "running" : "paused");
      return `CooperativeTask { ${state} }`;
    });
  }
}

function fire<W>(deferred: Deferred<W>, result: W | Failure): void {
  if (result instanceof Failure) deferred.errback(result);
  else deferred.callback(result);
}

function schedulerStopped(): Failure {
  return new Failure(new SchedulerStopped("The Cooperator of the task was stopped"));
}

function iteratorOf(work: Work): Iterator<unknown> {
  // What `whenDone` is to be fired with cannot be a promise.
  if (!isThenable(work)) {
    if (hasMethod<Iterable<unknown>>(work, Symbol.iterator)) return work[Symbol.iterator]();
    if (hasMethod<Iterator<unknown>>(work, "next") && !hasMethod<AsyncIterable<unknown>>(work, Symbol.asyncIterator)) {
      return work;
    }
  }
  throw new TypeError(`Cannot cooperate with ${inspect(work, { depth: 0 })}: expected an iterator or an iterable`);
}

function hasMethod<S>(value: unknown, name: keyof S): value is S {
  return typeof (value as S | null | undefined)?.[name] === "function";
}

function isObject(value: unknown): boolean {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

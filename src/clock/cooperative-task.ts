/**
 * `CooperativeTask`: an iterator that a Cooperator runs, a step at a time.
 *
 * A step that gives a Deferred or a promise pauses the task until there is a result.
 */
import { Deferred } from "../deferred/deferred.ts";
import { Failure } from "../deferred/failure.ts";
import { asDeferred, fail } from "../deferred/maybe-deferred.ts";
import { isThenable } from "../deferred/thenable.ts";
import { NotPaused, SchedulerStopped, TaskDone, TaskFailed, TaskStopped } from "./errors.ts";
import type { SchedulerError } from "./errors.ts";

/** Whoever runs a task. */
export interface TaskRunner {
  addTask(task: CooperativeTask<unknown>): void;
  removeTask(task: CooperativeTask<unknown>): void;
}

/** How a task ended: at the end of its iterator, or by one of the others with a failure. */
type Outcome =
  | { readonly kind: "done" }
  | { readonly kind: "failed" | "stopped" | "schedulerStopped"; readonly failure: Failure };

export class CooperativeTask<T = unknown> {
  readonly #iterator: Iterator<T>;
  readonly #runner: TaskRunner;
  #deferreds: Deferred<Iterator<T>>[] = [];
  #pauseCount = 0;
  #outcome: Outcome | undefined = undefined;
  #inStep = false;

  /** Tasks are made by `cooperate`. */
  constructor(iterator: Iterator<T>, runner: TaskRunner) {
    this.#iterator = iterator;
    this.#runner = runner;
    runner.addTask(this);
  }

  /**
   * A Deferred that fires with the iterator when that has come to its end. It fails with what the iterator throws, or what something that
   * it waits for fails with; with `TaskStopped` or `SchedulerStopped` if it does not come so far.
   *
   * @example
   * const task = cooperate([1, 2, 3]);
   * await task.whenDone();
   */
  whenDone(): Deferred<Iterator<T>> {
    const deferred = new Deferred<Iterator<T>>();
    if (this.#outcome === undefined) this.#deferreds.push(deferred);
    else this.#tell(deferred, this.#outcome);
    return deferred;
  }

  /** Holds the task until `resume` has been called as often. Throws `TaskFinished`, or one of its kind, if it is at its end. */
  pause(): void {
    this.#checkFinished("pause");
    this.#pauseCount++;
    if (this.#pauseCount === 1) this.#runner.removeTask(this);
  }

  /** Lets the task go on that `pause` held. Throws `NotPaused` where it did not. */
  resume(): void {
    if (this.#pauseCount === 0) throw new NotPaused("Cannot resume the task: it is not paused, expected a paused one");
    this.#pauseCount--;
    if (this.#pauseCount === 0 && this.#outcome === undefined) this.#runner.addTask(this);
  }

  /**
   * Ends the task, and closes its iterator: a generator runs its `finally` blocks. Throws `TaskFinished`, or one of its kind, if it is at
   * its end already.
   *
   * @example
   * const task = cooperate(countForever());
   * task.whenDone().addErrback((failure) => failure.trap(TaskStopped));
   * task.stop();
   * function* countForever() {
   *   for (let n = 0; ; n++) yield n;
   * }
   */
  stop(): void {
    this.#checkFinished("stop");
    this.#finish({ kind: "stopped", failure: new Failure(new TaskStopped("The task was stopped")) });
    this.#closeIterator();
  }

  /** @internal Ends the task because its Cooperator is stopped. */
  schedulerStopped(): void {
    if (this.#outcome !== undefined) return;
    const failure = new Failure(new SchedulerStopped("The Cooperator was stopped"));
    this.#finish({ kind: "schedulerStopped", failure });
    this.#closeIterator();
  }

  /** @internal Does one step. */
  step(): void {
    let result: IteratorResult<T>;
    this.#inStep = true;
    try {
      result = this.#iterator.next();
    } catch (error) {
      this.#failOrReport(new Failure(error));
      return;
    } finally {
      this.#inStep = false;
    }
    if (this.#outcome !== undefined) {
      // The step has stopped its own task: what it gives is not wanted any more.
      this.#closeIterator();
    } else if (result.done === true) {
      this.#finish({ kind: "done" });
    } else if (isThenable(result.value)) {
      this.#waitFor(result.value);
    }
  }

  #waitFor(thenable: PromiseLike<unknown>): void {
    this.pause();
    asDeferred(thenable).addCallbacks(
      () => this.resume(),
      (failure) => this.#failOrReport(failure),
    );
  }

  #failOrReport(failure: Failure): void {
    // A task that was stopped has told everybody so. The failure is left to be reported as one that nobody handles.
    if (this.#outcome !== undefined) void fail(failure);
    else this.#finish({ kind: "failed", failure });
  }

  #finish(outcome: Outcome): void {
    this.#outcome = outcome;
    if (this.#pauseCount === 0) this.#runner.removeTask(this);
    // At the very end: who is told may do anything to the tasks of this Cooperator.
    const deferreds = this.#deferreds;
    this.#deferreds = [];
    for (const deferred of deferreds) this.#tell(deferred, outcome);
  }

  #tell(deferred: Deferred<Iterator<T>>, outcome: Outcome): void {
    if (outcome.kind === "done") deferred.callback(this.#iterator);
    else deferred.errback(outcome.failure);
  }

  #checkFinished(action: string): void {
    if (this.#outcome !== undefined) throw finished(action, this.#outcome);
  }

  /** Not while it runs; `step` does it afterwards. */
  #closeIterator(): void {
    if (this.#inStep) return;
    try {
      this.#iterator.return?.();
    } catch (error) {
      void fail(error);
    }
  }
}

function finished(action: string, outcome: Outcome): SchedulerError {
  const start = `Cannot ${action} the task: it`;
  switch (outcome.kind) {
    case "done":
      return new TaskDone(`${start} is done, expected a running or paused one`);
    case "failed":
      return new TaskFailed(`${start} has failed, expected a running or paused one`, { cause: outcome.failure.value });
    case "stopped":
      return new TaskStopped(`${start} was stopped, expected a running or paused one`);
    case "schedulerStopped":
      return new SchedulerStopped(`${start} was stopped with its Cooperator, expected a running or paused one`);
    default:
      return outcome satisfies never;
  }
}

/**
 * A pool of threads.
 *
 * A call goes to a thread that is free, the one that was busy last, else to a new one while there are fewer than `max`, else it waits in
 * line. Threads stay once they are there. Before `start` everything waits; `stop` lets all that was handed over be done, then the threads
 * leave.
 */
import { inspect } from "node:util";
import { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import { InvalidStateError } from "../errors.ts";
import { Logger } from "../logger/logger.ts";
import { setInterval, setTimeout } from "../runtime.ts";
import { ThreadPoolStoppedError } from "./errors.ts";
import type { WorkerExitedError } from "./errors.ts";
import { PoolWorker } from "./pool-worker.ts";
import type { ModuleFunction } from "./thread-function.ts";
import { ThreadJob } from "./thread-job.ts";
import type { ResultCallback, ThreadCall, ThreadPoolLike, ThreadReactor, ThreadRequest } from "./thread-pool-like.ts";

const log = new Logger({ namespace: "hawser.threads" });

const DEFAULT_MIN = 5;
const DEFAULT_MAX = 20;
const DEFAULT_STOP_TIMEOUT = 30;
/** The longest time that the runtime's timer takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface ThreadPoolOptions {
  /** The name of the threads, for debuggers. */
  readonly name?: string;
  /** The reactor into which functions call with `callFromThread`, where the one who asks names none. */
  readonly reactor?: ThreadReactor;
  /** The seconds that `stop` waits for calls to end before it ends their threads; 30 unless told otherwise. */
  readonly stopTimeout?: number;
}

/**
 * Threads for functions that compute or block.
 *
 * @example
 * const pool = new ThreadPool(0, 2);
 * pool.start();
 * const results: unknown[] = [];
 * pool.callInThreadWithCallback((success, result) => results.push(success, result), (n: number) => n * 2, 21);
 * await pool.stop();
 * assert.deepEqual(results, [true, 42]);
 */
export class ThreadPool implements ThreadPoolLike {
  /** The name of the threads. */
  readonly name: string;
  readonly stopTimeout: number;
  readonly #reactor: ThreadReactor | undefined;
  /** All threads that are there, those that leave included. */
  readonly #workers: Set<PoolWorker> = new Set();
  /** Those that wait for work. */
  readonly #free: PoolWorker[] = [];
  /** The work that waits for a thread. */
  readonly #line: Set<ThreadJob> = new Set();
  /** How many threads are there to stay. */
  #staying = 0;
  #hired = 0;
  /** How many threads are at work. */
  #busy = 0;
  #holder: NodeJS.Timeout | undefined = undefined;
  #min: number;
  #max: number;
  #state: "new" | "started" | "stopping" | "stopped" = "new";
  #stopped: Deferred<void> | undefined = undefined;
  #stopTimer: NodeJS.Timeout | undefined = undefined;

  /** @param minThreads how many threads there are at least while the pool runs, 5 unless told otherwise
   *  @param maxThreads and at most, 20 unless told otherwise */
  constructor(minThreads: number = DEFAULT_MIN, maxThreads: number = DEFAULT_MAX, options: ThreadPoolOptions = {}) {
    checkSizes(minThreads, maxThreads);
    const { name = "pool", reactor, stopTimeout = DEFAULT_STOP_TIMEOUT } = options;
    if (typeof stopTimeout !== "number" || !(stopTimeout >= 0)) {
      throw new RangeError(`Cannot wait ${inspect(stopTimeout)} seconds for threads: expected 0 or more`);
    }
    this.#min = minThreads;
    this.#max = maxThreads;
    this.name = name;
    this.stopTimeout = stopTimeout;
    this.#reactor = reactor;
  }

  get min(): number {
    return this.#min;
  }

  get max(): number {
    return this.#max;
  }

  /** Whether the pool runs. */
  get started(): boolean {
    return this.#state === "started";
  }

  /** How many threads there are to stay. */
  get workers(): number {
    return this.#staying;
  }

  /** How many of them have nothing to do. */
  get waiters(): number {
    return this.#free.length;
  }

  /** How many calls wait for a thread. */
  get backlog(): number {
    return this.#line.size;
  }

  /** Begins the work; a pool that was stopped can be started again. */
  start(): void {
    if (this.#state === "started") return;
    if (this.#state === "stopping") {
      throw new InvalidStateError("Cannot start the thread pool: it is still stopping, expected it to be stopped");
    }
    this.#state = "started";
    this.adjustPoolsize();
    this.#advance();
  }

  /**
   * Lets all calls be done, those that wait in line as well, ends the threads, and answers a Deferred for that. Calls that are not done
   * after `stopTimeout` seconds fail with `ThreadPoolStoppedError`. A reactor that has stopped is not waited for: threads that
   * are blocked by a call into it get an error.
   */
  stop(): Deferred<void> {
    const stopped = new Deferred<void>();
    if (this.#stopped === undefined) this.#stopped = new Deferred<void>();
    this.#stopped.chainDeferred(stopped);
    if (this.#state !== "stopping") this.#beginStop();
    return stopped;
  }

  #beginStop(): void {
    this.#state = "stopping";
    for (const worker of this.#workers) worker.abandonCalls();
    while (this.#free.length > 0) this.#dismiss(this.#free.pop()!);
    if (this.#staying === 0) this.#failLine();
    this.#checkStopped();
    if (this.#workers.size === 0) return;
    this.#stopTimer = setTimeout(() => this.#giveUp(), Math.min(this.stopTimeout * 1000, LONGEST_TIMER_MS));
  }

  callInThread<A extends unknown[]>(f: (...args: A) => unknown, ...args: A): ThreadCall;
  callInThread(f: ModuleFunction, ...args: unknown[]): ThreadCall;
  callInThread(f: unknown, ...args: unknown[]): ThreadCall {
    return this.submit({ calls: [[f, ...args]] });
  }

  callInThreadWithCallback<R, A extends unknown[]>(
    onResult: (success: boolean, result: Awaited<R> | Failure) => void,
    f: (...args: A) => R,
    ...args: A
  ): ThreadCall;
  callInThreadWithCallback(onResult: ResultCallback, f: ModuleFunction, ...args: unknown[]): ThreadCall;
  callInThreadWithCallback(onResult: unknown, f: unknown, ...args: unknown[]): ThreadCall {
    if (typeof onResult !== "function") {
      throw new TypeError(`Cannot tell the result to ${inspect(onResult, { depth: 0 })}: expected a function`);
    }
    return this.submit({ calls: [[f, ...args]], onResult: onResult as ResultCallback });
  }

  /**
   * Throws `ThreadFunctionError` for a function that cannot run in another thread, and `ThreadPoolStoppedError` where the pool
   * was stopped.
   */
  submit(request: ThreadRequest): ThreadCall {
    if (this.#state === "stopping" || this.#state === "stopped") {
      throw new ThreadPoolStoppedError("Cannot call in a thread: the thread pool was stopped, expected it to run");
    }
    const job = new ThreadJob(request, this.#reactor);
    if (job.calls.length === 0) job.succeed(undefined);
    else if (this.#free.length > 0) this.#begin(this.#free.pop()!, job);
    else {
      this.#line.add(job);
      this.#advance();
    }
    return { cancel: () => this.#cancel(job) };
  }

  /** Throws `RangeError` unless `0 <= minThreads <= maxThreads`. Threads that are too many leave when they have nothing to do. */
  adjustPoolsize(minThreads: number = this.#min, maxThreads: number = this.#max): void {
    checkSizes(minThreads, maxThreads);
    this.#min = minThreads;
    this.#max = maxThreads;
    if (!this.started) return;
    while (this.#staying > this.#max && this.#free.length > 0) this.#dismiss(this.#free.pop()!);
    while (this.#staying < this.#min) this.#free.push(this.#hire());
    this.#advance();
  }

  /** Hands what waits in line to threads, as far as there are any. */
  #advance(): void {
    if (this.#state === "new") return;
    for (const job of this.#line) {
      const worker = this.#free.pop() ?? (this.#staying < this.#max ? this.#hire() : undefined);
      if (worker === undefined) return;
      this.#line.delete(job);
      this.#begin(worker, job);
    }
    if (this.#state !== "started") while (this.#free.length > 0) this.#dismiss(this.#free.pop()!);
  }

  #begin(worker: PoolWorker, job: ThreadJob): void {
    try {
      worker.begin(job);
    } catch (error) {
      this.#free.push(worker);
      job.fail(error);
      return;
    }
    this.#busy++;
    if (this.#busy === 1) this.#hold();
  }

  /** Keeps the process alive while there is work. */
  #hold(): void {
    if (this.#holder === undefined) this.#holder = setInterval(() => {}, LONGEST_TIMER_MS);
    else this.#holder.ref();
  }

  #idle(): void {
    this.#busy--;
    if (this.#busy === 0) this.#holder?.unref();
  }

  #hire(): PoolWorker {
    const worker = new PoolWorker(`${this.name} ${++this.#hired}`, this);
    this.#workers.add(worker);
    this.#staying++;
    return worker;
  }

  /** Lets go of a thread that has nothing to do. */
  #dismiss(worker: PoolWorker): void {
    this.#staying--;
    worker.leave();
  }

  #cancel(job: ThreadJob): void {
    if (this.#line.delete(job)) return;
    for (const worker of this.#workers) {
      if (worker.job !== job) continue;
      this.#idle();
      worker.terminate();
      this.#staying--;
      this.#refill();
      return;
    }
  }

  /** @internal */
  workerFree(worker: PoolWorker): void {
    this.#idle();
    if (worker.ending) return;
    if (this.#staying > this.#max) this.#dismiss(worker);
    else {
      this.#free.push(worker);
      this.#advance();
    }
  }

  /** @internal */
  workerExited(worker: PoolWorker, job: ThreadJob | undefined, error: WorkerExitedError): void {
    this.#workers.delete(worker);
    if (job !== undefined) this.#idle();
    if (worker.lost) {
      this.#staying--;
      const place = this.#free.indexOf(worker);
      if (place >= 0) this.#free.splice(place, 1);
      if (job === undefined) log.failure("A thread of the pool {name} ended", error, { name: this.name });
      // Where no thread gets as far as doing something, new ones would end as well, for ever.
      if (worker.proven) this.#refill();
      else this.#advance();
    }
    this.#checkStopped();
  }

  /** A thread is missing: for what waits in line, or for the least number. */
  #refill(): void {
    this.#advance();
    while (this.started && this.#staying < this.#min) this.#free.push(this.#hire());
  }

  #giveUp(): void {
    for (const worker of this.#workers) {
      const job = worker.terminate();
      if (job === undefined) continue;
      this.#idle();
      job.fail(
        new ThreadPoolStoppedError(`Cannot finish ${job.name} in a thread: the thread pool would not wait any longer`),
      );
    }
    this.#staying = 0;
    this.#failLine();
  }

  #failLine(): void {
    for (const job of this.#line) {
      this.#line.delete(job);
      job.fail(
        new ThreadPoolStoppedError(`Cannot begin ${job.name} in a thread: the thread pool was stopped before that`),
      );
    }
  }

  #checkStopped(): void {
    if (this.#state !== "stopping" || this.#workers.size > 0) return;
    this.#state = "stopped";
    clearTimeout(this.#stopTimer);
    clearInterval(this.#holder);
    this.#holder = undefined;
    const stopped = this.#stopped;
    this.#stopped = undefined;
    stopped?.callback();
  }
}

function checkSizes(min: number, max: number): void {
  for (const size of [min, max]) {
    if (!Number.isInteger(size) || size < 0) {
      throw new RangeError(`Cannot have ${inspect(size)} threads in a pool: expected a whole number, 0 or more`);
    }
  }
  if (min > max) throw new RangeError(`Cannot have ${min} threads at least and ${max} at most: expected no more`);
}

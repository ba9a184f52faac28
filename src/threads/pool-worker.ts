/**
 * One thread of a pool, as the pool sees it. It does one job at a time.
 *
 * The channel to the thread is our own, so that functions may use `parentPort` as they like. A thread keeps the process alive while it is
 * ending; that those at work do is up to the pool.
 */
import type { MessagePort, Worker } from "node:worker_threads";
import { InvalidStateError } from "../errors.ts";
import { ThreadDataError, WorkerExitedError } from "./errors.ts";
import { BLOCKING_CALL, DONE, FORGET, LEAVE, UNREAD } from "./messages.ts";
import type { CallMessage, FromWorker, ToWorker, WorkerLink } from "./messages.ts";
import { ReactorCalls } from "./reactor-calls.ts";
import { decodeThrown } from "./thread-error.ts";
import type { ErrorRecord } from "./thread-error.ts";
import { programFolder } from "./thread-function.ts";
import type { ThreadJob } from "./thread-job.ts";
import type { ThreadReactor } from "./thread-pool-like.ts";
import { transferablesOf } from "./transfer.ts";

/* oxlint-disable unicorn/require-post-message-target-origin -- these are ports, not windows */

/** Told what becomes of a worker. */
export interface WorkerOwner {
  /** The worker has done its job and waits for another. */
  workerFree(worker: PoolWorker): void;
  /** The thread is no more, and its job, if it had one, will fail with `error`. */
  workerExited(worker: PoolWorker, job: ThreadJob | undefined, error: WorkerExitedError): void;
}

const MAIN_MODULE = new URL("./worker-main.js", import.meta.url);
/** How many functions a worker is trusted to remember. */
const MOST_KNOWN = 1000;

export class PoolWorker {
  readonly #owner: WorkerOwner;
  readonly #thread: Worker;
  readonly #port: MessagePort;
  readonly #answers: MessagePort;
  readonly #calls: ReactorCalls;
  /** The numbers of the functions that the worker has. */
  readonly #known: Set<number> = new Set();
  #job: ThreadJob | undefined = undefined;
  /** The reactor of the present job, or of the last one. */
  #reactor: ThreadReactor | undefined = undefined;
  #ending = false;
  #lost = false;
  /** Whether it has done anything. */
  #proven = false;
  #error: unknown = undefined;
  /** Why something that it sent could not be read. */
  #unread: Error | undefined = undefined;

  constructor(name: string, owner: WorkerOwner) {
    const { MessageChannel, Worker: Thread } = process.getBuiltinModule("node:worker_threads");
    const ours = new MessageChannel();
    const answers = new MessageChannel();
    const flag = new Int32Array(new SharedArrayBuffer(4));
    const folder = programFolder();
    const workerData: WorkerLink = { port: ours.port2, answers: answers.port2, flag, folder };
    this.#owner = owner;
    this.#port = ours.port1;
    this.#answers = answers.port1;
    this.#calls = new ReactorCalls(answers.port1, flag, folder);
    this.#thread = new Thread(MAIN_MODULE, { name, workerData, transferList: [ours.port2, answers.port2] });
    this.#thread.unref();
    this.#thread.on("error", (error) => (this.#error = error));
    this.#thread.on("exit", (code) => this.#exited(code));
    this.#port.on("message", (message: FromWorker) => this.#received(message));
    this.#port.on("messageerror", (cause: Error) => this.#receivedUnreadable(cause));
    this.#port.unref();
  }

  /** What it does now. */
  get job(): ThreadJob | undefined {
    return this.#job;
  }

  /** Whether it takes no work any more. */
  get ending(): boolean {
    return this.#ending;
  }

  /** Whether it ended and nobody had told it to. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Whether it has done a job: the others may be unable to. */
  get proven(): boolean {
    return this.#proven;
  }

  /** Begins a job. Throws `ThreadDataError` where its arguments cannot be copied; then the worker is as before. */
  begin(job: ThreadJob): void {
    const [first] = job.calls;
    const id = first!.definition.id;
    if (job.calls.length > 1 || !this.#known.has(id)) this.#sendAll(job);
    else if (first!.args.length === 0) this.#port.postMessage(id);
    else this.#send([id, ...first!.args], first!.args, job);
    this.#job = job;
    this.#reactor = job.reactor;
  }

  #sendAll(job: ThreadJob): void {
    const { calls } = job;
    if (this.#known.size >= MOST_KNOWN) {
      this.#known.clear();
      this.#port.postMessage(FORGET);
    }
    const unknown = new Set(calls.map(({ definition }) => definition).filter(({ id }) => !this.#known.has(id)));
    const message: CallMessage = {
      define: [...unknown],
      calls: calls.map(({ definition, args }) => [definition.id, ...args]),
    };
    this.#send(
      message,
      calls.flatMap(({ args }) => args),
      job,
    );
    for (const { id } of unknown) this.#known.add(id);
  }

  #send(message: ToWorker, args: readonly unknown[], job: ThreadJob): void {
    try {
      this.#port.postMessage(message, transferablesOf(args));
    } catch (cause) {
      throw new ThreadDataError(
        `Cannot send the arguments of ${job.name} to a thread: ${(cause as Error).message}, expected what structured clone can copy`,
        { cause },
      );
    }
  }

  /** Ends the thread, which waits for work, when its output has arrived. */
  leave(): void {
    this.#ending = true;
    this.#thread.ref();
    this.#port.postMessage(LEAVE);
  }

  /** Ends the thread at once, whatever it does; answers the job that it did. */
  terminate(): ThreadJob | undefined {
    const job = this.#job;
    this.#job = undefined;
    this.#ending = true;
    this.#thread.ref();
    void this.#thread.terminate();
    return job;
  }

  /** A reactor that has stopped will not answer any more: whoever waits for that gets an error. */
  abandonCalls(): void {
    if (this.#reactor?.running === true) return;
    this.#calls.abandon(
      new InvalidStateError(
        "Cannot go on with a call in the reactor's thread: the reactor was stopped, expected it to run",
      ),
    );
  }

  #received(message: FromWorker): void {
    if (message !== DONE && message.length === 3) {
      const [kind, definition, args] = message;
      if (kind === BLOCKING_CALL) this.#calls.callAndAnswer(this.#reactor, definition, args);
      else this.#calls.call(this.#reactor, definition, args);
      return;
    }
    if (message !== DONE && message[0] === UNREAD) this.#known.clear();
    const job = this.#job;
    if (job === undefined) return; // it was terminated, and that was on its way
    this.#job = undefined;
    this.#proven = true;
    // The worker is free before the one who asked is told, and may ask again.
    this.#owner.workerFree(this);
    if (message === DONE) job.succeed(undefined);
    else if (message[0] === DONE) job.succeed(message[1]);
    else job.fail(decodeThrown(message[1] as ErrorRecord));
  }

  /** What it was, a result or a call that the worker waits for, nobody knows: so the thread ends, and its job with it. */
  #receivedUnreadable(cause: Error): void {
    this.#unread ??= cause;
    void this.#thread.terminate();
  }

  #exited(code: number): void {
    this.#lost = !this.#ending;
    this.#ending = true;
    this.#drain();
    const job = this.#job;
    this.#job = undefined;
    const error = new WorkerExitedError(
      `Cannot finish ${job?.name ?? "anything"} in a thread: the thread exited with code ${code}, expected it to go on`,
      code,
      this.#error === undefined ? undefined : { cause: this.#error },
    );
    this.#calls.abandon(error);
    this.#port.close();
    this.#answers.close();
    this.#owner.workerExited(this, job, error);
    job?.fail(this.#unread === undefined ? error : unreadError(job, this.#unread));
  }

  /** What the thread sent before its end may not have been delivered yet. */
  #drain(): void {
    const { receiveMessageOnPort } = process.getBuiltinModule("node:worker_threads");
    for (let left = receiveMessageOnPort(this.#port); left !== undefined; left = receiveMessageOnPort(this.#port)) {
      this.#received(left.message as FromWorker);
    }
  }
}

function unreadError(job: ThreadJob, cause: Error): ThreadDataError {
  return new ThreadDataError(
    `Cannot read what ${job.name} sent from its thread: ${cause.message}, expected what structured clone can copy`,
    { cause },
  );
}

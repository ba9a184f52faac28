/**
 * Performs the calls of one worker in the reactor's thread, and answers those for which the worker waits. It waits for one at a time.
 */
import type { MessagePort } from "node:worker_threads";
import { Deferred } from "../deferred/deferred.ts";
import { maybeDeferred } from "../deferred/maybe-deferred.ts";
import { isThenable } from "../deferred/thenable.ts";
import { InvalidStateError } from "../errors.ts";
import { Logger } from "../logger/logger.ts";
import { ThreadDataError } from "./errors.ts";
import { encodeThrown } from "./thread-error.ts";
import { explain, functionOf } from "./thread-function.ts";
import type { Callable, Definition } from "./thread-function.ts";
import type { ThreadReactor } from "./thread-pool-like.ts";
import { transferablesOf } from "./transfer.ts";

/* oxlint-disable unicorn/require-post-message-target-origin -- these are ports, not windows */

const log = new Logger({ namespace: "hawser.threads" });

/** How many functions are remembered. */
const MOST_FUNCTIONS = 1000;

export class ReactorCalls {
  readonly #answers: MessagePort;
  readonly #flag: Int32Array;
  readonly #folder: string;
  /** By text and by name of the module: the numbers of definitions are the worker's own. */
  readonly #functions: Map<string, Callable> = new Map();
  /** The call for which the worker waits. */
  #awaited: Deferred<unknown> | undefined = undefined;

  constructor(answers: MessagePort, flag: Int32Array, folder: string) {
    this.#answers = answers;
    this.#flag = flag;
    this.#folder = folder;
  }

  /** Calls and waits for nothing; what goes wrong is logged. */
  call(reactor: ThreadReactor | undefined, definition: Definition, args: readonly unknown[]): void {
    this.#perform(reactor, definition, args).addErrback((failure) => {
      log.failure("The call of {name} from a thread failed", failure, { name: definition.name });
    });
  }

  /** Calls and answers. */
  callAndAnswer(reactor: ThreadReactor | undefined, definition: Definition, args: readonly unknown[]): void {
    const called = this.#perform(reactor, definition, args);
    this.#awaited = called;
    called.addCallbacks(
      (result) => {
        if (this.#awaited === called) this.#answer(true, result, definition);
      },
      (failure) => {
        if (this.#awaited === called) this.#answer(false, encodeThrown(failure.value), definition);
      },
    );
  }

  /** Nobody waits any longer: `error` is the answer, and what was begun is cancelled. */
  abandon(error: Error): void {
    const called = this.#awaited;
    if (called === undefined) return;
    this.#send([false, encodeThrown(error)]);
    called.cancel(error);
  }

  #perform(reactor: ThreadReactor | undefined, definition: Definition, args: readonly unknown[]): Deferred<unknown> {
    return maybeDeferred(() => {
      if (reactor?.running !== true) {
        const state = reactor === undefined ? "the thread pool belongs to none" : "it does not run";
        throw new InvalidStateError(
          `Cannot call ${definition.name} in the reactor's thread: ${state}, expected a reactor that runs`,
        );
      }
      const f = this.#function(definition);
      if (!isThenable(f)) return f(reactor, ...args);
      // A chain of Deferreds and not of promises: what cancels it has to reach what the function answers.
      return Deferred.fromPromise(f).addCallback((loaded) => loaded(reactor, ...args));
    }).addErrback((failure) => {
      throw explain(failure.value, definition, this.#folder);
    });
  }

  #function(definition: Definition): Callable | Promise<Callable> {
    const key = definition.text ?? definition.name;
    const known = this.#functions.get(key);
    if (known !== undefined) return known;
    const made = functionOf(definition, this.#folder);
    if (isThenable(made)) return made.then((loaded) => this.#keep(key, loaded));
    return this.#keep(key, made);
  }

  #keep(key: string, f: Callable): Callable {
    if (this.#functions.size >= MOST_FUNCTIONS) this.#functions.clear();
    this.#functions.set(key, f);
    return f;
  }

  #answer(good: boolean, result: unknown, { name }: Definition): void {
    try {
      this.#send([good, result]);
    } catch (cause) {
      const message = `Cannot send the result of ${name} to the thread: ${(cause as Error).message}, expected what structured clone can copy`;
      this.#send([false, encodeThrown(new ThreadDataError(message, { cause }))]);
    }
  }

  #send(answer: readonly [boolean, unknown]): void {
    this.#answers.postMessage(answer, transferablesOf(answer));
    this.#awaited = undefined;
    Atomics.store(this.#flag, 0, 1);
    Atomics.notify(this.#flag, 0);
  }
}

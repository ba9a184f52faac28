/**
 * Sequential code over Deferreds: a generator yields what it waits for and is resumed with the result, or has the failure's value
 * thrown at the `yield`.
 *
 * Results that are there already are sent back in a loop, so a long run of fired Deferreds does not use up the stack. Where the generator does
 * have to wait, the context of `AsyncLocalStorage` is kept and it is resumed in it.
 *
 * Cancelling the Deferred cancels what the generator waits for; the generator then sees the error thrown and decides what comes of it. Until
 * it has, a new Deferred takes the cancelled one's place, and that waits for it.
 */
import { AsyncResource } from "node:async_hooks";
import { inspect } from "node:util";
import { Deferred } from "./deferred.ts";
import type { Settled } from "./deferred.ts";
import { cancelledBy } from "./errors.ts";
import type { CancelledError } from "./errors.ts";
import { Failure } from "./failure.ts";
import { asDeferred } from "./maybe-deferred.ts";
import { isThenable } from "./thenable.ts";

/** A generator that yields Deferreds and promises. `never`: it may expect to be sent anything. */
export type CoroutineGenerator<R> = Generator<unknown, R, never>;

/**
 * Makes a function that answers a Deferred out of a generator function. In it, `yield* wait(deferred)` has the type of the
 * result; a bare `yield deferred` does the same untyped.
 *
 * @example
 * const addLater = inlineCallbacks(function* (a: Deferred<number>, b: Deferred<number>) {
 *   return (yield* wait(a)) + (yield* wait(b));
 * });
 * addLater(succeed(1), succeed(2)).addCallback((sum) => assert.equal(sum, 3));
 */
export function inlineCallbacks<This, A extends unknown[], R>(
  generate: (this: This, ...args: A) => CoroutineGenerator<R>,
): (this: This, ...args: A) => Deferred<Settled<R>> {
  if (typeof generate !== "function") {
    throw new TypeError(`Cannot inline the callbacks of ${inspect(generate)}: expected a generator function`);
  }
  return function (this: This, ...args: A): Deferred<Settled<R>> {
    const generator = generate.apply(this, args);
    if (!isGenerator(generator)) {
      throw new TypeError(
        `Cannot inline the callbacks of ${generate.name || "a function"}: it answered ${inspect(generator, { depth: 0 })}, expected a generator`,
      );
    }
    return new Coroutine<R>(generator).start();
  };
}

/** Waits inside `inlineCallbacks` for a Deferred or a promise, typed: `const x = yield* wait(deferred)`. */
export function* wait<T>(awaited: T | PromiseLike<T>): Generator<T | PromiseLike<T>, T, T> {
  return yield awaited;
}

/**
 * A Deferred for a running piece of sequential code: an async function or the promise it gave, a generator that yields
 * Deferreds, or a Deferred, which is answered as it is.
 *
 * @example
 * ensureDeferred(async () => 3).addCallback((n) => assert.equal(n, 3));
 */
export function ensureDeferred<T>(
  code: PromiseLike<T> | CoroutineGenerator<T> | ((signal: AbortSignal) => PromiseLike<T>),
): Deferred<T> {
  if (code instanceof Deferred) return code;
  if (isGenerator<T>(code)) return new Coroutine(code).start() as Deferred<unknown> as Deferred<T>;
  if (isThenable(code) || typeof code === "function") return Deferred.fromPromise(code);
  throw new TypeError(
    `Cannot make a Deferred from ${inspect(code)}: expected an async function, a promise, a generator or a Deferred`,
  );
}

function isGenerator<T>(value: unknown): value is CoroutineGenerator<T> {
  return Object.prototype.toString.call(value) === "[object Generator]";
}

class Coroutine<R> {
  readonly #generator: CoroutineGenerator<R>;
  /** Gets the generator's result; there is none until the generator has to wait. */
  #deferred: Deferred<unknown> | undefined = undefined;
  #awaited: Deferred<unknown> | undefined = undefined;
  #context: AsyncResource | undefined = undefined;
  /** While a Deferred is asked for its result: whether it had one, and which. */
  #asking = false;
  #answer: unknown = undefined;
  /** Says to the first errback of this coroutine's Deferred that it is being cancelled, and why. */
  #cancelled: Failure<CancelledError> | undefined = undefined;

  constructor(generator: CoroutineGenerator<R>) {
    this.#generator = generator;
  }

  start(): Deferred<Settled<R>> {
    this.#resume(undefined);
    return (this.#deferred ??= this.#makeDeferred()) as Deferred<Settled<R>>;
  }

  #makeDeferred(): Deferred<unknown> {
    const deferred = new Deferred<unknown>((cancelled, cause) => {
      this.#cancelled = new Failure(cancelledBy(cause));
      cancelled.errback(this.#cancelled);
    });
    deferred.addErrback((failure) => (failure === this.#cancelled ? this.#cancelAwaited(failure.cause) : failure));
    return deferred;
  }

  #cancelAwaited(cause: unknown): Deferred<unknown> {
    const successor = this.#makeDeferred();
    this.#deferred = successor;
    this.#awaited?.cancel(cause);
    return successor;
  }

  #resume(sent: unknown): void {
    const generator = this.#generator as Generator<unknown, R, unknown>;
    let next = sent;
    for (;;) {
      let step: IteratorResult<unknown, R>;
      try {
        step = next instanceof Failure ? generator.throw(next.value) : generator.next(next);
      } catch (error) {
        this.#finish(error instanceof Failure ? error : new Failure(error));
        return;
      }
      if (step.done === true) {
        this.#finish(step.value);
        return;
      }
      if (!isThenable(step.value)) {
        next = step.value;
        continue;
      }
      if (!this.#ask(asDeferred(step.value))) return;
      next = this.#answer;
      this.#answer = undefined;
    }
  }

  /** Whether `deferred` has its result now; otherwise the generator is resumed when it has. */
  #ask(deferred: Deferred<unknown>): boolean {
    this.#asking = true;
    deferred.addBoth(this.#receive);
    if (!this.#asking) return true;
    this.#asking = false;
    this.#awaited = deferred;
    // Measured: with `AsyncLocalStorage.snapshot`, which does the same, a wait takes a hundred times as long on Node 20.
    this.#context = new AsyncResource("HAWSER_COROUTINE");
    return false;
  }

  readonly #receive = (result: unknown): void => {
    if (this.#asking) {
      this.#asking = false;
      this.#answer = result;
      return;
    }
    const context = this.#context;
    this.#awaited = undefined;
    this.#context = undefined;
    // oxlint-disable-next-line typescript/unbound-method -- bound by the second argument
    context?.runInAsyncScope(this.#resume, this, result);
  };

  #finish(result: unknown): void {
    if (!isThenable(result)) {
      (this.#deferred ??= new Deferred<unknown>()).callback(result);
      return;
    }
    this.#deferred ??= this.#makeDeferred();
    this.#awaited = asDeferred(result);
    this.#awaited.addBoth((settled) => {
      // Cancelling may have put another Deferred in this one's place.
      this.#deferred?.callback(settled);
    });
  }
}

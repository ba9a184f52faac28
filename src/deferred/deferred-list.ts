/** `DeferredList`: many Deferreds as one. */
import { cancelAll } from "./cancel-all.ts";
import { Deferred } from "./deferred.ts";
import { FirstError } from "./errors.ts";
import { Failure } from "./failure.ts";
import { asDeferred } from "./maybe-deferred.ts";

/** When a `DeferredList` fires, and what becomes of the failures in it. */
export interface DeferredListOptions {
  /** Fire with `[result, index]` of the first Deferred that has a result. */
  readonly fireOnOneCallback?: boolean;
  /** Fail with `FirstError` as soon as one Deferred fails. */
  readonly fireOnOneErrback?: boolean;
  /** Turn the failures of the Deferreds in the list into `undefined` once the list has seen them. */
  readonly consumeErrors?: boolean;
}

/** What came of one Deferred: whether it has a result, and the result or the failure. */
export type Outcome<T> = readonly [success: true, result: T] | readonly [success: false, failure: Failure];

/** What a list of awaitable things gives when each is waited for. */
export type Results<D extends readonly unknown[]> = { -readonly [K in keyof D]: Awaited<D[K]> };

type FirstResult<D extends readonly unknown[]> = readonly [result: Awaited<D[number]>, index: number];
type Outcomes<D extends readonly unknown[]> = { -readonly [K in keyof D]: Outcome<Awaited<D[K]>> };
type ListResult<D extends readonly unknown[], O> = "fireOnOneCallback" extends keyof O
  ? O["fireOnOneCallback"] extends true
    ? FirstResult<D>
    : true extends O["fireOnOneCallback"]
      ? FirstResult<D> | Outcomes<D>
      : Outcomes<D>
  : Outcomes<D>;

/** The first word of an `Outcome` of a Deferred that has a result. */
export const SUCCESS = true;
/** The first word of an `Outcome` of a Deferred that failed. */
export const FAILURE = false;

/**
 * Fires when all Deferreds (or promises) of a list have fired, with an `Outcome` for each; the options make it fire earlier.
 * The Deferreds keep their results, so callbacks can still be added to them.
 *
 * @example
 * const list = new DeferredList([succeed(1), fail(new Error("no"))], { consumeErrors: true });
 * list.addCallback(([first, second]) => assert.deepEqual([first[0], second[0]], [true, false]));
 */
export class DeferredList<
  const D extends readonly unknown[],
  const O extends DeferredListOptions = Record<never, never>,
> extends Deferred<ListResult<D, O>> {
  readonly #deferreds: readonly Deferred<unknown>[];
  readonly #outcomes: (Outcome<unknown> | undefined)[];
  readonly #options: DeferredListOptions;
  #finished = 0;
  #cancelling = false;

  constructor(list: D, options?: O) {
    super();
    this.#deferreds = Array.from(list, (item) => asDeferred(item));
    this.#outcomes = Array.from(this.#deferreds, () => undefined);
    this.#options = { ...options };
    if (this.#deferreds.length === 0 && this.#options.fireOnOneCallback !== true) this.#fireWith([]);
    for (const [index, deferred] of this.#deferreds.entries()) {
      deferred.addBoth((result) => this.#fired(result, index));
    }
  }

  /** Cancels every Deferred of the list; does nothing once the list has fired. */
  override cancel(cause?: unknown): void {
    // One of the list may wait for the list itself, and passes the cancelling on to it.
    if (this.called || this.#cancelling) return;
    this.#cancelling = true;
    this.abortSignal(cause);
    cancelAll(this.#deferreds, cause);
    this.#cancelling = false;
  }

  #fired(result: unknown, index: number): unknown {
    const failed = result instanceof Failure;
    this.#outcomes[index] = failed ? [FAILURE, result] : [SUCCESS, result];
    this.#finished++;
    if (!this.called) {
      if (!failed && this.#options.fireOnOneCallback === true) this.#fireWith([result, index]);
      else if (failed && this.#options.fireOnOneErrback === true) this.errback(new FirstError(result, index));
      else if (this.#finished === this.#outcomes.length) this.#fireWith(this.#outcomes);
    }
    return failed && this.#options.consumeErrors === true ? undefined : result;
  }

  #fireWith(result: unknown): void {
    this.callback(result as ListResult<D, O>);
  }
}

/**
 * The results of all Deferreds (or promises) of a list, or a `FirstError` as soon as one fails. Cancelling it cancels them all.
 *
 * @example
 * gatherResults([succeed(1), succeed("two")]).addCallback(([n, s]) => assert.equal(`${n} ${s}`, "1 two"));
 */
export function gatherResults<const D extends readonly unknown[]>(
  list: D,
  options: { readonly consumeErrors?: boolean } = {},
): Deferred<Results<D>> {
  const gathered = new DeferredList(list, { fireOnOneErrback: true, consumeErrors: options.consumeErrors ?? false });
  const outcomes = gathered as Deferred<readonly Outcome<unknown>[]>;
  return outcomes.addCallback((all) => all.map((outcome) => outcome[1])) as Deferred<unknown> as Deferred<Results<D>>;
}

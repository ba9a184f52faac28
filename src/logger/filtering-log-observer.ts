/** Lets some events pass to an observer and not others, as a list of predicates says. */
import { inspect } from "node:util";
import { Callable } from "./callable.ts";
import type { LogEvent, LogObserver } from "./log-event.ts";
import { bitbucketLogObserver } from "./log-observer.ts";
import { lowestSeverityOf } from "./severities.ts";

/**
 * What a predicate says of an event: `yes`, it passes, whatever the others say; `no`, it does not; `maybe`, ask the next one. An event of
 * which all say `maybe` passes.
 */
export const PredicateResult = { yes: "yes", no: "no", maybe: "maybe" } as const;

/** One of the values of `PredicateResult`. */
export type PredicateResult = (typeof PredicateResult)[keyof typeof PredicateResult];

/** Says whether an event passes. */
export interface LogFilterPredicate {
  (event: LogEvent): PredicateResult;
  /**
   * The severity below which the answer for events of `namespace` is always `no`. Only a predicate that never answers `yes` may have this
   * method; one whose answers change calls `severitiesChanged` when they do.
   */
  lowestSeverity?(namespace: string): number;
}

/** The options of a `FilteringLogObserver`. */
export interface FilteringLogObserverOptions {
  /** Is told of the events that do not pass. Default: nobody. */
  readonly negativeObserver?: LogObserver;
}

/**
 * An observer that passes on the events that the predicates let through.
 *
 * @example
 * const seen: LogEvent[] = [];
 * const loud: LogFilterPredicate = (event) => (event.loud ? PredicateResult.yes : PredicateResult.no);
 * const observer = new FilteringLogObserver((event) => seen.push(event), [loud]);
 * observer({ loud: true });
 * observer({ loud: false });
 * assert.deepEqual(seen, [{ loud: true }]);
 */
export class FilteringLogObserver extends Callable<LogEvent, unknown> {
  readonly #observer: LogObserver;
  readonly #predicates: readonly LogFilterPredicate[];
  readonly #negativeObserver: LogObserver;

  constructor(
    observer: LogObserver,
    predicates: Iterable<LogFilterPredicate>,
    options: FilteringLogObserverOptions = {},
  ) {
    super();
    this.#observer = observer;
    this.#predicates = [...predicates];
    this.#negativeObserver = options.negativeObserver ?? bitbucketLogObserver;
    for (const callable of [this.#observer, this.#negativeObserver, ...this.#predicates]) {
      if (typeof callable !== "function")
        throw new TypeError(`Cannot filter with ${inspect(callable)}: expected a function of a log event`);
    }
  }

  /** The lowest severity that passes to an observer who has a use for it. */
  lowestSeverity(namespace: string): number {
    let passing = lowestSeverityOf(this.#observer, namespace);
    for (const predicate of this.#predicates) {
      // Whoever does not say what it refuses may answer "yes", and then those after it are not asked.
      if (predicate.lowestSeverity === undefined) break;
      passing = Math.max(passing, lowestSeverityOf(predicate, namespace));
    }
    return Math.min(passing, lowestSeverityOf(this.#negativeObserver, namespace));
  }

  protected override invoke(event: LogEvent): unknown {
    const observer = this.#passes(event) ? this.#observer : this.#negativeObserver;
    if (observer !== bitbucketLogObserver) event.logTrace?.push([this, observer]);
    return observer(event);
  }

  #passes(event: LogEvent): boolean {
    for (const predicate of this.#predicates) {
      const result = predicate(event);
      switch (result) {
        case PredicateResult.yes:
          return true;
        case PredicateResult.no:
          return false;
        case PredicateResult.maybe:
          break;
        default:
          throw new TypeError(
            `Cannot filter a log event: a predicate answered ${inspect(result satisfies never)}, expected a PredicateResult`,
          );
      }
    }
    return true;
  }
}

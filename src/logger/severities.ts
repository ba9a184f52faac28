/**
 * How a `Logger` knows that nobody listens.
 *
 * An observer may say, through `lowestSeverity`, below which severity it has no use for the events of a namespace. One that does
 * not say has a use for all. A logger asks its observer once and keeps the answer for as long as `severities.epoch` stands still; whatever
 * changes such an answer (an observer added or removed, the level of a namespace set) moves the epoch. So a call at a level
 * that nobody listens to costs two comparisons of numbers, and the first call after any change asks again. One counter for all is
 * enough: changes are rare, and asking once more is cheap.
 */
/** The severity that no event reaches. */
export const NO_SEVERITY: number = Number.POSITIVE_INFINITY;

/** The severity that every event reaches. */
export const ANY_SEVERITY: number = 0;

/** Counts the changes of what observers have a use for. */
export const severities: { epoch: number } = { epoch: 0 };

/**
 * Makes every logger ask its observer again which levels it listens to.
 *
 * @example
 * let lowest = LogLevel.error.severity;
 * const observer: LogObserver = Object.assign(() => {}, { lowestSeverity: () => lowest });
 * const log = new Logger({ observer });
 * assert.equal(log.isEnabled(LogLevel.info), false);
 * lowest = LogLevel.info.severity;
 * severitiesChanged();
 * assert.equal(log.isEnabled(LogLevel.info), true);
 */
export function severitiesChanged(): void {
  severities.epoch++;
}

/** The severity below which `observer` has no use for the events of `namespace`: what it says, unless that makes no sense. */
export function lowestSeverityOf(observer: { lowestSeverity?(namespace: string): number }, namespace: string): number {
  try {
    const lowest = observer.lowestSeverity?.(namespace) ?? ANY_SEVERITY;
    return lowest >= ANY_SEVERITY ? lowest : ANY_SEVERITY;
  } catch {
    return ANY_SEVERITY;
  }
}

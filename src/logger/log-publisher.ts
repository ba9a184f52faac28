/**
 * Hands every event to each of a list of observers.
 *
 * The list is replaced, never changed in place: an observer may add and remove observers while it is called, and the event under way
 * still goes to those who were there when it came.
 */
import { Failure } from "../deferred/failure.ts";
import { inspectable } from "../inspectable.ts";
import { Callable } from "./callable.ts";
import type { LogEvent, LogObserver } from "./log-event.ts";
import { wallClockSeconds } from "./log-event.ts";
import { LogLevel } from "./log-level.ts";
import { isThenable } from "./thenable.ts";
import { requireObserver } from "./log-observer.ts";
import { NO_SEVERITY, lowestSeverityOf, severitiesChanged } from "./severities.ts";

// An observer that logs all it sees to the publisher it sees it from would go on until the stack ends, and where several observers
// do, or break, each step makes several more: so the limit is low.
const MAX_NESTING = 5;

const OBSERVER_FAILED = "Log observer {observer} failed to take an event: {logFailure}";

/**
 * An observer that passes events on to other observers.
 *
 * An observer that throws, or whose promise rejects, harms nobody: the others still get the event, and after it one that tells of the
 * failure.
 *
 * @example
 * const lines: string[] = [];
 * const publisher = new LogPublisher((event) => lines.push(formatEvent(event)));
 * new Logger({ observer: publisher }).info("{n} apples", { n: 3 });
 * assert.deepEqual(lines, ["3 apples"]);
 */
export class LogPublisher extends Callable<LogEvent, void> {
  #observers: readonly LogObserver[];
  #nesting = 0;

  constructor(...observers: LogObserver[]) {
    super();
    for (const observer of observers) requireObserver(observer);
    this.#observers = observers;
  }

  /**
   * Adds `observer`, unless it is there already.
   *
   * @example
   * const publisher = new LogPublisher();
   * publisher.addObserver((event) => console.log(formatEvent(event)));
   */
  addObserver(observer: LogObserver): void {
    requireObserver(observer);
    if (this.#observers.includes(observer)) return;
    this.#observers = [...this.#observers, observer];
    severitiesChanged();
  }

  /**
   * Removes `observer`; no matter whether it is there.
   *
   * @example
   * const publisher = new LogPublisher(console.log);
   * publisher.removeObserver(console.log);
   */
  removeObserver(observer: LogObserver): void {
    if (!this.#observers.includes(observer)) return;
    this.#observers = this.#observers.filter((each) => each !== observer);
    severitiesChanged();
  }

  /** The lowest severity that any of the observers has a use for. */
  lowestSeverity(namespace: string): number {
    let lowest = NO_SEVERITY;
    for (const observer of this.#observers) lowest = Math.min(lowest, lowestSeverityOf(observer, namespace));
    return lowest;
  }

  static {
    inspectable(this.prototype, (publisher) => `LogPublisher { observers: ${publisher.#observers.length} }`);
  }

  protected override invoke(event: LogEvent): void {
    if (this.#nesting >= MAX_NESTING) {
      throw new RangeError(
        `Cannot publish a log event: ${MAX_NESTING} are under way, expected observers that do not log all they see`,
      );
    }
    // All are told of the event before any is told of who broke over it.
    let broken: [LogObserver, unknown][] | undefined;
    this.#nesting++;
    try {
      for (const observer of this.#observers) {
        event.logTrace?.push([this, observer]);
        try {
          const answer = observer(event);
          // An async function is an observer too, and its error comes later.
          if (isThenable(answer)) answer.then(undefined, (error: unknown) => this.#report(observer, error));
        } catch (error) {
          broken ??= [];
          broken.push([observer, error]);
        }
      }
      if (broken === undefined) return;
      for (const [observer, error] of broken) this.#report(observer, error);
    } finally {
      this.#nesting--;
    }
  }

  /** Tells all observers but the broken one. Each of them that breaks over it is left out in its turn, so that this ends. */
  #report(broken: LogObserver, error: unknown): void {
    const others = new LogPublisher(...this.#observers.filter((observer) => observer !== broken));
    others(observerFailed(broken, error));
  }
}

/** The event that tells of an observer that did not take an event. */
export function observerFailed(observer: LogObserver, error: unknown): LogEvent {
  return {
    observer,
    logFailure: new Failure(error),
    logFormat: OBSERVER_FAILED,
    logLevel: LogLevel.critical,
    logNamespace: "hawser.logger",
    logTime: wallClockSeconds(),
  };
}

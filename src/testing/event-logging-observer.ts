/** Keeps log events, for tests to look at. */
import { Callable } from "../logger/callable.ts";
import type { LogEvent } from "../logger/log-event.ts";
import { globalLogPublisher } from "../logger/global-log.ts";
import type { LogPublisher } from "../logger/log-publisher.ts";

/** What runs something when a test is over: the context of a test of `node:test` is one. */
export interface TestCleanup {
  after(cleanup: () => void): void;
}

/**
 * An observer that keeps all events, in order.
 *
 * @example
 * import { Logger } from "hawser/logger";
 * const observer = new EventLoggingObserver();
 * new Logger({ namespace: "example", observer }).info("Hello");
 * assert.equal(observer.length, 1);
 * assert.equal(observer.events[0]?.logFormat, "Hello");
 */
export class EventLoggingObserver extends Callable<LogEvent, void> implements Iterable<LogEvent> {
  /** The events so far. */
  readonly events: LogEvent[] = [];
  /** How many there are. */
  declare readonly length: number;

  constructor() {
    super();
    // An object that can be called has a length of its own, that of functions.
    Object.defineProperty(this, "length", { get: () => this.events.length });
  }

  /**
   * An observer of `publisher` for the time of a test. `test` is the context of a test of `node:test`, or whatever has an `after` that calls
   * functions when the test is over: `{ after: onTestFinished }` in vitest.
   *
   * @param publisher whose events; the global one unless told otherwise
   *
   * @example
   * import { Logger } from "hawser/logger";
   * const cleanups: (() => void)[] = [];
   * const observer = EventLoggingObserver.createWithCleanup({ after: (cleanup) => cleanups.push(cleanup) });
   * new Logger({ namespace: "example" }).info("Hello");
   * assert.equal(observer.length, 1);
   * for (const cleanup of cleanups) cleanup();
   */
  static createWithCleanup(test: TestCleanup, publisher: LogPublisher = globalLogPublisher): EventLoggingObserver {
    const observer = new EventLoggingObserver();
    publisher.addObserver(observer);
    test.after(() => publisher.removeObserver(observer));
    return observer;
  }

  /** The event at `index`; a negative one counts from the end. */
  at(index: number): LogEvent | undefined {
    return this.events.at(index);
  }

  [Symbol.iterator](): IterableIterator<LogEvent> {
    return this.events.values();
  }

  protected override invoke(event: LogEvent): void {
    this.events.push(event);
  }
}

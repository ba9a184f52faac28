/**
 * The time between the start of a process and the moment when it knows where its log goes. Until then events are kept, a limited number of
 * them, and those that cannot wait (level `critical`: unhandled errors) are written to standard error as well.
 */
import { eventAsText } from "./format-event.ts";
import type { LogOutput } from "./file-log-observer.ts";
import { FileLogObserver } from "./file-log-observer.ts";
import { FilteringLogObserver } from "./filtering-log-observer.ts";
import { LimitedHistoryLogObserver } from "./limited-history-log-observer.ts";
import type { LogObserver } from "./log-event.ts";
import { wallClockSeconds } from "./log-event.ts";
import { LogLevelFilterPredicate } from "./log-level-filter-predicate.ts";
import { LogLevel } from "./log-level.ts";
import { requireObserver } from "./log-observer.ts";
import { LogPublisher } from "./log-publisher.ts";

/** The options of a `LogBeginner`. */
export interface LogBeginnerOptions {
  /** How many events are kept until logging begins. Default: 200. */
  readonly initialBufferSize?: number;
}

/** The options of `beginLoggingTo`. */
export interface BeginLoggingOptions {
  /** Whether to drop the events that were kept, in place of telling the observers of them. Default: false. */
  readonly discardBuffer?: boolean;
}

const MORE_THAN_ONCE =
  "The targets of the log were chosen twice: now at {fileNow}:{lineNow}, before at {fileThen}:{lineThen}; remove one of the calls of beginLoggingTo";

/**
 * Holds the events of a publisher back until it is told where they shall go.
 *
 * @example
 * const publisher = new LogPublisher();
 * const beginner = new LogBeginner(publisher, process.stderr);
 * new Logger({ namespace: "example", observer: publisher }).info("Early");
 * const texts: string[] = [];
 * beginner.beginLoggingTo([(event) => texts.push(formatEvent(event))]);
 * assert.deepEqual(texts, ["Early"]);
 */
export class LogBeginner {
  readonly #publisher: LogPublisher;
  readonly #initialBuffer: LimitedHistoryLogObserver;
  #temporaryObserver: LogObserver | undefined;
  #previous: Place = { file: "", line: 0 };

  /**
   * @param publisher whose events are held back
   * @param errorStream where events of level `critical` are written meanwhile
   */
  constructor(publisher: LogPublisher, errorStream: LogOutput, options: LogBeginnerOptions = {}) {
    this.#publisher = publisher;
    this.#initialBuffer = new LimitedHistoryLogObserver(options.initialBufferSize ?? 200);
    const urgent = new LogLevelFilterPredicate({ defaultLogLevel: LogLevel.critical });
    this.#temporaryObserver = new LogPublisher(
      this.#initialBuffer,
      new FilteringLogObserver(new FileLogObserver(errorStream, plainText), [urgent]),
    );
    publisher.addObserver(this.#temporaryObserver);
  }

  /**
   * Adds the observers to the publisher and tells them of the events so far. To be called once, by the program: a second call adds its
   * observers too, and logs a warning that says where both calls are.
   *
   * @example
   * globalLogBeginner.beginLoggingTo([textFileLogObserver(process.stdout)]);
   */
  beginLoggingTo(observers: Iterable<LogObserver>, options: BeginLoggingOptions = {}): void {
    const now = placeOfCaller();
    const added = [...observers];
    for (const observer of added) requireObserver(observer);
    for (const observer of added) this.#publisher.addObserver(observer);
    if (this.#temporaryObserver === undefined) {
      const then = this.#previous;
      this.#publisher({
        fileNow: now.file,
        lineNow: now.line,
        fileThen: then.file,
        lineThen: then.line,
        logFormat: MORE_THAN_ONCE,
        logLevel: LogLevel.warn,
        logNamespace: "hawser.logger",
        logTime: wallClockSeconds(),
      });
    } else {
      this.#publisher.removeObserver(this.#temporaryObserver);
      this.#temporaryObserver = undefined;
      if (options.discardBuffer !== true) this.#initialBuffer.replayTo(this.#publisher);
    }
    this.#previous = now;
  }
}

function plainText(event: Parameters<LogObserver>[0]): string {
  return `${eventAsText(event, { includeTimestamp: false, includeSystem: false })}\n`;
}

interface Place {
  readonly file: string;
  readonly line: number;
}

/** The file and line that called the caller of this. */
function placeOfCaller(): Place {
  // The message, this function and its caller stand above.
  const frame = new Error("Where am I?").stack?.split("\n")[3] ?? "";
  const match = /\(?([^\s(]+):(\d+):\d+\)?$/.exec(frame);
  return { file: match?.[1] ?? "<unknown>", line: Number(match?.[2] ?? 0) };
}

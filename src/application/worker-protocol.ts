/**
 * What a group sees of one of its workers: what it tells in lines of JSON, and what it writes, which is logged. A line of standard error that begins with a record separator is
 * an event of its log, as `jsonFileLogObserver` writes it, and is logged as such.
 */
import type { Failure } from "../deferred/failure.ts";
import { eventFromJSON } from "../logger/event-from-json.ts";
import type { LogEvent } from "../logger/log-event.ts";
import { LogLevel } from "../logger/log-level.ts";
import type { Logger } from "../logger/logger.ts";
import { ProcessExitedAlready } from "../process/errors.ts";
import type { ProcessTransport } from "../process/process-transport.ts";
import type { ProcessProtocolLike } from "../protocol/process-protocol.ts";
import { LogLines, LoggingProtocol } from "./logging-protocol.ts";
import { TELLING_FD } from "./worker-environment.ts";
import type { WorkerNews } from "./worker-environment.ts";

export interface WorkerEvents {
  told(news: WorkerNews): void;
  ended(reason: Failure): void;
}

const RECORD_SEPARATOR = 0x1e;

export class WorkerProtocol implements ProcessProtocolLike {
  readonly #name: string;
  readonly #log: Logger;
  readonly #logging: LoggingProtocol;
  readonly #news: LogLines;
  #transport: ProcessTransport | undefined = undefined;

  constructor(name: string, log: Logger, events: WorkerEvents) {
    this.#name = name;
    this.#log = log;
    this.#logging = new LoggingProtocol({
      name,
      log,
      takes: (line, stream) => stream === "stderr" && this.#isEvent(line),
      ended: (reason) => events.ended(reason),
    });
    this.#news = new LogLines((line) => {
      try {
        events.told(JSON.parse(line.toString()) as WorkerNews);
      } catch (error) {
        log.failure("Cannot read what {name} tells", error, { name });
      }
    });
  }

  get pid(): number | null {
    return this.#transport?.pid ?? null;
  }

  /** Does nothing where the process has ended. */
  signal(name: "TERM" | "KILL"): void {
    try {
      this.#transport?.signalProcess(name);
    } catch (error) {
      if (!(error instanceof ProcessExitedAlready)) throw error;
    }
  }

  /** Lets it know that its group waits for it no longer. */
  abandon(): void {
    this.#transport?.closeStdin();
  }

  makeConnection(transport: ProcessTransport): void {
    this.#transport = transport;
    this.#logging.makeConnection(transport);
  }

  childDataReceived(childFD: number, data: Buffer): void {
    if (childFD === TELLING_FD) this.#news.take(data);
    else this.#logging.childDataReceived(childFD, data);
  }

  childConnectionLost(childFD: number): void {
    this.#logging.childConnectionLost(childFD);
  }

  processExited(reason: Failure): void {
    this.#logging.processExited(reason);
  }

  processEnded(reason: Failure): void {
    this.#logging.processEnded(reason);
  }

  #isEvent(line: Buffer): boolean {
    if (line[0] !== RECORD_SEPARATOR) return false;
    let event: LogEvent;
    try {
      event = eventFromJSON(line.toString("utf8", 1));
    } catch {
      // It was cut, for it was too long.
      return false;
    }
    const { logNamespace = "-", logLevel } = event;
    const level = logLevel instanceof LogLevel ? logLevel.name : "-";
    this.#log.observer({ ...event, tag: this.#name, logSystem: `${this.#name} ${logNamespace}#${level}` });
    return true;
  }
}

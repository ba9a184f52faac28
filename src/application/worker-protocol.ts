/** What a group sees of one of its workers: what it writes is logged, and it says when it is ready. */
import type { Failure } from "../deferred/failure.ts";
import type { Logger } from "../logger/logger.ts";
import { ProcessExitedAlready } from "../process/errors.ts";
import type { ProcessTransport } from "../process/process-transport.ts";
import type { ProcessProtocolLike } from "../protocol/process-protocol.ts";
import { LoggingProtocol } from "./logging-protocol.ts";
import { READY_FD } from "./worker-environment.ts";

export interface WorkerEvents {
  ready(): void;
  ended(reason: Failure): void;
}

export class WorkerProtocol implements ProcessProtocolLike {
  readonly #events: WorkerEvents;
  readonly #logging: LoggingProtocol;
  #transport: ProcessTransport | undefined = undefined;
  #isReady = false;

  constructor(name: string, log: Logger, events: WorkerEvents) {
    this.#events = events;
    this.#logging = new LoggingProtocol({ name, log, ended: (reason) => events.ended(reason) });
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

  makeConnection(transport: ProcessTransport): void {
    this.#transport = transport;
    this.#logging.makeConnection(transport);
  }

  childDataReceived(childFD: number, data: Buffer): void {
    if (childFD !== READY_FD) {
      this.#logging.childDataReceived(childFD, data);
    } else if (!this.#isReady) {
      this.#isReady = true;
      this.#events.ready();
    }
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
}

/**
 * Puts together what is written in one go.
 *
 * A protocol that answers a request writes a header, then a body, then a delimiter; each would be a system call. So a connection
 * keeps what is written to it, and is noted here; when the event that is being dispatched is over, all noted connections send.
 * What is written outside of events is sent as soon as the code that wrote it is done.
 */

/** Something that keeps what is written until it is told to send. */
export interface Flushable {
  flush(): void;
}

/** What the connections of a reactor have done so far, in numbers that only grow. */
export class Traffic {
  connectionsMade = 0;
  connectionsLost = 0;
  bytesReceived = 0;
  /** Bytes that were written; what the system has not taken yet included. */
  bytesSent = 0;
  /** How many times the reactor was woken by events of connections, and how many events these were. */
  batches = 0;
  events = 0;
}

export class WriteBatch {
  /** What the connections that share this batch have done. */
  readonly traffic: Traffic = new Traffic();
  #noted: Flushable[] = [];
  #depth = 0;
  #scheduled = false;
  readonly #flushed: () => void;

  /** `flushed` is called each time when all noted connections have sent. */
  constructor(flushed: () => void = () => {}) {
    this.#flushed = flushed;
  }

  /** Notes a connection, once until it is flushed. */
  note(connection: Flushable): void {
    this.#noted.push(connection);
    if (this.#depth > 0 || this.#scheduled) return;
    this.#scheduled = true;
    process.nextTick(this.#flushLater);
  }

  /** An event begins, or so many at once: writes are kept until the `leave` that goes with it. */
  enter(events: number = 1): void {
    if (this.#depth++ > 0) return;
    this.traffic.batches++;
    this.traffic.events += events;
  }

  leave(): void {
    this.#depth--;
    if (this.#depth === 0 && this.#noted.length > 0) this.#flush();
  }

  readonly #flushLater = (): void => {
    this.#scheduled = false;
    this.#flush();
  };

  #flush(): void {
    while (this.#noted.length > 0) {
      const noted = this.#noted;
      this.#noted = [];
      for (const connection of noted) connection.flush();
    }
    this.#flushed();
  }
}

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

export class WriteBatch {
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

  /** An event begins: writes are kept until the `leave` that goes with it. */
  enter(): void {
    this.#depth++;
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

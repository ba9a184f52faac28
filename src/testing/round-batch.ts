/** The write batch of a pair in memory: what is written waits for the next round, whether an event is being dispatched or not. */
import { WriteBatch } from "../transport/write-batch.ts";
import type { Flushable } from "../transport/write-batch.ts";

export class RoundBatch extends WriteBatch {
  readonly #wake: () => void;
  #noted: Flushable[] = [];

  /** `wake` is called when there is something to flush. */
  constructor(wake: () => void) {
    super();
    this.#wake = wake;
  }

  override note(connection: Flushable): void {
    this.#noted.push(connection);
    this.#wake();
  }

  override enter(): void {}

  override leave(): void {}

  /** Lets all noted connections send. */
  flush(): void {
    const noted = this.#noted;
    this.#noted = [];
    for (const connection of noted) connection.flush();
  }
}

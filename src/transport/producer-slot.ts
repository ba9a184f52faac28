/** The place in a consumer where its producer is registered, and what the consumer tells it. */
import { inspect } from "node:util";
import { InvalidStateError } from "../errors.ts";
import type { PullProducer, PushProducer } from "./producer.ts";

export class ProducerSlot {
  #producer: PushProducer | PullProducer | undefined = undefined;
  #streaming = false;
  #paused = false;

  get occupied(): boolean {
    return this.#producer !== undefined;
  }

  /** Whether the producer waits to be asked for each piece. */
  get pulls(): boolean {
    return this.#producer !== undefined && !this.#streaming;
  }

  /** Takes a producer; a pull producer is to be asked with `wantsMore` afterwards. */
  register(producer: PushProducer | PullProducer, streaming: boolean): void {
    if (this.#producer !== undefined) {
      throw new InvalidStateError(
        `Cannot register ${inspect(producer, { depth: 0 })}: ${inspect(this.#producer, { depth: 0 })} is registered, expected it to be unregistered first`,
      );
    }
    this.#producer = producer;
    this.#streaming = streaming;
    this.#paused = false;
  }

  unregister(): void {
    this.#producer = undefined;
  }

  /** The consumer has more than it can send. */
  tooMuch(): void {
    if (this.#producer === undefined || !this.#streaming || this.#paused) return;
    this.#paused = true;
    (this.#producer as PushProducer).pauseProducing();
  }

  /** The consumer has sent everything. */
  wantsMore(): void {
    if (this.#producer === undefined || (this.#streaming && !this.#paused)) return;
    this.#paused = false;
    this.#producer.resumeProducing();
  }

  /** The consumer is to close when the producer is done. */
  disconnecting(): void {
    if (this.#streaming) (this.#producer as PushProducer | undefined)?.consumerDisconnecting?.();
  }

  /** The consumer will take no more. */
  stop(): void {
    const producer = this.#producer;
    this.#producer = undefined;
    producer?.stopProducing();
  }
}

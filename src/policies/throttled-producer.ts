/**
 * A producer that two hold: its consumer, who pauses and resumes it as usual, and a throttle. It produces when both let it. What one of them says is
 * never undone by the other.
 */
import type { PullProducer, PushProducer } from "../transport/producer.ts";

export class ThrottledProducer implements PushProducer {
  readonly #producer: PushProducer | PullProducer;
  readonly #streaming: boolean;
  #throttled: boolean;
  /** Whether the consumer wants more; of a pull producer, whether it has asked for a piece that has not been made. */
  #wanted: boolean;

  constructor(producer: PushProducer | PullProducer, streaming: boolean, throttled: boolean) {
    this.#producer = producer;
    this.#streaming = streaming;
    this.#throttled = false;
    this.#wanted = streaming;
    if (throttled) this.throttle();
  }

  pauseProducing(): void {
    this.#wanted = false;
    if (!this.#throttled && this.#streaming) (this.#producer as PushProducer).pauseProducing();
  }

  resumeProducing(): void {
    this.#wanted = true;
    if (!this.#throttled) this.#resume();
  }

  consumerDisconnecting(): void {
    (this.#producer as PushProducer).consumerDisconnecting?.();
  }

  stopProducing(): void {
    this.#producer.stopProducing();
  }

  throttle(): void {
    if (this.#throttled) return;
    this.#throttled = true;
    if (this.#wanted && this.#streaming) (this.#producer as PushProducer).pauseProducing();
  }

  unthrottle(): void {
    if (!this.#throttled) return;
    this.#throttled = false;
    if (this.#wanted) this.#resume();
  }

  #resume(): void {
    if (!this.#streaming) this.#wanted = false;
    this.#producer.resumeProducing();
  }
}

/** A pull producer for tests of consumers. */
import { Deferred } from "../deferred/deferred.ts";
import { InvalidStateError } from "../errors.ts";
import type { Consumer, PullProducer } from "../transport/producer.ts";

const PIECES = 10;

/**
 * Writes the numbers 0 to 9, one each time it is asked, and unregisters itself. A consumer that asks once more, or tells it to pause, gets
 * an `InvalidStateError`.
 *
 * @example
 * const transport = new StringTransport();
 * const producer = new NonStreamingProducer(transport);
 * transport.registerProducer(producer, false);
 * for (let i = 0; i < 10; i++) producer.resumeProducing();
 * assert.equal(transport.value(), "0123456789");
 */
export class NonStreamingProducer implements PullProducer {
  /** How many pieces have been written. */
  counter: number = 0;
  /** Whether `stopProducing` has been called. */
  stopped: boolean = false;
  /** Fires when everything is written, or when the consumer wants no more. */
  readonly result: Deferred<void> = new Deferred<void>();
  #consumer: Pick<Consumer, "write" | "unregisterProducer"> | undefined;

  constructor(consumer: Pick<Consumer, "write" | "unregisterProducer">) {
    this.#consumer = consumer;
  }

  resumeProducing(): void {
    const consumer = this.#consumer;
    if (consumer === undefined) {
      throw new InvalidStateError(
        "Cannot resume the producer: it has been unregistered or stopped, expected no more calls then",
      );
    }
    consumer.write(String(this.counter));
    this.counter++;
    if (this.counter < PIECES) return;
    consumer.unregisterProducer();
    this.#done();
  }

  /** What a push producer has: never to be called on this one. */
  pauseProducing(): never {
    throw new InvalidStateError("Cannot pause the producer: it is a pull producer, expected only resumeProducing");
  }

  stopProducing(): void {
    this.stopped = true;
    this.#done();
  }

  #done(): void {
    this.#consumer = undefined;
    if (!this.result.called) this.result.callback();
  }
}

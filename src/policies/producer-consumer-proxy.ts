/** Somebody between a producer and a consumer, who is a consumer to the one and a producer to the other. */
import type { Consumer, PullProducer, PushProducer } from "../transport/producer.ts";

/** How many bytes may be kept before a push producer is told to pause. */
const BUFFER_SIZE = 64 * 1024;

/**
 * Passes on what is written, and pausing and resuming the other way. While it is paused, it keeps what is written: as much as the producer goes on to write.
 *
 * @example
 * import { StringTransport } from "hawser/testing";
 * const transport = new StringTransport();
 * const proxy = new BasicProducerConsumerProxy(transport);
 * proxy.pauseProducing();
 * proxy.write("kept");
 * assert.equal(transport.value(), "");
 * proxy.resumeProducing();
 * assert.equal(transport.value(), "kept");
 */
export class BasicProducerConsumerProxy implements Consumer, PushProducer {
  /** Who gets what is written; `null` where there is nobody any more. */
  consumer: Consumer | null;
  /** Who writes; `null` where there is nobody. */
  producer: PushProducer | PullProducer | null = null;
  producerIsStreaming: boolean | null = null;
  paused = false;
  protected kept: Buffer[] = [];

  constructor(consumer: Consumer | null) {
    this.consumer = consumer;
    consumer?.registerProducer(this, true);
  }

  pauseProducing(): void {
    this.paused = true;
    this.pauseProducer();
  }

  resumeProducing(): void {
    this.paused = false;
    const kept = this.kept;
    this.kept = [];
    if (kept.length > 0) this.consumer?.write(Buffer.concat(kept));
    this.producer?.resumeProducing();
  }

  stopProducing(): void {
    this.producer?.stopProducing();
    this.consumer = null;
    this.kept = [];
  }

  write(data: string | Uint8Array): void {
    // It may be lent.
    if (this.paused) this.kept.push(Buffer.from(data as string));
    else this.consumer?.write(data);
  }

  registerProducer(producer: PushProducer | PullProducer, streaming: boolean): void {
    this.producer = producer;
    this.producerIsStreaming = streaming;
  }

  unregisterProducer(): void {
    this.producer = null;
    this.producerIsStreaming = null;
    this.consumer?.unregisterProducer();
  }

  protected pauseProducer(): void {
    // A pull producer writes when it is asked, and so it waits of its own accord.
    if (this.producerIsStreaming === true) (this.producer as PushProducer).pauseProducing();
  }
}

/**
 * The same with a buffer that has an end: the producer is paused when that is full, and not before. It is done for the consumer when all that was kept is
 * written.
 *
 * @example
 * import { StringTransport } from "hawser/testing";
 * const proxy = new ProducerConsumerProxy(new StringTransport());
 * proxy.bufferSize = 1024;
 */
export class ProducerConsumerProxy extends BasicProducerConsumerProxy {
  /** How many bytes are kept before the producer is paused. */
  bufferSize: number = BUFFER_SIZE;
  #bytesKept = 0;
  /** The producer: whether it writes, waits for us, or is done. */
  #producing: "yes" | "paused" | "unregistered" = "yes";

  override pauseProducing(): void {
    this.paused = true;
  }

  override resumeProducing(): void {
    this.paused = false;
    const kept = this.kept;
    this.kept = [];
    this.#bytesKept = 0;
    if (kept.length > 0) this.consumer?.write(Buffer.concat(kept));
    if (this.#producing === "unregistered") {
      if (kept.length > 0) this.consumer?.unregisterProducer();
    } else if (this.#producing === "paused" || this.producerIsStreaming === false) {
      this.#producing = "yes";
      this.producer?.resumeProducing();
    }
  }

  override write(data: string | Uint8Array): void {
    super.write(data);
    if (!this.paused) return;
    this.#bytesKept += this.kept.at(-1)!.length;
    if (this.#bytesKept < this.bufferSize || this.producerIsStreaming !== true) return;
    this.#producing = "paused";
    this.pauseProducer();
  }

  override registerProducer(producer: PushProducer | PullProducer, streaming: boolean): void {
    super.registerProducer(producer, streaming);
    this.#producing = "yes";
    if (!streaming) producer.resumeProducing();
  }

  override unregisterProducer(): void {
    this.producer = null;
    this.producerIsStreaming = null;
    this.#producing = "unregistered";
    if (this.kept.length === 0) this.consumer?.unregisterProducer();
  }
}

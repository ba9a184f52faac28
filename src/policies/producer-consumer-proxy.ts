/** Somebody between a producer and a consumer, who is a consumer to the one and a producer to the other. */
import type { Consumer, PullProducer, PushProducer } from "../transport/producer.ts";

/** How many bytes may be kept before a push producer is told to pause. */
const BUFFER_SIZE = 64 * 1024;

export interface ProxyOptions {
  /**
   * Whether the consumer is to pause it and resume it, as a push producer. Otherwise it is a pull producer: it writes once each time it is asked, and
   * keeps the rest. `true` unless told otherwise.
   */
  readonly iAmStreaming?: boolean;
}

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
  readonly iAmStreaming: boolean;
  /** Who gets what is written; `null` where there is nobody any more. */
  consumer: Consumer | null;
  /** Who writes; `null` where there is nobody. */
  producer: PushProducer | PullProducer | null = null;
  producerIsStreaming: boolean | null = null;
  paused = false;
  /** Of a pull producer, whether the consumer has asked for what has not come yet. */
  outstandingPull = false;
  protected kept: Buffer[] = [];

  constructor(consumer: Consumer | null, { iAmStreaming = true }: ProxyOptions = {}) {
    this.iAmStreaming = iAmStreaming;
    this.consumer = consumer;
    consumer?.registerProducer(this, iAmStreaming);
  }

  pauseProducing(): void {
    this.paused = true;
    // A pull producer writes when it is asked, and so it waits of its own accord: as a rule it cannot be paused.
    (this.producer as Partial<PushProducer> | null)?.pauseProducing?.();
  }

  resumeProducing(): void {
    this.paused = false;
    if (this.kept.length > 0) this.writeKept();
    else if (!this.iAmStreaming) this.outstandingPull = true;
    this.producer?.resumeProducing();
  }

  /** The consumer is to close, and waits for the producer to be done. */
  consumerDisconnecting(): void {
    if (this.producerIsStreaming === true) (this.producer as PushProducer).consumerDisconnecting?.();
  }

  stopProducing(): void {
    this.producer?.stopProducing();
    this.consumer = null;
  }

  write(data: string | Uint8Array): void {
    if (this.paused || (!this.iAmStreaming && !this.outstandingPull)) {
      // It may be lent.
      this.kept.push(Buffer.from(data as string));
    } else if (this.consumer !== null) {
      this.outstandingPull = false;
      this.consumer.write(data);
    }
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

  /** Writes what was kept, and answers how many bytes that were. */
  protected writeKept(): number {
    const { kept, consumer } = this;
    this.kept = [];
    if (kept.length === 0 || consumer === null) return 0;
    const data = Buffer.concat(kept);
    consumer.write(data);
    return data.length;
  }
}

/**
 * The same with a buffer that has an end: the producer is paused when that is full, and not before. It is done for the consumer when all that was kept is
 * written. A pull producer goes with `iAmStreaming: false`.
 *
 * @example
 * import { StringTransport } from "hawser/testing";
 * const proxy = new ProducerConsumerProxy(new StringTransport());
 * proxy.bufferSize = 1024;
 */
export class ProducerConsumerProxy extends BasicProducerConsumerProxy {
  /** How many bytes are kept before the producer is paused. */
  bufferSize: number = BUFFER_SIZE;
  /** Whether the producer was told to wait until there is room. */
  producerPaused = false;
  /** Whether the producer is done. */
  unregistered = false;
  #bytesKept = 0;

  override pauseProducing(): void {
    this.paused = true;
  }

  override resumeProducing(): void {
    this.paused = false;
    const bytesSent = this.writeKept();
    if (this.unregistered && bytesSent > 0) this.consumer?.unregisterProducer();
    if (!this.iAmStreaming) this.outstandingPull = bytesSent === 0;
    if (this.producer === null) return;
    if (this.producerPaused && this.#bytesKept < this.bufferSize) {
      this.producerPaused = false;
      this.producer.resumeProducing();
    } else if (this.outstandingPull) this.producer.resumeProducing();
  }

  override write(data: string | Uint8Array): void {
    const count = this.kept.length;
    super.write(data);
    if (this.kept.length > count) this.#bytesKept += this.kept.at(-1)!.length;
    if (this.#bytesKept < this.bufferSize || this.producerIsStreaming !== true) return;
    (this.producer as PushProducer).pauseProducing();
    this.producerPaused = true;
  }

  override registerProducer(producer: PushProducer | PullProducer, streaming: boolean): void {
    super.registerProducer(producer, streaming);
    this.unregistered = false;
    if (!streaming) producer.resumeProducing();
  }

  override unregisterProducer(): void {
    this.producer = null;
    this.producerIsStreaming = null;
    this.unregistered = true;
    if (this.kept.length === 0) this.consumer?.unregisterProducer();
  }

  protected override writeKept(): number {
    this.#bytesKept = 0;
    return super.writeKept();
  }
}

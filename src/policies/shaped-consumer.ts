/** A consumer that lets through as many bytes as its bucket takes, and keeps the rest until there is room. */
import type { DelayedCallLike, ReactorTime } from "../clock/reactor-time.ts";
import type { Consumer, PullProducer, PushProducer } from "../transport/producer.ts";
import type { Bucket } from "./bucket.ts";

/** How many bytes may be kept before a push producer is told to pause. */
const BUFFER_SIZE = 64 * 1024;
/** How long it waits at least, in seconds, so that bytes do not trickle out one by one. */
const SHORTEST_WAIT = 0.01;

/**
 * Shapes what is written to a consumer. It is the producer of that, and has a producer of its own.
 *
 * @example
 * import { Clock } from "hawser/clock";
 * import { StringTransport } from "hawser/testing";
 * const clock = new Clock();
 * const transport = new StringTransport();
 * const shaped = new ShapedConsumer(transport, new Bucket(clock, { rate: 5, maxburst: 5 }), clock);
 * shaped.write("0123456789");
 * assert.equal(transport.value(), "01234");
 * clock.advance(1);
 * assert.equal(transport.value(), "0123456789");
 */
export class ShapedConsumer implements Consumer, PushProducer {
  readonly consumer: Consumer;
  readonly bucket: Bucket;
  readonly #clock: Pick<ReactorTime, "callLater">;
  #kept: Buffer[] = [];
  #bytesKept = 0;
  #producer: PushProducer | PullProducer | undefined = undefined;
  #streaming = false;
  #producerWaits = false;
  #timer: DelayedCallLike | undefined = undefined;
  /** `"ending"`: when all is written, nothing follows. */
  #state: "open" | "paused" | "ending" | "ended" = "open";
  #isWriting = false;
  #whenWritten: () => void = () => {};

  constructor(consumer: Consumer, bucket: Bucket, clock: Pick<ReactorTime, "callLater">) {
    this.consumer = consumer;
    this.bucket = bucket;
    this.#clock = clock;
    bucket.users++;
    consumer.registerProducer(this, true);
  }

  write(data: string | Uint8Array): void {
    const isOver = this.#state === "ended" || (this.#state === "ending" && this.#producer === undefined);
    if (isOver || data.length === 0) return;
    const bytes = Buffer.from(data as string);
    this.#kept.push(bytes);
    this.#bytesKept += bytes.length;
    this.#writeSome();
    if (this.#bytesKept <= BUFFER_SIZE || this.#producerWaits || !this.#streaming) return;
    this.#producerWaits = true;
    (this.#producer as PushProducer | undefined)?.pauseProducing();
  }

  /** Writes what is kept, for something else is to follow that does not come through here. It counts, as far as the bucket takes it. */
  writeKept(): void {
    for (let first = this.#kept[0]; first !== undefined; first = this.#kept[0]) {
      this.bucket.add(first.length);
      this.#let(first, first.length);
    }
  }

  registerProducer(producer: PushProducer | PullProducer, streaming: boolean): void {
    if (this.#state === "ended") {
      producer.stopProducing();
      return;
    }
    this.#producer = producer;
    this.#streaming = streaming;
    this.#producerWaits = false;
    if (!streaming) this.#writeSome();
  }

  unregisterProducer(): void {
    this.#producer = undefined;
    this.#streaming = false;
    this.#producerWaits = false;
    if (this.#state === "ending") this.#endIfWritten();
  }

  pauseProducing(): void {
    if (this.#state === "open") this.#state = "paused";
  }

  resumeProducing(): void {
    if (this.#state === "paused") this.#state = "open";
    this.#writeSome();
  }

  /** The consumer takes no more. */
  stopProducing(): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#kept = [];
    this.#bytesKept = 0;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.bucket.users--;
    const producer = this.#producer;
    this.#producer = undefined;
    producer?.stopProducing();
  }

  /** Takes no more but from its producer, and calls `then` when all is written and the producer is done. */
  end(then: () => void): void {
    if (this.#state === "ended") {
      then();
      return;
    }
    const before = this.#whenWritten;
    this.#whenWritten = () => {
      before();
      then();
    };
    this.#state = "ending";
    if (!this.#isWriting) this.#endIfWritten();
  }

  /** Writes what fits, and asks for more. Whoever writes when he is asked comes back here; it goes on where it was. */
  #writeSome(): void {
    if (this.#isWriting) return;
    this.#isWriting = true;
    do this.#writeWhatFits();
    while (this.#wantsMore());
    this.#isWriting = false;
    if (this.#state === "ending") this.#endIfWritten();
  }

  #writeWhatFits(): void {
    while (this.#bytesKept > 0 && this.#mayWrite()) {
      const [first] = this.#kept;
      const allowed = this.bucket.addWhole(first!.length);
      if (allowed > 0) this.#let(first!, allowed);
      if (allowed < first!.length) this.#waitForRoom();
    }
  }

  #mayWrite(): boolean {
    return this.#timer === undefined && (this.#state === "open" || this.#state === "ending");
  }

  #let(bytes: Buffer, allowed: number): void {
    if (allowed === bytes.length) this.#kept.shift();
    else this.#kept[0] = bytes.subarray(allowed);
    this.#bytesKept -= allowed;
    this.consumer.write(bytes.subarray(0, allowed));
  }

  #waitForRoom(): void {
    // Where other connections took the room meanwhile, it waits again.
    const seconds = Math.max(SHORTEST_WAIT, this.bucket.secondsUntilRoom(Math.min(this.#bytesKept, BUFFER_SIZE)));
    this.#timer = this.#clock.callLater(seconds, () => {
      this.#timer = undefined;
      this.#writeSome();
    });
  }

  /** Asks for more where there is room; answers whether something came of it. */
  #wantsMore(): boolean {
    const producer = this.#producer;
    if (producer === undefined || !this.#mayWrite()) return false;
    if (this.#streaming ? !this.#producerWaits || this.#bytesKept > BUFFER_SIZE / 2 : this.#bytesKept > 0) return false;
    this.#producerWaits = false;
    producer.resumeProducing();
    return this.#bytesKept > 0;
  }

  #endIfWritten(): void {
    if (this.#bytesKept > 0 || this.#producer !== undefined || this.#state === "ended") return;
    this.#state = "ended";
    this.bucket.users--;
    this.consumer.unregisterProducer();
    this.#whenWritten();
  }
}

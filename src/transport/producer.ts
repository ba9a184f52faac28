/**
 * Flow control. A producer makes bytes, a consumer takes them; the consumer tells its producer when to hold and when to go on.
 *
 * A push producer makes bytes until it is told to pause. A pull producer makes one piece each time it is told to resume.
 */

/** What every producer can do. */
export interface Producer {
  /** Stops for good: the consumer will take no more. */
  stopProducing(): void;
}

/** Produces until it is paused. */
export interface PushProducer extends Producer {
  pauseProducing(): void;
  resumeProducing(): void;
  /**
   * The consumer has been told to close, and waits for this producer to be unregistered. One that has no end of its own, such as another connection, ends here, or the
   * consumer stays open.
   */
  consumerDisconnecting?(): void;
}

/** Produces one piece each time `resumeProducing` is called. */
export interface PullProducer extends Producer {
  resumeProducing(): void;
}

/** Takes bytes, and tells its producer when. */
export interface Consumer {
  /** Names the producer to be paused and resumed (`streaming`), or to be asked for each piece (not `streaming`). */
  registerProducer(producer: PushProducer, streaming: true): void;
  registerProducer(producer: PullProducer, streaming: false): void;
  registerProducer(producer: PushProducer | PullProducer, streaming: boolean): void;
  /** There will be no more from the producer. */
  unregisterProducer(): void;
  write(data: string | Uint8Array): void;
}

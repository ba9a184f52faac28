/**
 * Any transport as the handle of a stream connection: so that what works over handles, TLS for one, works over whatever somebody has made
 * that looks like a transport.
 *
 * How much a transport has not sent yet it does not say; only that it is too much, and later that it is not, to a producer. So there is
 * one, while somebody wants to know.
 */
import type { Failure } from "../deferred/failure.ts";
import { setImmediate } from "../runtime.ts";
import type { PushProducer } from "../transport/producer.ts";
import { ConnectionDone } from "../transport/errors.ts";
import type { StreamEvents, StreamHandle } from "../transport/stream-handle.ts";
import type { HalfCloseableTransport, Transport } from "../transport/transport.ts";

/** What is said to be unsent where it is too much: more than anybody lets wait. */
const TOO_MUCH = 1024 * 1024;

export class TransportHandle implements StreamHandle, PushProducer {
  #transport: Transport | undefined = undefined;
  #events: StreamEvents | undefined = undefined;
  #isReading = true;
  #hasEnded = false;
  #isLost = false;
  #isWatching = false;
  #isBackedUp = false;
  #reportsEachDrain = false;
  #reportUnderway = false;

  connect(events: StreamEvents): void {
    this.#events = events;
  }

  /** From now on this is about `transport`, which delivers already. */
  over(transport: Transport): void {
    this.#transport = transport;
  }

  /** Whether somebody wants to know when the transport has too much. */
  watch(enabled: boolean): void {
    const transport = this.#transport;
    if (this.#isWatching === enabled || transport === undefined) return;
    this.#isWatching = enabled;
    this.#isBackedUp = false;
    if (enabled) transport.registerProducer(this, true);
    else transport.unregisterProducer();
  }

  // What the layer above asks for.

  get unsent(): number {
    return this.#isBackedUp ? TOO_MUCH : 0;
  }

  send(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) this.#transport!.write(piece);
    if (this.#reportsEachDrain && !this.#isBackedUp) this.#reportSoon();
  }

  reportEachDrain(enabled: boolean): void {
    this.#reportsEachDrain = enabled;
  }

  startReading(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    this.#transport!.resumeProducing();
  }

  stopReading(): void {
    if (!this.#isReading) return;
    this.#isReading = false;
    this.#transport!.pauseProducing();
  }

  endWriting(): void {
    this.watch(false);
    (this.#transport as Partial<HalfCloseableTransport>).loseWriteConnection?.();
    process.nextTick(() => this.#events!.writingEnded());
  }

  closeGracefully(): void {
    this.watch(false);
    this.#transport!.loseConnection();
  }

  /** Politely, if that can be done at once. */
  close(): void {
    this.closeGracefully();
    setImmediate(() => !this.#isLost && this.#transport!.abortConnection());
  }

  reset(): void {
    this.watch(false);
    this.#transport!.abortConnection();
  }

  // What the transport calls, as a protocol is called.

  get borrowsData(): boolean {
    return this.#events?.protocol.borrowsData === true;
  }

  dataReceived(data: Buffer): void {
    this.#events!.received(data);
  }

  readConnectionLost(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#events!.readingEnded();
  }

  connectionLost(reason: Failure): void {
    this.#isLost = true;
    const isClean = reason.check(ConnectionDone) !== null;
    if (isClean) this.readConnectionLost();
    this.#events!.closed(isClean ? undefined : (reason.value as Error));
  }

  // What the transport tells its producer.

  pauseProducing(): void {
    this.#isBackedUp = true;
  }

  resumeProducing(): void {
    if (!this.#isBackedUp) return;
    this.#isBackedUp = false;
    this.#events!.drained();
  }

  stopProducing(): void {
    this.#isWatching = false;
    this.#isBackedUp = false;
  }

  /** Never at once: whoever is told may write at once. */
  #reportSoon(): void {
    if (this.#reportUnderway) return;
    this.#reportUnderway = true;
    setImmediate(() => {
      this.#reportUnderway = false;
      if (this.#reportsEachDrain && !this.#isBackedUp) this.#events!.drained();
    });
  }
}

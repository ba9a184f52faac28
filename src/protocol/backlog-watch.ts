/**
 * Notices when a peer does not read what it is sent.
 *
 * Transports tell that to a producer that is registered with them, and to be one all the time makes every write slower. So one is registered for
 * a single write now and then, and stays only where the transport says that too much is waiting.
 */
import { InvalidStateError } from "../errors.ts";
import type { PushProducer } from "../transport/producer.ts";
import type { Transport } from "../transport/transport.ts";

/** How many bytes are written without a look. Transports find as many too much. */
const BETWEEN_LOOKS = 64 * 1024;

export class BacklogWatch implements PushProducer {
  /** Whether more is waiting to be sent than is good. */
  isFull = false;
  readonly #drained: () => void;
  #transport: Transport | undefined = undefined;
  #unseen = 0;

  /** `drained` is called when what was too much has been sent. */
  constructor(drained: () => void) {
    this.#drained = drained;
  }

  /** Writes to the transport, and finds out whether that is too much. */
  write(transport: Transport, bytes: Uint8Array): void {
    this.#unseen += bytes.length;
    const looks = this.#unseen >= BETWEEN_LOOKS && !this.isFull && this.#register(transport);
    transport.write(bytes);
    if (!looks) return;
    this.#unseen = 0;
    if (!this.isFull) this.release();
  }

  /** Gives up the place of the producer. */
  release(): void {
    const transport = this.#transport;
    this.#transport = undefined;
    this.isFull = false;
    transport?.unregisterProducer();
  }

  pauseProducing(): void {
    this.isFull = true;
  }

  resumeProducing(): void {
    if (!this.isFull) return;
    this.release();
    this.#drained();
  }

  stopProducing(): void {
    this.#transport = undefined;
    this.isFull = false;
  }

  #register(transport: Transport): boolean {
    this.#transport = transport;
    try {
      transport.registerProducer(this, true);
    } catch (error) {
      // Where somebody else is the producer, he minds how much is waiting.
      if (!(error instanceof InvalidStateError)) throw error;
      this.#transport = undefined;
    }
    return this.#transport !== undefined;
  }
}

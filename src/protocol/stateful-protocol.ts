/** A protocol that says, step by step, how many bytes it wants next and who takes them. */
import { ByteQueue } from "../bytes/byte-queue.ts";
import { InvalidStateError } from "../errors.ts";
import type { Transport } from "../transport/transport.ts";
import { BufferedReceiver } from "./buffered-receiver.ts";

/** Who takes the next bytes, and how many. It answers the next state, or nothing where this one stays. */
export type ProtocolState = readonly [receive: (data: Buffer) => ProtocolState | undefined | void, length: number];

const MAX_LENGTH = 16 * 1024 * 1024;

/**
 * Receives as many bytes as its state says: override `getInitialState`. The function of a state is called as a method of the protocol.
 *
 * @example
 * class Messages extends StatefulProtocol {
 *   override getInitialState(): ProtocolState {
 *     return [this.lengthReceived, 1];
 *   }
 *
 *   lengthReceived(data: Buffer): ProtocolState {
 *     return [this.messageReceived, data.readUInt8()];
 *   }
 *
 *   messageReceived(data: Buffer): ProtocolState {
 *     this.transport.write(data);
 *     return this.getInitialState();
 *   }
 * }
 * new Messages();
 */
export abstract class StatefulProtocol<T extends Transport = Transport> extends BufferedReceiver<T> {
  /** The most bytes that a state may want: what is kept for a peer who sends them slowly. */
  MAX_LENGTH: number = MAX_LENGTH;
  readonly #queue: ByteQueue = new ByteQueue();
  #state: ProtocolState | undefined = undefined;
  #broken = false;

  /** The state in which a connection begins; called when the first bytes arrive. */
  abstract getInitialState(): ProtocolState;

  /** Called when a state wants more than `MAX_LENGTH` bytes. Closes the connection unless it is overridden; nothing is received any more. */
  lengthLimitExceeded(_length: number): void {
    this.transport.loseConnection();
  }

  protected override _store(data: Buffer): void {
    if (!this.#broken) this.#queue.append(data, true);
  }

  protected override _takeAll(): Buffer {
    return this.#queue.takeAll();
  }

  protected override _own(): void {
    this.#queue.own();
  }

  protected override _deliver(): void {
    const queue = this.#queue;
    while (!this.paused && !this.#broken) {
      const [receive, length] = (this.#state ??= this.getInitialState());
      checkLength(length);
      if (length > this.MAX_LENGTH) {
        this.#tooLong(length);
        return;
      }
      if (length > queue.length) {
        queue.trim();
        return;
      }
      const next = receive.call(this, queue.take(length));
      if (next !== undefined) this.#state = next;
      else if (length === 0)
        throw new InvalidStateError("Cannot stay in a state of 0 bytes: it would never end, expected another state");
      if (this.transport?.disconnecting) {
        this.#stop();
        return;
      }
    }
  }

  #tooLong(length: number): void {
    this.#stop();
    this.lengthLimitExceeded(length);
  }

  #stop(): void {
    this.#broken = true;
    this.#queue.skip(this.#queue.length);
  }
}

function checkLength(length: number): void {
  if (Number.isSafeInteger(length) && length >= 0) return;
  throw new RangeError(`Cannot wait for ${length} bytes: expected a whole number, 0 or more`);
}

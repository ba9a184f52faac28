/**
 * What all receivers of lines and strings have in common: the order in which things happen.
 *
 * A callback may pause the receiver, resume it, close the connection, or give it more bytes. Whatever it does, deliveries are never
 * nested: bytes that arrive during one are delivered after it, and a receiver that is paused delivers nothing, not even what it has
 * received already, until it is resumed.
 */
import type { PushProducer } from "../transport/producer.ts";
import type { Transport } from "../transport/transport.ts";
import { Protocol } from "./protocol.ts";

const NOTHING: Buffer = Buffer.alloc(0);

/**
 * A protocol that keeps what it cannot deliver yet. It is a push producer: register it, and not its transport, where a consumer is to
 * have a say in how fast lines or strings come.
 *
 * @example
 * class Lines extends LineReceiver {
 *   readonly lines: string[] = [];
 *
 *   override lineReceived(line: Buffer): void {
 *     this.lines.push(line.toString());
 *     this.paused = true;
 *   }
 * }
 * const receiver = new Lines();
 * receiver.dataReceived(Buffer.from("one\r\ntwo\r\n"));
 * assert.deepEqual(receiver.lines, ["one"]);
 */
export abstract class BufferedReceiver<T extends Transport = Transport> extends Protocol<T> implements PushProducer {
  /** Whether deliveries are held back. */
  paused = false;
  /** A receiver copies what it keeps, and what it delivers. One whose `dataReceived` is its own has to say for itself. */
  borrowsData: boolean = this.dataReceived === BufferedReceiver.prototype.dataReceived;
  #delivering = false;

  override dataReceived(data: Buffer): void {
    this._store(data);
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      this._deliver();
    } finally {
      this.#delivering = false;
      this._own();
    }
  }

  /** Gives up what has been received and not been delivered. */
  takeUndelivered(): Buffer {
    return this._takeAll();
  }

  /** Holds back deliveries, and stops the transport from reading. */
  pauseProducing(): void {
    this.paused = true;
    this.transport.pauseProducing();
  }

  /** Goes on, with what has been received meanwhile. */
  resumeProducing(): void {
    this.paused = false;
    this.transport.resumeProducing();
    this.dataReceived(NOTHING);
  }

  /** Delivers nothing more, and closes the connection. */
  stopProducing(): void {
    this.paused = true;
    this.transport.stopProducing();
  }

  /** Stores bytes, which are borrowed. The names of what only receivers override begin with an underscore: a program's methods may have any other. */
  protected abstract _store(data: Buffer): void;

  /** Takes out what is stored. */
  protected abstract _takeAll(): Buffer;

  /** Copies what is stored and still borrowed. */
  protected abstract _own(): void;

  /** Delivers what is stored, until there is no more or the receiver is paused. */
  protected abstract _deliver(): void;
}

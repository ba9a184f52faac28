/** A protocol that speaks in lines of bytes and in nothing else. */
import { LineSplitter } from "../bytes/line-splitter.ts";
import type { Transport } from "../transport/transport.ts";
import { BufferedReceiver } from "./buffered-receiver.ts";

const DELIMITER = "\r\n";
const MAX_LENGTH = 16_384;

/**
 * Receives lines as bytes, and has no raw mode: override `lineReceived`.
 *
 * @example
 * class Greeter extends LineOnlyReceiver {
 *   override lineReceived(line: Buffer): void {
 *     this.sendLine(`Hello, ${line.toString()}!`);
 *   }
 * }
 * new Greeter();
 */
export abstract class LineOnlyReceiver<T extends Transport = Transport> extends BufferedReceiver<T> {
  /** What lines end with. */
  delimiter: string | Uint8Array = DELIMITER;
  /** The longest line, without its end, that is taken. */
  MAX_LENGTH: number = MAX_LENGTH;
  readonly #lines: LineSplitter = new LineSplitter(DELIMITER, MAX_LENGTH);

  /** Called with each line, without its end. */
  abstract lineReceived(line: Buffer): void;

  /**
   * Called when a line is longer than `MAX_LENGTH`, with everything that has been received and not been delivered: the line begins it,
   * its end and more may be there or not. Closes the connection unless it is overridden.
   */
  lineLengthExceeded(_received: Buffer): void {
    this.transport.loseConnection();
  }

  /** Sends a line. Nobody looks for delimiters in it. */
  sendLine(line: string | Uint8Array): void {
    const { delimiter } = this;
    if (typeof line === "string" && typeof delimiter === "string") this.transport.write(line + delimiter);
    else this.transport.writeSequence([line, delimiter]);
  }

  protected override _store(data: Buffer): void {
    this.#lines.receive(data, true);
  }

  protected override _takeAll(): Buffer {
    return this.#lines.takeAll();
  }

  protected override _own(): void {
    this.#lines.own();
  }

  protected override _deliver(): void {
    const lines = this.#lines;
    while (!this.paused) {
      if (this.transport?.disconnecting) {
        lines.takeAll();
        return;
      }
      if (this.delimiter !== lines.delimiter) lines.delimiter = this.delimiter;
      lines.maxLength = this.MAX_LENGTH;
      const length = lines.nextLength();
      if (length === "needData") return;
      if (length === "tooLong") this.lineLengthExceeded(lines.takeAll());
      else this.lineReceived(lines.take(length));
    }
  }
}

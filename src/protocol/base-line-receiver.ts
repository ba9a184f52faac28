/** What protocols that speak in lines have in common, whatever a line is to them: bytes or text. */
import { LineSplitter } from "../bytes/line-splitter.ts";
import type { Transport } from "../transport/transport.ts";
import { BufferedReceiver } from "./buffered-receiver.ts";

const DELIMITER = "\r\n";
const MAX_LENGTH = 16_384;

/**
 * Receives lines, with stretches of raw bytes between them where it wants to.
 *
 * @example
 * class Upload extends LineReceiver {
 *   left = 0;
 *
 *   override lineReceived(line: Buffer): void {
 *     this.left = Number(line.toString());
 *     this.setRawMode();
 *   }
 *
 *   override rawDataReceived(data: Buffer): void {
 *     const mine = data.subarray(0, this.left);
 *     this.left -= mine.length;
 *     if (this.left === 0) this.setLineMode(data.subarray(mine.length));
 *   }
 * }
 * const upload = new Upload();
 * upload.dataReceived(Buffer.from("3\r\nabc5\r\nde"));
 * assert.equal(upload.left, 3);
 */
export abstract class BaseLineReceiver<T extends Transport = Transport> extends BufferedReceiver<T> {
  /** What lines end with. */
  delimiter: string | Uint8Array = DELIMITER;
  /** The longest line, without its end, that is taken. */
  MAX_LENGTH: number = MAX_LENGTH;
  /** Whether what is received is lines; else it is raw bytes. */
  lineMode = true;
  readonly #lines: LineSplitter = new LineSplitter(DELIMITER, MAX_LENGTH);

  /** Called in raw mode with whatever arrives. */
  rawDataReceived(_data: Buffer): void {
    throw new TypeError(
      `Cannot take raw bytes: ${this.constructor.name} has no rawDataReceived, expected it to be overridden`,
    );
  }

  /**
   * Called when a line is longer than `MAX_LENGTH`, with everything that has been received and not been delivered: the line begins it,
   * its end and more may be there or not. Closes the connection unless it is overridden; one that goes on may give what follows
   * the line to `setLineMode`.
   */
  lineLengthExceeded(_received: Buffer): void {
    this.transport.loseConnection();
  }

  /** From the next byte on, everything is raw. */
  setRawMode(): void {
    this.lineMode = false;
  }

  /** From the next byte on, everything is lines; `extra` are bytes that were taken as raw and are lines after all. */
  setLineMode(extra?: Buffer): void {
    this.lineMode = true;
    if (extra !== undefined && extra.length > 0) this.dataReceived(extra);
  }

  /** Forgets what has been received and not been delivered, and answers it. */
  clearLineBuffer(): Buffer {
    return this.#lines.takeAll();
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
    return this.clearLineBuffer();
  }

  protected override _own(): void {
    this.#lines.own();
  }

  protected override _deliver(): void {
    const lines = this.#lines;
    while (lines.length > 0 && !this.paused) {
      if (!this.lineMode) {
        this.rawDataReceived(lines.takeAll());
        continue;
      }
      // A callback may change both.
      if (this.delimiter !== lines.delimiter) lines.delimiter = this.delimiter;
      lines.maxLength = this.MAX_LENGTH;
      const length = lines.nextLength();
      if (length === "needData") return;
      if (length === "tooLong") this.lineLengthExceeded(lines.takeAll());
      else this._deliverLine(lines, length);
      if (this.transport?.disconnecting) return;
    }
  }

  /** Takes the next line, which is `length` bytes long, and delivers it as what a line is to this receiver. */
  protected abstract _deliverLine(lines: LineSplitter, length: number): void;
}

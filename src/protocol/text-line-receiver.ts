/** A protocol that speaks in lines of text. */
import { isUtf8 } from "node:buffer";
import type { LineSplitter } from "../bytes/line-splitter.ts";
import type { Transport } from "../transport/transport.ts";
import { BaseLineReceiver } from "./base-line-receiver.ts";

/** How a line is written in bytes. */
export type LineEncoding = "utf8" | "latin1";

/**
 * Receives lines as text: override `lineReceived`.
 *
 * @example
 * class Greeter extends TextLineReceiver {
 *   override delimiter = "\n";
 *   override invalidBytes = "refuse" as const;
 *
 *   override lineReceived(line: string): void {
 *     this.sendLine(`Hello, ${line}!`);
 *   }
 * }
 * new Greeter();
 */
export abstract class TextLineReceiver<T extends Transport = Transport> extends BaseLineReceiver<T> {
  encoding: LineEncoding = "utf8";
  /** Bytes that are no UTF-8 are replaced by U+FFFD, or make `invalidLineReceived` be called for their line. */
  invalidBytes: "replace" | "refuse" = "replace";

  /** Called with each line, without its end. */
  abstract lineReceived(line: string): void;

  /** Called with a line that has bytes which are no text. Closes the connection unless it is overridden. */
  invalidLineReceived(_line: Buffer): void {
    this.transport.loseConnection();
  }

  override sendLine(line: string | Uint8Array): void {
    super.sendLine(typeof line === "string" && this.encoding === "latin1" ? Buffer.from(line, "latin1") : line);
  }

  protected override _deliverLine(lines: LineSplitter, length: number): void {
    const text = lines.takeAscii(length);
    if (text === undefined) this.#deliverDecoded(lines.take(length, true));
    else this.lineReceived(text);
  }

  #deliverDecoded(line: Buffer): void {
    if (this.encoding === "latin1") this.lineReceived(line.toString("latin1"));
    else if (this.invalidBytes === "refuse" && !isUtf8(line)) this.invalidLineReceived(Buffer.from(line));
    else this.lineReceived(line.toString("utf8"));
  }
}

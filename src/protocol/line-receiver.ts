/** A protocol that speaks in lines of bytes. */
import type { LineSplitter } from "../bytes/line-splitter.ts";
import type { Transport } from "../transport/transport.ts";
import { BaseLineReceiver } from "./base-line-receiver.ts";

/**
 * Receives lines as bytes: override `lineReceived`.
 *
 * @example
 * class Greeter extends LineReceiver {
 *   override lineReceived(line: Buffer): void {
 *     this.sendLine(`Hello, ${line.toString()}!`);
 *   }
 * }
 * new Greeter();
 */
export abstract class LineReceiver<T extends Transport = Transport> extends BaseLineReceiver<T> {
  /** Called with each line, without its end. */
  abstract lineReceived(line: Buffer): void;

  protected override _deliverLine(lines: LineSplitter, length: number): void {
    this.lineReceived(lines.take(length));
  }
}

/** What receives the events of a child process. */
import type { Failure } from "../deferred/failure.ts";
import type { ProcessTransport } from "../process/process-transport.ts";
import { BaseProtocol } from "./protocol.ts";

/** The shape that `spawnProcess` needs of a protocol; extending `ProcessProtocol` is the everyday way to have it. */
export interface ProcessProtocolLike {
  /** Called once, with the transport, before anything else. */
  makeConnection(transport: ProcessTransport): void;
  childDataReceived(childFD: number, data: Buffer): void;
  /** Called once for each descriptor that is read from or written to. */
  childConnectionLost(childFD: number): void;
  processExited(reason: Failure): void;
  processEnded(reason: Failure): void;
  /** What log messages about this protocol begin with. */
  logPrefix?(): string;
}

/**
 * The base of protocols over child processes: override what you need. Descriptors 0, 1 and 2 have methods of their own; for others, override
 * `childDataReceived` and `childConnectionLost`.
 *
 * @example
 * class Output extends ProcessProtocol {
 *   text = "";
 *   override outReceived(data: Buffer): void {
 *     this.text += data.toString();
 *   }
 * }
 * const output = new Output();
 * output.childDataReceived(1, Buffer.from("hello"));
 * assert.equal(output.text, "hello");
 */
export class ProcessProtocol<T extends ProcessTransport = ProcessTransport>
  extends BaseProtocol<T>
  implements ProcessProtocolLike
{
  /** Called with what the child has written to its descriptor `childFD`. */
  childDataReceived(childFD: number, data: Buffer): void {
    if (childFD === 1) this.outReceived(data);
    else if (childFD === 2) this.errReceived(data);
  }

  /** Called with what the child has written to its standard output. */
  outReceived(_data: Buffer): void {}

  /** Called with what the child has written to its standard error. */
  errReceived(_data: Buffer): void {}

  /** Called when the child, or we, have closed its descriptor `childFD`. */
  childConnectionLost(childFD: number): void {
    if (childFD === 0) this.inConnectionLost();
    else if (childFD === 1) this.outConnectionLost();
    else if (childFD === 2) this.errConnectionLost();
  }

  /** Called when the child's standard input is closed. */
  inConnectionLost(): void {}

  /** Called when the child's standard output is closed. */
  outConnectionLost(): void {}

  /** Called when the child's standard error is closed. */
  errConnectionLost(): void {}

  /** Called when the child has ended; there may still be something to read from it. */
  processExited(_reason: Failure): void {}

  /** Called last, when the child has ended and all its descriptors are closed. */
  processEnded(_reason: Failure): void {}
}

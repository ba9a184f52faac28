/** What a protocol sees of the child process it is connected to. */
import type { HalfCloseableTransport } from "../transport/transport.ts";

/**
 * A child process. As a stream it is what goes to the child's standard input, and what comes from all descriptors that are read from:
 * `pauseProducing` holds all of these.
 */
export interface ProcessTransport extends HalfCloseableTransport {
  /** The id of the process; `null` when it has ended, or was never started. */
  readonly pid: number | null;
  /** Writes to the child's standard input; lost where that is closed. */
  write(data: string | Uint8Array): void;
  /** Writes to the child's descriptor `childFD`. Throws `TypeError` where that is not one that is written to; lost where it is closed. */
  writeToChild(childFD: number, data: string | Uint8Array): void;
  /** Closes our end of the child's descriptor, when everything written to it is sent; nothing happens where it is closed. */
  closeChildFD(childFD: number): void;
  closeStdin(): void;
  closeStdout(): void;
  closeStderr(): void;
  /** Closes standard input, output and error. The process goes on, unless it takes that for a reason to end. */
  loseConnection(): void;
  /** Kills the process, and closes all descriptors now. */
  abortConnection(): void;
  /** The same as `closeStdin`. */
  loseWriteConnection(): void;
  /**
   * Sends a signal, such as `"TERM"`, `"SIGTERM"` or `15`. Throws `ProcessExitedAlready` where there is no process any more, and
   * the system's error where it is not allowed.
   */
  signalProcess(signal: string | number): void;
}

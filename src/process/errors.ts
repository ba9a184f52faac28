/**
 * How child processes end, and what goes wrong with them.
 *
 * `ProcessDone` and `ProcessTerminated` are the two reasons of `processExited` and `processEnded`. They have the fields of the errors of
 * Twisted; `status` is what `waitpid` would say.
 */
import type { Deferred } from "../deferred/deferred.ts";
import { HawserError, InvalidStateError } from "../errors.ts";
import { ConnectionDone, ConnectionLost } from "../transport/errors.ts";

/** The process ended with exit code 0. */
export class ProcessDone extends ConnectionDone {
  override readonly name: string = "ProcessDone";
  override readonly code: string = "ERR_PROCESS_DONE";
  readonly exitCode = 0;
  readonly signal = null;
  readonly status = 0;

  constructor(message = "The process ended with exit code 0") {
    super(message);
  }
}

/** How a process ended. */
export interface ProcessTermination {
  /** The exit code; `null` where a signal ended the process. */
  readonly exitCode: number | null;
  /** The number of the signal that ended the process, else `null`. */
  readonly signal: number | null;
}

/** The process ended with another exit code, or by a signal. */
export class ProcessTerminated extends ConnectionLost implements ProcessTermination {
  override readonly name: string = "ProcessTerminated";
  override readonly code: string = "ERR_PROCESS_TERMINATED";
  readonly exitCode: number | null;
  readonly signal: number | null;
  /** What `waitpid` says, but for whether there is a core dump; `null` where there was no process. */
  readonly status: number | null;

  constructor({ exitCode, signal }: ProcessTermination, message?: string, options?: ErrorOptions) {
    super(message ?? `The process ended ${howEnded(exitCode, signal)}`, options);
    this.exitCode = exitCode;
    this.signal = signal;
    this.status = signal ?? (exitCode === null ? null : exitCode << 8);
  }
}

/** There is no process: the system would not start it. What it said is the `cause`. */
export class ProcessNotStarted extends ProcessTerminated {
  override readonly name: string = "ProcessNotStarted";
  override readonly code: string = "ERR_PROCESS_NOT_STARTED";
  /** What was to be started. */
  readonly executable: string;
  /** The system's name for the error, such as `"ENOENT"`. */
  readonly osError: string | undefined;

  constructor(executable: string, expected: string, cause: unknown) {
    const osError = (cause as { code?: string } | undefined)?.code;
    const message = `Cannot start the process ${JSON.stringify(executable)}: ${osError ?? String(cause)}, expected ${expected}`;
    super({ exitCode: null, signal: null }, message, { cause });
    this.executable = executable;
    this.osError = osError;
  }
}

/** A signal for a process that has ended. */
export class ProcessExitedAlready extends InvalidStateError {
  override readonly name: string = "ProcessExitedAlready";
  override readonly code: string = "ERR_PROCESS_EXITED_ALREADY";
}

/** `getProcessOutputAndValue` of a process that was ended by a signal; what it had written is `out` and `err`. */
export class ProcessSignalled extends ProcessTerminated {
  override readonly name: string = "ProcessSignalled";
  override readonly code: string = "ERR_PROCESS_SIGNALLED";
  /** What the process wrote to its standard output. */
  readonly out: Buffer;
  /** What the process wrote to its standard error. */
  readonly err: Buffer;

  constructor(termination: ProcessTermination, out: Buffer, err: Buffer) {
    super(termination);
    this.out = out;
    this.err = err;
  }
}

/** `getProcessOutput` of a process that wrote to its standard error, where that was not asked for with `errortoo`. */
export class UnexpectedErrorOutput extends HawserError {
  override readonly name: string = "UnexpectedErrorOutput";
  readonly code: string = "ERR_UNEXPECTED_ERROR_OUTPUT";
  /** The first of what the process wrote. */
  readonly text: Buffer;
  /** Fires when the process has ended, with how. */
  readonly processEnded: Deferred<ProcessDone | ProcessTerminated>;

  constructor(text: Buffer, processEnded: Deferred<ProcessDone | ProcessTerminated>) {
    super(`Cannot answer the output alone: the process wrote ${JSON.stringify(text.toString())} to standard error`);
    this.text = text;
    this.processEnded = processEnded;
  }
}

/** The process wrote more than `maxOutput` allows. It was killed. */
export class OutputTooLongError extends HawserError {
  override readonly name: string = "OutputTooLongError";
  readonly code: string = "ERR_OUTPUT_TOO_LONG";
}

function howEnded(exitCode: number | null, signal: number | null): string {
  if (signal !== null) return `by signal ${signal}`;
  return exitCode === null ? "nobody knows how" : `with exit code ${exitCode}`;
}

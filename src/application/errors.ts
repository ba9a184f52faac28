/** The errors of services. */
import { HawserError, InvalidStateError } from "../errors.ts";

/** A service of that name is there already: names within one parent are unique. */
export class DuplicateServiceError extends InvalidStateError {
  override readonly name: string = "DuplicateServiceError";
  override readonly code: string = "ERR_DUPLICATE_SERVICE";
}

/** There is no such service in the collection. */
export class ServiceNotFoundError extends HawserError {
  override readonly name: string = "ServiceNotFoundError";
  readonly code: string = "ERR_SERVICE_NOT_FOUND";
}

/** Another process that is there has the PID file: the program runs already. */
export class PIDFileHeldError extends HawserError {
  override readonly name: string = "PIDFileHeldError";
  readonly code: string = "ERR_PID_FILE_HELD";
  /** The process that has it, where it is known. */
  readonly pid: number | undefined;

  constructor(message: string, pid: number | undefined) {
    super(message);
    this.pid = pid;
  }
}

/** Privileges could not be given up, or could be had back. The program must not go on. */
export class PrivilegesError extends HawserError {
  override readonly name: string = "PrivilegesError";
  readonly code: string = "ERR_PRIVILEGES";
}

/** A worker has not become ready. */
export class WorkerError extends HawserError {
  override readonly name: string = "WorkerError";
  readonly code: string = "ERR_WORKER";
  /** What it said was wrong, where it said something. */
  readonly problem: string | undefined;
  /** What it ended with; `null` where a signal ended it. */
  readonly exitCode: number | null;

  constructor(message: string, problem: string | undefined, exitCode: number | null, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
    this.exitCode = exitCode;
  }
}

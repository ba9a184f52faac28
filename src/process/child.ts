/** A child process as a backend has started it, or not, and how its end is told. */
import { statSync } from "node:fs";
import { stackless } from "../stackless.ts";
import type { StreamHandle } from "../transport/stream-handle.ts";
import { ProcessDone, ProcessNotStarted, ProcessTerminated } from "./errors.ts";
import type { ProcessTermination } from "./errors.ts";
import type { ChildFD, SpawnProcessOptions } from "./spawn-options.ts";

export type ProcessEnd = ProcessDone | ProcessTerminated;

/** A child that was started, or was not. */
export interface Child {
  /** `null` where it could not be started; `ended` will be told why. */
  readonly pid: number | null;
  /** Our ends of the descriptors that are read from or written to; none where the child was not started. */
  readonly handles: ReadonlyMap<number, StreamHandle>;
  /** Lets this process end while the child lives on. */
  release(): void;
}

/** Starts a child. What is wrong was checked before; that the system would not do it is told to `ended`, later, as is how the child ends. */
export type StartChild = (
  executable: string,
  args: readonly string[],
  options: SpawnProcessOptions,
  descriptors: ReadonlyMap<number, ChildFD>,
  ended: (end: ProcessEnd) => void,
) => Child;

export function endOf(termination: ProcessTermination): ProcessEnd {
  return stackless(() => (termination.exitCode === 0 ? new ProcessDone() : new ProcessTerminated(termination)));
}

/** A child that could not be started: `ended` is told so in the next tick. */
export function notStarted(
  executable: string,
  path: string | null | undefined,
  error: Error,
  ended: (end: ProcessEnd) => void,
): Child {
  process.nextTick(() => ended(whyNotStarted(executable, path, error)));
  return { pid: null, handles: new Map(), release() {} };
}

export function whyNotStarted(executable: string, path: string | null | undefined, error: Error): ProcessNotStarted {
  return stackless(() => new ProcessNotStarted(executable, whatIsExpected(error, path), error));
}

/** What there should have been. The system does not say whether it is the program or the folder that is missing. */
function whatIsExpected(error: unknown, path: string | null | undefined): string {
  const code = (error as { code?: string }).code;
  if (code === "ENOENT" || code === "EACCES" || code === "ENOTDIR") {
    if (path != null && !isFolder(path)) return `the path ${JSON.stringify(path)} to be a folder`;
    return code === "EACCES" ? "a file that may be executed" : "a file that is there, and its interpreter";
  }
  if (code === "EMFILE" || code === "ENFILE") return "descriptors to be left";
  if (code === "EBADF") return "the descriptors of ours in childFDs to be open";
  if (code === "EPERM") return "the right to become another user";
  return "the system to start it";
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

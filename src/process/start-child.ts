/**
 * Starts a child process by means of `node:child_process`, and takes its streams and its end over.
 *
 * A `ChildProcess` does things that a reactor's must not: when the child has ended, it closes what leads to its standard input, which a
 * grandchild may still read, and lets streams flow that were paused. So the streams are taken away from it.
 *
 * Node says in the next tick that a child could not be started, for some reasons, and throws for others; here it is always said later.
 */
import type ChildProcessModule from "node:child_process";
import type { ChildProcess, StdioOptions } from "node:child_process";
import type { Socket } from "node:net";
import { stackless } from "../stackless.ts";
import { ProcessDone, ProcessNotStarted, ProcessTerminated } from "./errors.ts";
import { signalNumber } from "./signals.ts";
import type { ChildFD, SpawnProcessOptions } from "./spawn-options.ts";

export type ProcessEnd = ProcessDone | ProcessTerminated;

/** A child that was started, or was not. */
export interface Child {
  /** `null` where it could not be started; `ended` will be told why. */
  readonly pid: number | null;
  /** Our ends of the descriptors that are read from or written to; none where the child was not started. */
  readonly sockets: ReadonlyMap<number, Socket>;
  /** Lets this process end while the child lives on. */
  release(): void;
}

/** What is private to a `ChildProcess`, or read-only. */
interface Taken {
  stdin: Socket | null;
  stdio: (Socket | null)[] | undefined;
}

export function startChild(
  executable: string,
  args: readonly string[],
  options: SpawnProcessOptions,
  descriptors: ReadonlyMap<number, ChildFD>,
  ended: (end: ProcessEnd) => void,
): Child {
  const { env, path, uid, gid } = options;
  const sockets = new Map<number, Socket>();
  const notStarted = (error: unknown): void =>
    ended(new ProcessNotStarted(executable, whatIsExpected(error, path), error));
  let child: ChildProcess;
  try {
    child = childProcess().spawn(executable, args.slice(1), {
      argv0: args[0],
      // A copy: Node may add to it.
      env: env === null ? process.env : { ...env },
      cwd: path ?? undefined,
      uid: uid ?? undefined,
      gid: gid ?? undefined,
      stdio: stdioOf(descriptors),
    });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    process.nextTick(notStarted, error);
    return { pid: null, sockets, release() {} };
  }
  child.on("error", notStarted);
  const taken = child as unknown as Taken;
  // Where there are no descriptors left, there is not even a list.
  const stdio = taken.stdio ?? [];
  taken.stdin = null;
  taken.stdio = [];
  if (child.pid === undefined) {
    for (const socket of stdio) socket?.on("error", () => {}).destroy();
    return { pid: null, sockets, release() {} };
  }
  child.on("exit", (exitCode, signal) => ended(endOf(exitCode, signal)));
  for (const [fd, what] of descriptors) {
    const socket = stdio[fd];
    if (typeof what !== "number" && socket) sockets.set(fd, socket);
  }
  return { pid: child.pid, sockets, release: () => child.unref() };
}

let loaded: typeof ChildProcessModule | undefined;

/** Loaded when it is first needed: a program that starts no process does without it. */
function childProcess(): typeof ChildProcessModule {
  return (loaded ??= process.getBuiltinModule("node:child_process"));
}

function stdioOf(descriptors: ReadonlyMap<number, ChildFD>): StdioOptions {
  const stdio: ("pipe" | "ignore" | number)[] = ["ignore", "ignore", "ignore"];
  const largest = Math.max(-1, ...descriptors.keys());
  while (stdio.length <= largest) stdio.push("ignore");
  for (const [fd, what] of descriptors) stdio[fd] = typeof what === "number" ? what : "pipe";
  return stdio;
}

function endOf(exitCode: number | null, signal: NodeJS.Signals | null): ProcessEnd {
  return stackless(() =>
    exitCode === 0
      ? new ProcessDone()
      : new ProcessTerminated({ exitCode, signal: signal === null ? null : signalNumber(signal) }),
  );
}

/** Whether the system would not do it, and not Node, which refuses what is wrong with the arguments. */
function isSystemError(error: unknown): boolean {
  return typeof (error as { errno?: unknown }).errno === "number";
}

/** What there should have been. The system does not say whether it is the program or the folder that is missing. */
function whatIsExpected(error: unknown, path: string | null | undefined): string {
  const code = (error as { code?: string }).code;
  if (code === "ENOENT" || code === "EACCES" || code === "ENOTDIR") {
    if (path != null && !isFolder(path)) return `the path ${JSON.stringify(path)} to be a folder`;
    return code === "EACCES" ? "a file that may be executed" : "a file that is there, and its interpreter";
  }
  if (code === "EMFILE" || code === "ENFILE") return "descriptors to be left";
  if (code === "EPERM") return "the right to become another user";
  return "the system to start it";
}

function isFolder(path: string): boolean {
  return process.getBuiltinModule("node:fs").statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

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
import type { StreamHandle } from "../transport/stream-handle.ts";
import { endOf, notStarted, whyNotStarted } from "./child.ts";
import type { Child, ProcessEnd } from "./child.ts";
import { PipeHandle } from "./pipe-handle.ts";
import { signalNumber } from "./signals.ts";
import type { ChildFD, SpawnProcessOptions } from "./spawn-options.ts";

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
    return notStarted(executable, path, error, ended);
  }
  const taken = child as unknown as Taken;
  // Where there are no descriptors left, there is not even a list.
  const stdio = taken.stdio ?? [];
  taken.stdin = null;
  taken.stdio = [];
  if (child.pid === undefined) {
    for (const socket of stdio) socket?.on("error", () => {}).destroy();
    child.on("error", (error) => ended(whyNotStarted(executable, path, error)));
    return { pid: null, handles: new Map(), release() {} };
  }
  child.on("exit", (exitCode, signal) =>
    ended(endOf({ exitCode, signal: signal === null ? null : signalNumber(signal) })),
  );
  const handles = new Map<number, StreamHandle>();
  for (const [fd, what] of descriptors) {
    const socket = stdio[fd];
    if (typeof what !== "number" && socket) handles.set(fd, new PipeHandle(socket, fd === 0));
  }
  return { pid: child.pid, handles, release: () => child.unref() };
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

/** Whether the system would not do it, and not Node, which refuses what is wrong with the arguments. */
function isSystemError(error: unknown): error is Error {
  return typeof (error as { errno?: unknown }).errno === "number";
}

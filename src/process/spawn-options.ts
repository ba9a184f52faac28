/** What `spawnProcess` may be told, and how it is checked: before anything is opened. */
import { inspect } from "node:util";

/**
 * What becomes of a descriptor of the child: `"r"` is one that we read from, `"w"` one that we write to; a number is the
 * descriptor of ours that the child is to have there.
 */
export type ChildFD = "r" | "w" | number;

export interface SpawnProcessOptions {
  /** The child's environment, and all of it: empty without it, as in Twisted. `null` is the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>> | null;
  /** The folder that the child runs in; ours without it. */
  readonly path?: string | null;
  /** Who the child runs as. Another user has its own groups on the epoll reactor, and no further ones on the node reactor. */
  readonly uid?: number | null;
  readonly gid?: number | null;
  /** Whether the child gets a terminal. No reactor can do that yet: it refuses. */
  readonly usePTY?: boolean;
  /** What the child's descriptors are; `{ 0: "w", 1: "r", 2: "r" }` without it. Of 0, 1 and 2, one that is not named is `/dev/null`. */
  readonly childFDs?: Readonly<Record<number, ChildFD>>;
}

const STANDARD: Readonly<Record<number, ChildFD>> = { 0: "w", 1: "r", 2: "r" };
/** A child with a descriptor beyond this one would be somebody's mistake. */
const LARGEST_FD = 1023;

export function checkExecutable(executable: string): void {
  if (!isText(executable) || executable === "") {
    throw new TypeError(
      `Cannot start the process ${inspect(executable, { depth: 0 })}: expected the path of a program`,
    );
  }
}

export function checkArguments(args: readonly string[]): void {
  if (Array.isArray(args) && args.every(isText)) return;
  throw new TypeError(
    `Cannot start a process with the arguments ${inspect(args, { depth: 1 })}: expected strings without null bytes`,
  );
}

export function checkEnvironment(env: SpawnProcessOptions["env"]): void {
  if (env == null) return;
  const wrong = Object.entries(env).find(([name, value]) => value !== undefined && !(isText(value) && isText(name)));
  if (wrong === undefined) return;
  throw new TypeError(
    `Cannot start a process with the environment variable ${wrong[0]}=${inspect(wrong[1], { depth: 0 })}: expected a string without null bytes`,
  );
}

export function checkPath(path: string | null | undefined): void {
  if (path == null || isText(path)) return;
  throw new TypeError(
    `Cannot start a process in the folder ${inspect(path, { depth: 0 })}: expected a path without null bytes`,
  );
}

export function checkID(name: "uid" | "gid", id: number | null | undefined): void {
  if (id == null || (Number.isInteger(id) && id >= 0 && id < 2 ** 31)) return;
  throw new RangeError(`Cannot start a process with the ${name} ${inspect(id, { depth: 0 })}: expected a whole number`);
}

/** The descriptors of the child by number, in the order that the caller named them. */
export function childDescriptors(childFDs: SpawnProcessOptions["childFDs"] = STANDARD): Map<number, ChildFD> {
  const descriptors = new Map<number, ChildFD>();
  for (const [name, what] of Object.entries(childFDs)) {
    const fd = Number(name);
    if (!isDescriptor(fd) || fd > LARGEST_FD) {
      throw new RangeError(
        `Cannot give a child the descriptor ${JSON.stringify(name)}: expected a whole number from 0 to ${LARGEST_FD}`,
      );
    }
    if (what !== "r" && what !== "w" && !isDescriptor(what)) {
      throw new TypeError(
        `Cannot make the child's descriptor ${fd} of ${inspect(what, { depth: 0 })}: expected "r", "w" or a descriptor of ours`,
      );
    }
    descriptors.set(fd, what);
  }
  return descriptors;
}

/** For the system a string ends with the first null byte. */
function isText(value: unknown): value is string {
  return typeof value === "string" && !value.includes("\0");
}

function isDescriptor(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

/**
 * What a worker knows of the group that it is one of, in the variable `HAWSER_WORKER` as JSON; and what it tells the group, by a pipe, in lines.
 */
import { writeSync } from "node:fs";

const VARIABLE = "HAWSER_WORKER";

/** The descriptor by which a worker tells its group something. */
export const TELLING_FD = 3;
/** That of the first socket that the workers share. */
export const FIRST_SOCKET_FD = 4;

export interface WorkerEnvironment {
  /** Its number in the group, from 0 on. */
  readonly id: number;
  /** The descriptions of the sockets that the workers share, in the order of their descriptors. */
  readonly listen: readonly string[];
}

type Environment = Record<string, string | undefined>;

let own: WorkerEnvironment | undefined;
let isRead = false;

/** What this process was told, if it is a worker. It is read once and taken out of the environment, for a child of a worker is none. */
export function workerEnvironment(): WorkerEnvironment | undefined {
  if (!isRead) own = takeWorkerEnvironment(process.env);
  isRead = true;
  return own;
}

/** The same of another environment. */
export function takeWorkerEnvironment(environment: Environment): WorkerEnvironment | undefined {
  const text = environment[VARIABLE];
  delete environment[VARIABLE];
  return text === undefined ? undefined : (JSON.parse(text) as WorkerEnvironment);
}

/** The environment of a worker. */
export function withWorkerEnvironment(environment: Environment, worker: WorkerEnvironment): Environment {
  return { ...environment, [VARIABLE]: JSON.stringify(worker) };
}

/**
 * The number of this process among the workers of its group; `undefined` where it is none.
 *
 * @example
 * assert.equal(workerID(), undefined);
 */
export function workerID(): number | undefined {
  return workerEnvironment()?.id;
}

/** What a worker tells its group: that it listens, why it cannot start, or something of the program's own. */
export type WorkerNews =
  | { readonly kind: "ready" }
  | { readonly kind: "problem"; readonly text: string }
  | { readonly kind: "said"; readonly text: string };

/** More than this of a text is not told: what is told fits into a line, see `LogLines`. */
const MAX_TEXT = 2048;

/**
 * Tells the group something. A group that is no more hears nothing, and a process that is no worker has nobody to tell.
 *
 * @example
 * tellGroup({ kind: "said", text: "1000 messages so far" });
 */
export function tellGroup(
  news: WorkerNews,
  fd: number | undefined = workerEnvironment() === undefined ? undefined : TELLING_FD,
): void {
  if (fd === undefined) return;
  try {
    writeSync(fd, `${JSON.stringify("text" in news ? { ...news, text: news.text.slice(0, MAX_TEXT) } : news)}\n`);
  } catch (error) {
    if ((error as { code?: unknown }).code !== "EPIPE") throw error;
  }
}

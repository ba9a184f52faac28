/** What a pool and its workers say to each other. */
import type { MessagePort } from "node:worker_threads";
import type { Definition } from "./thread-function.ts";

/** To the worker: leave when your output is written. */
export const LEAVE: number = -1;
/** To the worker: forget all functions. */
export const FORGET: number = -2;

/** A call in its general form: definitions that are new to the worker, then functions, by number, with their arguments. */
export interface CallMessage {
  readonly define: readonly Definition[];
  readonly calls: readonly (readonly [id: number, ...args: unknown[]])[];
}

/** To the worker. Little things are quick to copy: a call of a known function is a list, and without arguments a number. */
export type ToWorker = number | readonly [id: number, ...args: unknown[]] | CallMessage;

/** From the worker: the call is done, with a result. */
export const DONE = 0;
/** The call failed, with an `ErrorRecord`. */
export const FAILED = 1;
/** A call into the reactor's thread. */
export const CALL = 2;
/** The same, by a worker that waits for the answer. */
export const BLOCKING_CALL = 3;
/** The worker could not read what it was sent, with an `ErrorRecord`; it knows nothing of a function that was in it. */
export const UNREAD = 4;

/** From the worker; a number is `DONE` with nothing as the result. */
export type FromWorker =
  | typeof DONE
  | readonly [kind: typeof DONE | typeof FAILED | typeof UNREAD, result: unknown]
  | readonly [kind: typeof CALL | typeof BLOCKING_CALL, definition: Definition, args: readonly unknown[]];

/** What a worker is given when it starts. */
export interface WorkerLink {
  readonly port: MessagePort;
  /** The answers to blocking calls: whether it went well, and the result or an `ErrorRecord`. */
  readonly answers: MessagePort;
  /** 0 while the worker waits for an answer. */
  readonly flag: Int32Array;
  /** The folder of the program. */
  readonly folder: string;
}

let ours: WorkerLink | undefined;

/** Says that this thread is a worker of a pool. */
export function setLink(link: WorkerLink): void {
  ours = link;
}

/** Of a worker of a pool: what connects it with the pool. */
export function getLink(): WorkerLink | undefined {
  return ours;
}

/** Functions that tests run in threads as `{ module, export }`, and the state that they have in the thread that has it. */
import { isMainThread } from "node:worker_threads";
import { Deferred } from "../../src/deferred/deferred.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { blockingCallFromThread } from "../../src/threads/call-from-thread.ts";

export const url: string = import.meta.url;

/** What was noted in this thread. */
export const notes: unknown[] = [];

export function note(_reactor: Reactor, value: unknown): number {
  return notes.push(value);
}

export function add(a: number, b: number): string {
  return `${a + b} ${isMainThread ? "in the main thread" : "in a worker"}`;
}

export function noteFromThread(value: unknown): number {
  return blockingCallFromThread<number>({ module: url, export: "note" }, value);
}

export class OwnError extends RangeError {
  override readonly name: string = "OwnError";
  readonly code: string = "ERR_OWN";
}

export function throwOwn(): never {
  throw new OwnError("not in range", { cause: new SyntaxError("below it") });
}

/** Deferreds that never fire, and whether they were cancelled. */
export const hanging: Deferred<unknown>[] = [];

export function hang(): Deferred<unknown> {
  const deferred = new Deferred<unknown>((_, cause) => notes.push("cancelled", cause instanceof Error));
  hanging.push(deferred);
  notes.push("hangs");
  return deferred;
}

export function hangFromThread(): unknown {
  return blockingCallFromThread({ module: url, export: "hang" });
}

export const notAFunction = 7;

// oxlint-disable-next-line import/no-default-export -- what is called where no export is named
export default function byDefault(): string {
  return "the default";
}

/**
 * Calls into the reactor's thread, for code that runs in a worker of a thread pool.
 *
 * Functions go that way as they come: as the text of a function that stands alone, or as `{ module, export }`, which is the
 * program's own module with all its state. The reactor is their first argument, for a worker has none of it.
 */
import { isMainThread, receiveMessageOnPort } from "node:worker_threads";
import type { Settled } from "../deferred/deferred.ts";
import { InvalidStateError } from "../errors.ts";
import type { Reactor } from "../reactor/reactor.ts";
import { ThreadDataError } from "./errors.ts";
import { BLOCKING_CALL, CALL, getLink } from "./messages.ts";
import type { WorkerLink } from "./messages.ts";
import { decodeThrown } from "./thread-error.ts";
import type { ErrorRecord } from "./thread-error.ts";
import { definitionOf } from "./thread-function.ts";
import type { ModuleFunction } from "./thread-function.ts";
import { transferablesOf } from "./transfer.ts";

/* oxlint-disable unicorn/require-post-message-target-origin -- these are ports, not windows */

/**
 * In a worker of a thread pool: calls `f(reactor, ...args)` in the reactor's thread and does not wait for it. Calls are made in order, and
 * before the result of the call that makes them is there. What `f` throws is logged there.
 *
 * @example
 * import { NodeReactor } from "hawser/reactor";
 * const reactor = new NodeReactor();
 * reactor.callInThread(async () => {
 *   const { callFromThread } = await import("hawser/threads");
 *   callFromThread((r) => r.stop());
 * });
 * await reactor.run();
 */
export function callFromThread<A extends unknown[]>(f: (reactor: Reactor, ...args: A) => unknown, ...args: A): void;
export function callFromThread(f: ModuleFunction, ...args: unknown[]): void;
export function callFromThread(f: unknown, ...args: unknown[]): void {
  send(linkFor("call from this thread"), CALL, f, args);
}

/**
 * In a worker of a thread pool: calls `f(reactor, ...args)` in the reactor's thread, blocks this thread until the result is there, and
 * returns it or throws the error. A Deferred or a promise that `f` answers is waited for.
 *
 * Throws `InvalidStateError` in the reactor's own thread, which would wait for itself, and where the reactor does not run.
 *
 * @example
 * import { NodeReactor } from "hawser/reactor";
 * const reactor = new NodeReactor();
 * reactor.callWhenRunning(async () => {
 *   const answer = await deferToThread(reactor, async () => {
 *     const { blockingCallFromThread } = await import("hawser/threads");
 *     return blockingCallFromThread((r, n) => [r.kind, n + 1], 1);
 *   });
 *   assert.deepEqual(answer, ["node", 2]);
 *   reactor.stop();
 * });
 * await reactor.run();
 */
export function blockingCallFromThread<R, A extends unknown[]>(
  f: (reactor: Reactor, ...args: A) => R,
  ...args: A
): Settled<R>;
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- only the caller knows what the module's function answers
export function blockingCallFromThread<R = unknown>(f: ModuleFunction, ...args: unknown[]): R;
export function blockingCallFromThread(f: unknown, ...args: unknown[]): unknown {
  const link = linkFor("block this thread for a call");
  Atomics.store(link.flag, 0, 0);
  send(link, BLOCKING_CALL, f, args);
  Atomics.wait(link.flag, 0, 0);
  const [good, result] = receiveMessageOnPort(link.answers)!.message as [boolean, unknown];
  if (good) return result;
  throw decodeThrown(result as ErrorRecord);
}

function linkFor(what: string): WorkerLink {
  const link = getLink();
  if (link !== undefined) return link;
  const place = isMainThread ? "this is the main thread" : "no thread pool has made this thread";
  throw new InvalidStateError(`Cannot ${what} into the reactor's: ${place}, expected a worker of a thread pool`);
}

function send({ port }: WorkerLink, kind: typeof CALL | typeof BLOCKING_CALL, f: unknown, args: unknown[]): void {
  const definition = definitionOf(f);
  try {
    port.postMessage([kind, definition, args], transferablesOf(args));
  } catch (cause) {
    throw new ThreadDataError(
      `Cannot send the arguments of ${definition.name} to the reactor's thread: ${(cause as Error).message}, expected what structured clone can copy`,
      { cause },
    );
  }
}

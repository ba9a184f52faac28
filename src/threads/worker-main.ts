/**
 * The main module of a worker thread: does one call after the other, as the pool sends them.
 *
 * It imports little, for every worker loads it.
 */
import { isThenable } from "../deferred/thenable.ts";
import { ThreadDataError } from "./errors.ts";
import { DONE, FAILED, FORGET, LEAVE, UNREAD, setLink } from "./messages.ts";
import type { CallMessage, FromWorker, ToWorker, WorkerLink } from "./messages.ts";
import { encodeThrown } from "./thread-error.ts";
import { explain, functionOf } from "./thread-function.ts";
import type { Callable, Definition } from "./thread-function.ts";
import { transferablesOf } from "./transfer.ts";

/* oxlint-disable unicorn/require-post-message-target-origin -- these are ports, not windows */

const { workerData } = process.getBuiltinModule("node:worker_threads");
const link = workerData as WorkerLink;
const { port, folder } = link;
setLink(link);

const definitions: Map<number, Definition> = new Map();
const NO_ARGUMENTS: readonly unknown[] = [];
/** The functions that are made already. */
const functions: Map<number, Callable> = new Map();

port.on("message", (message: ToWorker) => {
  if (typeof message === "number") {
    if (message === LEAVE) leave();
    else if (message === FORGET) {
      definitions.clear();
      functions.clear();
    } else perform(message, NO_ARGUMENTS);
  } else if ("define" in message) {
    for (const definition of message.define) definitions.set(definition.id, definition);
    void performAll(message.calls);
  } else {
    const [id, ...args] = message;
    perform(id, args);
  }
});

port.on("messageerror", (cause: Error) => {
  const message = `Cannot read the arguments in the thread: ${cause.message}, expected what structured clone can copy`;
  post([UNREAD, encodeThrown(new ThreadDataError(message, { cause }))]);
});

/** The short way: one call of a function that the pool knows to be here. */
function perform(id: number, args: readonly unknown[]): void {
  const call = functions.get(id);
  if (call === undefined) {
    // It could not be made before, and will say so again.
    void performAll([[id, ...args]]);
    return;
  }
  let result: unknown;
  try {
    result = call(...args);
  } catch (error) {
    fail(error, definitions.get(id)!);
    return;
  }
  if (isThenable(result)) void finish(result, definitions.get(id)!);
  else answer(result);
}

async function finish(result: PromiseLike<unknown>, definition: Definition): Promise<void> {
  try {
    answer(await result);
  } catch (error) {
    fail(error, definition);
  }
}

/** Does several calls in order, up to the first that fails; the result is that of the last. */
async function performAll(calls: CallMessage["calls"]): Promise<void> {
  let definition: Definition | undefined;
  let result: unknown;
  try {
    for (const [id, ...args] of calls) {
      definition = definitions.get(id)!;
      let call = functions.get(definition.id);
      if (call === undefined) {
        const made = functionOf(definition, folder);
        call = isThenable(made) ? await made : made;
        functions.set(definition.id, call);
      }
      result = call(...args);
      if (isThenable(result)) result = await result;
    }
  } catch (error) {
    fail(error, definition!);
    return;
  }
  answer(result);
}

function answer(result: unknown): void {
  if (result === undefined) {
    port.postMessage(DONE);
    return;
  }
  try {
    post([DONE, result]);
  } catch (cause) {
    const message = `Cannot send the result back to the reactor's thread: ${(cause as Error).message}, expected what structured clone can copy`;
    post([FAILED, encodeThrown(new ThreadDataError(message, { cause }))]);
  }
}

function fail(error: unknown, definition: Definition): void {
  post([FAILED, encodeThrown(explain(error, definition, folder))]);
}

function post(message: Exclude<FromWorker, number>): void {
  port.postMessage(message, transferablesOf(message));
}

/** Ends the thread when its output has arrived; timers and sockets that calls have left do not keep it. */
function leave(): void {
  port.close();
  process.stdout.write("", () => process.stderr.write("", () => process.exit(0)));
}

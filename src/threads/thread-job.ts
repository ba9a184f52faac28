/** Work on its way through a pool. */
import { Failure } from "../deferred/failure.ts";
import { Logger } from "../logger/logger.ts";
import { definitionOf } from "./thread-function.ts";
import type { Definition } from "./thread-function.ts";
import type { ResultCallback, ThreadReactor, ThreadRequest } from "./thread-pool-like.ts";

const log = new Logger({ namespace: "hawser.threads" });

/** One function with its arguments. */
export interface DefinedCall {
  readonly definition: Definition;
  readonly args: readonly unknown[];
}

export class ThreadJob {
  readonly calls: readonly DefinedCall[];
  readonly reactor: ThreadReactor | undefined;
  readonly #onResult: ResultCallback | undefined;

  /** Throws where a function cannot cross to another thread. */
  constructor(request: ThreadRequest, reactor: ThreadReactor | undefined) {
    this.calls = request.calls.map(([f, ...args]) => ({ definition: definitionOf(f), args }));
    this.reactor = request.reactor ?? reactor;
    this.#onResult = request.onResult;
  }

  /** What it is, in messages. */
  get name(): string {
    return this.calls.map(({ definition }) => definition.name).join(", ");
  }

  succeed(result: unknown): void {
    this.#tell(true, result);
  }

  fail(error: unknown): void {
    if (this.#onResult === undefined) log.failure("The call of {name} in a thread failed", error, { name: this.name });
    else this.#tell(false, new Failure(error));
  }

  #tell(success: boolean, result: unknown): void {
    try {
      this.#onResult?.(success, result);
    } catch (error) {
      log.failure("The callback for the result of {name} threw an error", error, { name: this.name });
    }
  }
}

/** Runs a program that is one function: it starts the reactor, calls the function, and stops when what it answers is there. */
import { inspect } from "node:util";
import { maybeDeferred } from "../deferred/maybe-deferred.ts";
import { Logger } from "../logger/logger.ts";
import { reactor as globalReactor } from "./global-reactor.ts";
import type { Reactor } from "./reactor.ts";

const log = new Logger({ namespace: "hawser.reactor" });

export interface ReactOptions {
  /** Where the program runs; the global reactor unless told otherwise. */
  readonly reactor?: Reactor;
}

/** Thrown by a program, or what its Deferred fails with, to end it with an exit code of its own. */
export class SystemExit extends Error {
  override readonly name: string = "SystemExit";
  readonly exitCode: number;

  constructor(exitCode = 0) {
    super(`Exit with code ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/**
 * Calls `main(reactor, ...argv)`, runs the reactor until the Deferred or promise that it answers is there, and sets the process's
 * exit code, which it also answers: 0, or 1 after a failure, which is logged.
 */
export async function react(
  main: (reactor: Reactor, ...argv: string[]) => unknown,
  argv: readonly string[] = [],
  options: ReactOptions = {},
): Promise<number> {
  if (typeof main !== "function") throw new TypeError(`Cannot run ${inspect(main)}: expected a function`);
  const { reactor = globalReactor } = options;
  let exitCode = 0;
  let stopping = false;
  const finished = maybeDeferred(main, reactor, ...argv);
  reactor.addSystemEventTrigger("before", "shutdown", () => {
    stopping = true;
  });
  finished.addErrback((failure) => {
    if (failure.check(SystemExit) !== null) {
      exitCode = (failure.value as SystemExit).exitCode;
      return;
    }
    exitCode = 1;
    log.failure("The main function failed", failure);
  });
  finished.addCallback(() => {
    if (stopping) return;
    reactor.callWhenRunning(() => {
      if (!stopping) reactor.stop();
    });
  });
  await reactor.run();
  process.exitCode = exitCode;
  return exitCode;
}

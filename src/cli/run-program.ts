/** The life of a program that the command runs: it is started on the reactor, and stopped when somebody says so. */
import { maybeDeferred } from "../deferred/maybe-deferred.ts";
import type { Reactor } from "../reactor/reactor.ts";
import { CommandError } from "./errors.ts";
import { ExitCode } from "./exit-code.ts";
import type { Startable } from "./service-maker.ts";

export interface ProgramHooks {
  /** Called between the two starts. What it throws ends the program. */
  readonly afterPrivilegedStart?: () => void;
}

/**
 * Runs the reactor until the program is over: until it is told to stop, or what is there to be started cannot be, or `make` answers `"over"`.
 *
 * @param make answers what is to be started; it is called when the reactor runs, so that signals stop it in an orderly way from then on
 * @param report is told of each error
 * @returns what the process is to end with
 */
export async function runProgram(
  reactor: Reactor,
  make: () => Startable | "over" | "running" | PromiseLike<Startable | "over" | "running">,
  report: (error: unknown) => void,
  hooks: ProgramHooks = {},
): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.fine;
  let program: Startable | undefined;
  let stopping = false;

  const failed = (error: unknown): void => {
    exitCode = error instanceof CommandError ? error.exitCode : ExitCode.failed;
    report(error);
  };
  const stop = (): void => {
    if (!stopping) reactor.stop();
  };
  reactor.addSystemEventTrigger("before", "shutdown", () => {
    stopping = true;
    const started = program;
    if (started === undefined) return undefined;
    return maybeDeferred(() => started.stopService()).addErrback((failure) => failed(failure.value));
  });
  reactor.callWhenRunning(() => {
    maybeDeferred(async () => {
      const made = await make();
      // It may have been stopped meanwhile.
      if (stopping) return;
      if (made === "over") return stop();
      if (made === "running") return;
      program = made;
      made.privilegedStartService?.();
      hooks.afterPrivilegedStart?.();
      await made.startService();
    }).addErrback((failure) => {
      // What it waited for was given up because it is being stopped.
      if (stopping) return;
      failed(failure.value);
      stop();
    });
  });
  await reactor.run();
  return exitCode;
}

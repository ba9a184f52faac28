/** Runs what a module exports. */
import type { Startable } from "../application/program-life.ts";
import { stopReactor } from "../application/program-life.ts";
import { Deferred } from "../deferred/deferred.ts";
import { asDeferred, maybeDeferred } from "../deferred/maybe-deferred.ts";
import { reactor } from "../reactor/global-reactor.ts";
import type { ExitCode } from "./exit-code.ts";
import type { RunOptions } from "./global-options.ts";
import { isStartable, loadProgram } from "./load-program.ts";
import type { ProgramFunction } from "./load-program.ts";
import { runPlan } from "./run-plan.ts";
import type { Surroundings } from "./run-plan.ts";

/** Runs what the module `file` exports until it is over or stopped. */
export async function runFile(
  file: string,
  args: readonly string[],
  run: RunOptions,
  around: Surroundings,
): Promise<ExitCode> {
  return runPlan(run, around, `run: ${file}`, async () => {
    const program = await loadProgram(file);
    if (typeof program !== "function") return { make: () => program, user: "as it says itself" };
    // What it answers may be there only when it is over.
    return { make: () => whenRunning(program, args), isReadyWhenCalled: true, user: "as it says itself" };
  });
}

/** Calls a program when the reactor runs, so that it may stop it. */
function whenRunning(program: ProgramFunction, args: readonly string[]): Deferred<Startable | undefined> {
  const made = new Deferred<Startable | undefined>();
  const call = (): Deferred<Startable | undefined> | undefined => {
    const answer = program(reactor, ...args);
    // One that answers nothing has set something up, and goes on until it is stopped.
    if (answer === undefined) return undefined;
    return asDeferred(answer).addCallback((result) => {
      if (isStartable(result)) return result;
      stopReactor(reactor);
      return undefined;
    });
  };
  reactor.callWhenRunning(() => void maybeDeferred(call).chainDeferred(made));
  return made;
}

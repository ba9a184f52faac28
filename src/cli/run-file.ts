/** Runs what a module exports. */
import type { Startable } from "../application/program-life.ts";
import { stopReactor } from "../application/program-life.ts";
import { workerEnvironment } from "../application/worker-environment.ts";
import { Deferred } from "../deferred/deferred.ts";
import { asDeferred, maybeDeferred } from "../deferred/maybe-deferred.ts";
import { Logger } from "../logger/logger.ts";
import { reactor } from "../reactor/global-reactor.ts";
import { CommandError } from "./errors.ts";
import type { ExitCode } from "./exit-code.ts";
import type { RunOptions } from "./global-options.ts";
import { isStartable, loadProgram } from "./load-program.ts";
import type { ProgramFunction } from "./load-program.ts";
import { hasWorkers, runPlan } from "./run-plan.ts";
import type { Surroundings } from "./run-plan.ts";

const log = new Logger({ namespace: "hawser.run" });

/** Runs what the module `file` exports until it is over or stopped. */
export async function runFile(
  file: string,
  args: readonly string[],
  listen: readonly string[],
  run: RunOptions,
  around: Surroundings,
): Promise<ExitCode> {
  const name = `run: ${file}`;
  if (listen.length > 0 && run.workers === undefined)
    throw new CommandError(`${name}: --listen: it says what workers share, expected --workers NUMBER beside it`);
  const folder = process.cwd();
  return runPlan(run, around, name, async () => {
    if (hasWorkers(run)) {
      const { planWorkers } = await import("./run-workers.ts");
      const options = { workers: run.workers!, argv: around.argv, listen, drain: DRAIN, folder, opened: () => {} };
      return planWorkers(name, options);
    }
    const program = await loadProgram(file);
    const plan = { user: "as it says itself", ready: lookForUnasked } as const;
    if (typeof program !== "function") return { ...plan, make: () => program };
    // What it answers may be there only when it is over.
    return { ...plan, make: () => whenRunning(program, args), isReadyWhenCalled: true };
  });
}

/** A program has deadlines of its own, which the command does not know: after so many seconds its workers are killed. */
const DRAIN = 60;

/** Who connects to a port that nobody listens on waits for ever. */
async function lookForUnasked(): Promise<void> {
  const worker = workerEnvironment();
  if (worker === undefined) return;
  const { unaskedSockets } = await import("../application/shared-server-from-string.ts");
  for (const description of unaskedSockets(worker))
    log.warn("Nobody listens on {description}, expected the program to ask strports.service for exactly that", {
      description,
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

/** Runs the same command line in several processes that share its ports. */
import type { WorkerError } from "../application/errors.ts";
import type { Startable } from "../application/program-life.ts";
import { WorkerGroup } from "../application/worker-group.ts";
import type { Deferred } from "../deferred/deferred.ts";
import { reactor } from "../reactor/global-reactor.ts";
import type { Address } from "../transport/address.ts";
import { CommandError } from "./errors.ts";
import { ExitCode } from "./exit-code.ts";
import type { Plan } from "./run-plan.ts";
import { GroupStatistics } from "./show-statistics.ts";

/** What the connections of a worker may take to end beyond what they are given, in seconds. */
const MARGIN = 10;

export interface WorkersOptions {
  /** How many. */
  readonly workers: number;
  /** The words of the command line. */
  readonly argv: readonly string[];
  /** The endpoints that are shared. */
  readonly listen: readonly string[];
  /** What a worker gives its connections, in seconds. */
  readonly drain: number;
  /** The folder that the command was started in. */
  readonly folder: string;
  /** Told where each port listens, when all workers do. */
  readonly opened: (address: Address) => void;
}

/** The plan of the process that looks after the workers of `name`. Throws `CommandError` where an endpoint cannot be shared. */
export function planWorkers(name: string, options: WorkersOptions): Plan {
  const { workers, argv, listen, drain, folder, opened } = options;
  const twice = listen.find((text, place) => listen.indexOf(text) !== place);
  if (twice !== undefined) throw new CommandError(`${name}: --listen: ${twice}: it is given twice, expected it once`);
  const statistics = new GroupStatistics();
  let group: WorkerGroup;
  try {
    group = new WorkerGroup(reactor, {
      workers,
      program: process.argv[1]!,
      args: argv,
      listen,
      cwd: folder,
      stdout: "inherit",
      killTime: drain + MARGIN,
      said: (text, pid) => statistics.told(pid, text),
    });
  } catch (error) {
    throw new CommandError(`${name}: --listen: ${(error as Error).message}`, ExitCode.wrongUse, { cause: error });
  }
  return {
    make: () => new Workers(group),
    user: "root",
    reload: () => group.reload(),
    ready: () => {
      for (const address of group.addresses) opened(address);
    },
    lookAround: () => statistics.lookAround(group.allPIDs),
  };
}

/** A group, with errors of the command. */
class Workers implements Startable {
  readonly #group: WorkerGroup;

  constructor(group: WorkerGroup) {
    this.#group = group;
  }

  privilegedStartService(): void {
    try {
      this.#group.privilegedStartService();
    } catch (error) {
      throw new CommandError(`--listen: ${(error as Error).message}`, ExitCode.cannotListen, { cause: error });
    }
  }

  startService(): Deferred<void> {
    this.#group.startService();
    return this.#group.waitForListening().addErrback(({ value }) => {
      throw ofWorker(value as WorkerError);
    });
  }

  stopService(): Deferred<void> {
    return this.#group.stopService();
  }

  abortService(): void {
    this.#group.abortService();
  }
}

const CODES: readonly number[] = Object.values(ExitCode);

/** What a worker says is wrong is what is wrong with the command line, which it has as well. */
function ofWorker(error: WorkerError): CommandError {
  const { problem = error.message, exitCode } = error;
  const code = CODES.includes(exitCode ?? -1) && exitCode !== 0 ? (exitCode as ExitCode) : ExitCode.failed;
  const hint = /EADDRINUSE/.test(problem) ? "; a port that workers share is given by --listen as well" : "";
  return new CommandError(`${problem}${hint}`, code, { cause: error });
}

/** Runs what the command was asked for as a program, and says what the process is to end with. */
import { resolve } from "node:path";
import type { Identity } from "../application/drop-privileges.ts";
import type { PIDFile } from "../application/pid-file.ts";
import { ProgramLife } from "../application/program-life.ts";
import type { ProgramLifeOptions, Startable } from "../application/program-life.ts";
import { workerEnvironment } from "../application/worker-environment.ts";
import { installReactor, reactor } from "../reactor/global-reactor.ts";
import { CommandError } from "./errors.ts";
import { ExitCode } from "./exit-code.ts";
import type { RunOptions } from "./global-options.ts";
import type { Looks } from "./show-statistics.ts";
import { startLogging } from "./start-logging.ts";
import type { Output } from "./terminal.ts";

/** What a program runs with. */
export interface Surroundings {
  readonly stdout: Output;
  readonly stderr: Output;
  /** The words of the command line. */
  readonly argv: readonly string[];
  /** Tells of an error that ends the program. */
  report(error: Error): void;
}

/** What is to be run. */
export type Plan = Pick<ProgramLifeOptions<Startable & Identity>, "make" | "isReadyWhenCalled" | "ready" | "reload"> & {
  /** What `--stats` shows. Default: the reactor of this process */
  readonly lookAround?: () => Looks;
  /** Who it wants to be; `"root"` leaves that to its workers. Default: who the command line says */
  readonly user?: "as it says itself" | "root";
};

/**
 * Prepares the process as `run` says, makes a plan, and runs that until it is over or stopped. Throws `CommandError` where something cannot be prepared; later errors are
 * reported, with `prefix` in front.
 */
export async function runPlan(
  run: RunOptions,
  around: Surroundings,
  prefix: string,
  makePlan: () => Plan | Promise<Plan>,
): Promise<ExitCode> {
  enter(run);
  const { stderr } = around;
  const shown = run.stats ? await import("./show-statistics.ts") : undefined;
  const standard = shown !== undefined && stderr.isTTY === true ? new shown.LiveLine(stderr) : stderr;
  const reopenLog = await startLogging(run, standard);
  if (run.reactor !== undefined) chooseReactor(run.reactor);
  const pidFile = await takePIDFile(run.pidfile);
  try {
    const { user, lookAround, ready, ...plan } = await makePlan();
    let exitCode: ExitCode = ExitCode.fine;
    const life = new ProgramLife(reactor, {
      ...plan,
      ...(user === "root" ? {} : await givingUpPrivileges(run, user)),
      reopenLog,
      systemd: await systemdNotifier(),
      ready: () => {
        void ready?.();
        // A line that changes does not get in the way of those that say where it listens.
        if (isWorker()) shown?.tellStatistics(reactor);
        else shown?.showStatistics(reactor, standard, lookAround);
      },
      failed: (error) => {
        const told = withPrefix(error, prefix);
        if (exitCode === ExitCode.fine) exitCode = told.exitCode;
        around.report(told);
      },
    });
    await life.run();
    return exitCode;
  } finally {
    pidFile?.release();
  }
}

/** Whether this process is one of several that the command runs. */
export function isWorker(): boolean {
  return workerEnvironment() !== undefined;
}

/** Whether it is the one that looks after them. */
export function hasWorkers(run: RunOptions): boolean {
  return run.workers !== undefined && !isWorker();
}

function enter({ chdir, umask }: RunOptions): void {
  if (chdir !== undefined) {
    try {
      process.chdir(chdir);
    } catch (error) {
      throw new CommandError(`--chdir: ${(error as Error).message}`, ExitCode.cannotPrepare, { cause: error });
    }
  }
  if (umask !== undefined) process.umask(umask);
}

function chooseReactor(kind: string): void {
  try {
    installReactor(kind);
    // It is made when it is first looked at.
    void reactor.kind;
  } catch (error) {
    throw new CommandError(`--reactor: ${(error as Error).message}`, ExitCode.cannotPrepare, { cause: error });
  }
}

/** The file is that of the group, not of its workers. */
async function takePIDFile(path: string | undefined): Promise<PIDFile | undefined> {
  if (path === undefined || isWorker()) return undefined;
  const { PIDFile } = await import("../application/pid-file.ts");
  const file = new PIDFile(resolve(path));
  try {
    file.acquire();
  } catch (error) {
    throw new CommandError(`--pidfile: ${(error as Error).message}`, ExitCode.cannotPrepare, { cause: error });
  }
  return file;
}

async function givingUpPrivileges(
  run: RunOptions,
  user: Plan["user"],
): Promise<Pick<ProgramLifeOptions<Identity & Startable>, "betweenStarts">> {
  const [uid, gid] = [idOf(run.uid), idOf(run.gid)];
  if (uid === undefined && gid === undefined && user === undefined) return {};
  const { dropPrivileges } = await import("../application/drop-privileges.ts");
  const betweenStarts = (own: Identity): void => {
    try {
      dropPrivileges({ uid: uid ?? own.uid, gid: gid ?? own.gid });
    } catch (error) {
      const option = uid !== undefined ? "--uid: " : gid !== undefined ? "--gid: " : "";
      throw new CommandError(`${option}${(error as Error).message}`, ExitCode.cannotPrepare, { cause: error });
    }
  };
  return { betweenStarts };
}

/** A number is an id, anything else a name. */
function idOf(text: string | undefined): number | string | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
}

async function systemdNotifier(): Promise<ProgramLifeOptions<Startable>["systemd"]> {
  // Few programs are started by systemd, and what talks to it takes time to load.
  if (process.env["NOTIFY_SOCKET"] === undefined) return undefined;
  const { SystemdNotifier } = await import("../application/systemd-notifier.ts");
  return SystemdNotifier.fromEnvironment(reactor);
}

/** Says whose error it is, unless it does; what it ends with stays. */
function withPrefix(error: unknown, prefix: string): CommandError {
  const exitCode = error instanceof CommandError ? error.exitCode : ExitCode.failed;
  const message = error instanceof Error ? error.message : String(error);
  const text = message.startsWith(`${prefix}: `) ? message : `${prefix}: ${message}`;
  return new CommandError(text, exitCode, { cause: error });
}

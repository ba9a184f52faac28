/**
 * An application as a program: from its privileged start to the last of its connections.
 *
 * In this order: the folder and the umask are set, the log file opened, the PID file taken, the privileged start made, privileges given up, the application started, and the
 * reactor run. The rest of its life is that of every program, see `program-life.ts`.
 */
import { textFileLogObserver } from "../logger/file-log-observer.ts";
import { globalLogBeginner, globalLogPublisher } from "../logger/global-log.ts";
import { jsonFileLogObserver } from "../logger/json-file-log-observer.ts";
import type { LogObserver } from "../logger/log-event.ts";
import { LogFile } from "../logger/log-file.ts";
import type { LogFileOptions } from "../logger/log-file.ts";
import { Logger } from "../logger/logger.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { Application } from "./application.ts";
import { dropPrivileges } from "./drop-privileges.ts";
import { PIDFile } from "./pid-file.ts";
import { ProgramLife } from "./program-life.ts";
import type { ProgramLifeOptions, Startable } from "./program-life.ts";
import { SystemdNotifier } from "./systemd-notifier.ts";
import { tellGroup, workerID } from "./worker-environment.ts";

const log = new Logger({ namespace: "hawser.application" });

/** The seconds that a worker gets to stop: more than servers give their connections as a rule. */
const WORKER_KILL_TIME = 60;

export interface RunApplicationOptions {
  /** The folder that the program is to be in; other paths start from there. */
  readonly chdir?: string;
  /** The permissions that new files do not get. */
  readonly umask?: number;
  /** A file for the id of the process: one that another process has is an error. */
  readonly pidFile?: string;
  /** A file for the log: it is moved aside when it is long, and opened anew on SIGHUP. Without it, the program says where its log goes. */
  readonly logFile?: string;
  readonly logFileOptions?: LogFileOptions;
  /** Default: `"text"` */
  readonly logFormat?: "text" | "json";
  /** Whether SIGTERM and SIGINT stop it, and SIGHUP reopens the log and reloads. Without a log file and `reload`, SIGHUP stops it. Default: `true` */
  readonly installSignalHandlers?: boolean;
  /** Called on SIGHUP, when the log is open again. With `workers`, these are replaced instead. */
  readonly reload?: () => unknown;
  /** Called when all servers listen. With `workers`, it is called in each of them. */
  readonly ready?: () => unknown;
  /**
   * In how many processes the program is run. The first one then starts as many others with the same command line, opens the ports of `listen`, which they share, and looks
   * after them: it has the log file and the PID file, starts those again that end, and replaces all of them on SIGHUP, without losing a connection. Its application is not started. A worker that has not stopped within a minute is killed.
   */
  readonly workers?: number;
  /** The ports that workers share, in the words in which the application asks `strports` for them: `tcp:` or `tcp6:`. */
  readonly listen?: readonly string[];
}

/**
 * Starts `application`, runs the reactor, and resolves when both are stopped. It rejects with what the start throws, and where a server cannot listen;
 * everything is stopped by then. systemd, if it started the program, is told when all servers listen, and when the end begins.
 *
 * @example
 * import { NodeReactor } from "hawser/reactor";
 * const reactor = new NodeReactor();
 * const application = new Application("example");
 * await runApplication(application, reactor, { ready: () => reactor.stop() });
 * assert.equal(application.running, false);
 */
export async function runApplication(
  application: Application,
  reactor: Reactor,
  options: RunApplicationOptions = {},
): Promise<void> {
  const { workers, listen = [], ...own } = options;
  if (workers === undefined) return run(reactor, own, { make: () => application, betweenStarts: dropPrivileges });
  if (workerID() !== undefined) return runWorker(application, reactor, own);
  const { WorkerGroup } = await import("./worker-group.ts");
  const group = new WorkerGroup(reactor, {
    workers,
    listen,
    program: process.argv[1]!,
    args: process.argv.slice(2),
    stdout: "inherit",
    killTime: WORKER_KILL_TIME,
  });
  const { ready: _ofWorkers, ...ofGroup } = own;
  return run(reactor, { ...ofGroup, reload: () => group.reload() }, { make: () => group });
}

/** The folder, the log and the PID file are those of the group. */
async function runWorker(application: Application, reactor: Reactor, options: OwnOptions): Promise<void> {
  const { chdir: _chdir, umask: _umask, pidFile: _pidFile, logFile: _logFile, ...own } = options;
  // With record separators, by which the group knows what is logged.
  globalLogBeginner.beginLoggingTo([jsonFileLogObserver(process.stderr)]);
  try {
    await run(reactor, own, { make: () => application, betweenStarts: dropPrivileges });
  } catch (error) {
    tellGroup({ kind: "problem", text: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}

type OwnOptions = Omit<RunApplicationOptions, "workers" | "listen">;

async function run<S extends Startable>(
  reactor: Reactor,
  options: OwnOptions,
  life: Pick<ProgramLifeOptions<S>, "make" | "betweenStarts">,
): Promise<void> {
  if (options.chdir !== undefined) process.chdir(options.chdir);
  if (options.umask !== undefined) process.umask(options.umask);
  const logging = options.logFile === undefined ? undefined : new FileLogging(options.logFile, options);
  const pidFile = options.pidFile === undefined ? undefined : new PIDFile(options.pidFile);
  let failure: { readonly error: unknown } | undefined;
  try {
    pidFile?.acquire();
    await new ProgramLife(reactor, {
      ...options,
      ...life,
      systemd: SystemdNotifier.fromEnvironment(reactor),
      reopenLog: logging === undefined ? undefined : () => logging.reopen(),
      failed: (error) => {
        if (failure === undefined) failure = { error };
        else log.failure("Stopping failed as well", error);
      },
    }).run();
  } finally {
    pidFile?.release();
    logging?.end();
  }
  if (failure !== undefined) throw failure.error;
}

class FileLogging {
  readonly #file: LogFile;
  readonly #observer: LogObserver;

  constructor(path: string, { logFileOptions = {}, logFormat = "text" }: RunApplicationOptions) {
    this.#file = LogFile.fromFullPath(path, logFileOptions);
    this.#observer =
      logFormat === "json" ? jsonFileLogObserver(this.#file, { recordSeparator: "" }) : textFileLogObserver(this.#file);
    globalLogBeginner.beginLoggingTo([this.#observer]);
  }

  reopen(): void {
    this.#file.reopen();
  }

  end(): void {
    globalLogPublisher.removeObserver(this.#observer);
    this.#file.close();
  }
}

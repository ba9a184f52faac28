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
import { SystemdNotifier } from "./systemd-notifier.ts";

const log = new Logger({ namespace: "hawser.application" });

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
  /** Called on SIGHUP, when the log is open again. */
  readonly reload?: () => unknown;
  /** Called when all servers listen. */
  readonly ready?: () => unknown;
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
  if (options.chdir !== undefined) process.chdir(options.chdir);
  if (options.umask !== undefined) process.umask(options.umask);
  const logging = options.logFile === undefined ? undefined : new FileLogging(options.logFile, options);
  const pidFile = options.pidFile === undefined ? undefined : new PIDFile(options.pidFile);
  let failure: { readonly error: unknown } | undefined;
  try {
    pidFile?.acquire();
    await new ProgramLife(reactor, {
      ...options,
      make: () => application,
      betweenStarts: dropPrivileges,
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

/**
 * An application as a program: from its privileged start to the last of its connections.
 *
 * In this order: the folder and the umask are set, the log file opened, the PID file taken, the privileged start made, privileges given up, the application started, and the
 * reactor run. When the reactor is stopped, by a signal as a rule, the application is stopped, and waited for. A second signal aborts what it waits for; a third one does what
 * it does to any program.
 */
import { gatherResults } from "../deferred/deferred-list.ts";
import type { Deferred } from "../deferred/deferred.ts";
import { FirstError } from "../deferred/errors.ts";
import { textFileLogObserver } from "../logger/file-log-observer.ts";
import { globalLogBeginner, globalLogPublisher } from "../logger/global-log.ts";
import { jsonFileLogObserver } from "../logger/json-file-log-observer.ts";
import type { LogObserver } from "../logger/log-event.ts";
import { LogFile } from "../logger/log-file.ts";
import type { LogFileOptions } from "../logger/log-file.ts";
import { Logger } from "../logger/logger.ts";
import { ReactorNotRunning } from "../reactor/errors.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { Application } from "./application.ts";
import { dropPrivileges } from "./drop-privileges.ts";
import { PIDFile } from "./pid-file.ts";
import type { ServiceLike } from "./service.ts";
import { tellReady, workerEnvironment } from "./worker-environment.ts";
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
  /** Whether SIGTERM and SIGINT stop it, and SIGHUP reopens the log. Default: `true` */
  readonly installSignalHandlers?: boolean;
  /** Called on SIGHUP, when the log is open again. */
  readonly reload?: () => unknown;
  /** Called when all servers listen. */
  readonly ready?: () => unknown;
}

const STOP_SIGNALS = ["SIGTERM", "SIGINT"] as const;

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
  try {
    pidFile?.acquire();
    await new Program(application, reactor, options, logging).run();
  } finally {
    pidFile?.release();
    logging?.end();
  }
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

class Program {
  readonly #application: Application;
  readonly #reactor: Reactor;
  readonly #options: RunApplicationOptions;
  readonly #logging: FileLogging | undefined;
  readonly #systemd: SystemdNotifier | undefined;
  #failure: { readonly error: unknown } | undefined = undefined;
  #signals = 0;
  #isStopping = false;

  constructor(
    application: Application,
    reactor: Reactor,
    options: RunApplicationOptions,
    logging: FileLogging | undefined,
  ) {
    this.#application = application;
    this.#reactor = reactor;
    this.#options = options;
    this.#logging = logging;
    this.#systemd = SystemdNotifier.fromEnvironment(reactor);
  }

  async run(): Promise<void> {
    const { installSignalHandlers = true } = this.#options;
    this.#reactor.addSystemEventTrigger("before", "shutdown", () => this.#stop());
    this.#start();
    if (installSignalHandlers) this.#listenToSignals();
    const isWorker = workerEnvironment() !== undefined;
    // The group has the other end of standard input: when that is closed, the group is no more.
    if (isWorker) process.stdin.resume().once("end", this.#stopWithGroup);
    try {
      await this.#reactor.run({ installSignalHandlers: false });
    } finally {
      this.#ignoreSignals();
      if (isWorker) process.stdin.off("end", this.#stopWithGroup).destroy();
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #start(): void {
    try {
      this.#application.privilegedStartService();
      dropPrivileges(this.#application);
      this.#application.startService();
    } catch (error) {
      this.#fail(error);
      return;
    }
    const listening = Array.from(serversOf(this.#application), (server) => server.waitForListening());
    gatherResults(listening, { consumeErrors: true }).addCallbacks(
      () => this.#reactor.callWhenRunning(() => this.#ready()),
      (failure) => this.#fail(failure.value instanceof FirstError ? failure.value.cause : failure.value),
    );
  }

  #ready(): void {
    if (workerEnvironment() !== undefined) tellReady();
    this.#systemd?.ready();
    this.#systemd?.startWatchdog();
    this.#options.ready?.();
  }

  /** What has been started is stopped as ever, for which the reactor must run. */
  #fail(error: unknown): void {
    // Who is stopped while he waits for his port has not failed.
    if (this.#failure !== undefined || this.#isStopping) return;
    this.#failure = { error };
    this.#reactor.callWhenRunning(() => this.#stopReactor());
  }

  #stopReactor(): void {
    try {
      this.#reactor.stop();
    } catch (error) {
      // Somebody else has stopped it.
      if (!(error instanceof ReactorNotRunning)) throw error;
    }
  }

  #stop(): PromiseLike<unknown> {
    this.#isStopping = true;
    this.#systemd?.stopping();
    return this.#application.stopService().addBoth((result) => {
      this.#systemd?.close();
      return result;
    });
  }

  readonly #stopWithGroup = (): void => {
    log.warn("The group of this worker has ended, stopping");
    this.#stopReactor();
  };

  readonly #stopOnSignal = (signal: NodeJS.Signals): void => {
    // A terminal sends it to all processes at once; the group tells its workers itself.
    if (signal === "SIGINT" && workerEnvironment() !== undefined) return;
    this.#signals++;
    if (this.#signals === 1) {
      log.info("Received {signal}, stopping", { signal });
      this.#stopReactor();
      return;
    }
    log.warn("Received {signal} again, aborting", { signal });
    this.#ignoreSignals();
    this.#application.abortService();
  };

  readonly #reopenOnSignal = (): void => {
    this.#logging?.reopen();
    log.info("Received SIGHUP, the log is open again");
    try {
      this.#options.reload?.();
    } catch (error) {
      log.failure("Reloading failed", error);
    }
  };

  #listenToSignals(): void {
    for (const signal of STOP_SIGNALS) process.on(signal, this.#stopOnSignal);
    process.on("SIGHUP", this.#reopenOnSignal);
  }

  #ignoreSignals(): void {
    for (const signal of STOP_SIGNALS) process.off(signal, this.#stopOnSignal);
    process.off("SIGHUP", this.#reopenOnSignal);
  }
}

/** A service that says when it listens. */
interface Server {
  waitForListening(): Deferred<unknown>;
}

function* serversOf(service: ServiceLike): Generator<Server> {
  const { waitForListening } = service as Partial<Server>;
  if (typeof waitForListening === "function") yield service as unknown as Server;
  const children = service as Partial<Iterable<ServiceLike>>;
  if (typeof children[Symbol.iterator] !== "function") return;
  for (const child of children as Iterable<ServiceLike>) yield* serversOf(child);
}

/**
 * The life of a program, whoever runs it: its service is made and started, the reactor run, and when that is stopped, by a signal as a rule, the service is stopped and waited
 * for. A second signal aborts what is waited for; a third one does what it does to any program.
 *
 * What only some programs need, such as systemd, is given from outside, so that a command that starts fast does not load it.
 */
import { isatty } from "node:tty";
import { gatherResults } from "../deferred/deferred-list.ts";
import { Deferred } from "../deferred/deferred.ts";
import { FirstError } from "../deferred/errors.ts";
import { maybeDeferred } from "../deferred/maybe-deferred.ts";
import { Logger } from "../logger/logger.ts";
import { ReactorNotRunning } from "../reactor/errors.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { SystemdNotifier } from "./systemd-notifier.ts";
import { tellGroup, workerEnvironment } from "./worker-environment.ts";

const log = new Logger({ namespace: "hawser.application" });

/** What can be started and stopped: a service, an application, or anything else with these methods. */
export interface Startable {
  /** Does what needs privileges, such as opening ports below 1024. */
  privilegedStartService?(): unknown;
  /** Where it answers a promise or a Deferred, the program is ready when that is there; where it fails, the program ends. */
  startService(): unknown;
  /** Where it answers a promise or a Deferred, that is waited for before the program ends. */
  stopService(): unknown;
  /** Ends at once whatever `stopService`, which has been called, waits for. */
  abortService?(): unknown;
  /** Called on SIGHUP, where the program has no `reload` of its own: reads again what was read at the start. */
  reload?(): unknown;
}

export interface ProgramLifeOptions<S extends Startable> {
  /**
   * Answers what is to be started, maybe later; `undefined` where there is nothing to be started, and the program goes on until the reactor is
   * stopped.
   */
  readonly make: () => S | undefined | PromiseLike<S | undefined>;
  /** Whether it is ready when `make` has been called, for what that answers may be there only when all is over. Default: `false` */
  readonly isReadyWhenCalled?: boolean;
  /** Called between the two starts, to give up privileges. */
  readonly betweenStarts?: (startable: S) => unknown;
  /** Told that it is ready, and that it ends. */
  readonly systemd?: SystemdNotifier | undefined;
  /** Whether SIGTERM, SIGINT and SIGHUP are acted upon. Default: `true` */
  readonly installSignalHandlers?: boolean;
  /** What SIGHUP is for: to open the log file again, and to read again what was read at the start. Without both it stops the program. */
  readonly reopenLog?: (() => unknown) | undefined;
  readonly reload?: (() => unknown) | undefined;
  /** Called when all servers listen. */
  readonly ready?: (() => unknown) | undefined;
  /** Told of what a start or a stop throws, and of a server that cannot listen, when it happens; the program ends. */
  readonly failed: (error: unknown) => void;
}

const STOP_SIGNALS = ["SIGTERM", "SIGINT"] as const;

export class ProgramLife<S extends Startable> {
  readonly #reactor: Reactor;
  readonly #options: ProgramLifeOptions<S>;
  readonly #isWorker: boolean = workerEnvironment() !== undefined;
  readonly #hadTerminal: boolean = hasTerminal();
  readonly #over: Deferred<void> = new Deferred<void>();
  #startable: S | undefined = undefined;
  #state: "starting" | "ready" | "stopping" = "starting";
  #signals = 0;
  #isAborting = false;

  constructor(reactor: Reactor, options: ProgramLifeOptions<S>) {
    this.#reactor = reactor;
    this.#options = options;
  }

  /** Resolves when the program is over. */
  async run(): Promise<void> {
    const { installSignalHandlers = true } = this.#options;
    this.#reactor.addSystemEventTrigger("before", "shutdown", () => this.#stop());
    if (installSignalHandlers) this.#listenToSignals();
    this.#start();
    // The group has the other end of standard input: when that is closed, the group is no more.
    if (this.#isWorker) process.stdin.resume().once("end", this.#stopWithGroup);
    try {
      await this.#reactor.run({ installSignalHandlers: false });
    } finally {
      this.#ignoreSignals();
      if (this.#isWorker) process.stdin.off("end", this.#stopWithGroup).destroy();
    }
  }

  #start(): void {
    const { make, isReadyWhenCalled = false } = this.#options;
    const made = maybeDeferred(make);
    const isThere = (): void => void this.#reactor.callWhenRunning(() => this.#ready());
    if (isReadyWhenCalled) isThere();
    made
      .addCallback((startable) => this.#startMade(startable as S | undefined))
      .addCallbacks(isThere, (failure) => this.#cannotStart(failure.value));
  }

  #startMade(startable: S | undefined): Deferred<unknown> | undefined {
    // It may have been stopped meanwhile.
    if (startable === undefined || this.#state === "stopping") return undefined;
    this.#startable = startable;
    startable.privilegedStartService?.();
    this.#options.betweenStarts?.(startable);
    const started = maybeDeferred(() => startable.startService());
    const listening = Array.from(serversOf(startable), (server) => server.waitForListening());
    return gatherResults([started, ...listening], { consumeErrors: true });
  }

  #ready(): void {
    if (this.#state !== "starting") return;
    this.#state = "ready";
    if (this.#isWorker) tellGroup({ kind: "ready" });
    this.#options.systemd?.ready();
    this.#options.systemd?.startWatchdog();
    this.#options.ready?.();
  }

  /** What has been started is stopped as ever, for which the reactor must run. */
  #cannotStart(error: unknown): void {
    // Who is stopped while he waits for his port has not failed.
    if (this.#state === "stopping") return;
    this.#state = "stopping";
    this.#options.failed(error instanceof FirstError ? error.cause : error);
    this.#reactor.callWhenRunning(() => stopReactor(this.#reactor));
  }

  #stop(): PromiseLike<unknown> {
    const { systemd, failed } = this.#options;
    this.#state = "stopping";
    systemd?.stopping();
    maybeDeferred(() => this.#startable?.stopService())
      .addErrback((failure) => failed(failure.value))
      .addCallback(() => {
        if (!this.#over.called) this.#over.callback();
      });
    // Two signals may have come at once.
    if (this.#isAborting) this.#abort();
    return this.#over.addCallback(() => systemd?.close());
  }

  #abort(): void {
    this.#isAborting = true;
    if (this.#state !== "stopping") return;
    if (this.#startable?.abortService !== undefined) this.#startable.abortService();
    // Nobody can hurry it: it is not waited for any longer.
    else if (!this.#over.called) this.#over.callback();
  }

  /** A group that is no more, or that waits no longer for a worker that it has told to stop. */
  readonly #stopWithGroup = (): void => {
    log.warn("The group of this worker waits no longer");
    if (this.#signals > 0) this.#abort();
    else stopReactor(this.#reactor);
  };

  readonly #stopOnSignal = (signal: NodeJS.Signals): void => {
    // A terminal sends it to all processes at once, and systemd sends SIGTERM so; the group tells its workers itself, once.
    if (this.#isWorker && (signal === "SIGINT" || this.#signals > 0)) return;
    this.#signals++;
    if (this.#signals === 1) {
      log.info("Received {signal}, stopping", { signal });
      stopReactor(this.#reactor);
      return;
    }
    log.warn("Received {signal} again, aborting", { signal });
    this.#ignoreSignals();
    this.#abort();
  };

  readonly #hangUp = (): void => {
    const startable = this.#startable;
    const own = startable?.reload === undefined ? undefined : () => startable.reload!();
    const { reopenLog, reload = own } = this.#options;
    const isForUs = reopenLog !== undefined || reload !== undefined;
    if (!isForUs && this.#isWorker) return;
    // When a terminal is closed, its programs get the same signal.
    if (!isForUs || (this.#hadTerminal && !hasTerminal())) {
      this.#stopOnSignal("SIGHUP");
      return;
    }
    reopenLog?.();
    log.info("Received SIGHUP, {what}", { what: reload === undefined ? "the log is open again" : "reloading" });
    maybeDeferred(() => reload?.()).addErrback((failure) => log.failure("Reloading failed", failure));
  };

  #listenToSignals(): void {
    for (const signal of STOP_SIGNALS) process.on(signal, this.#stopOnSignal);
    process.on("SIGHUP", this.#hangUp);
  }

  #ignoreSignals(): void {
    for (const signal of STOP_SIGNALS) process.off(signal, this.#stopOnSignal);
    process.off("SIGHUP", this.#hangUp);
  }
}

/** Stops the reactor, unless somebody else has. */
export function stopReactor(reactor: Reactor): void {
  try {
    reactor.stop();
  } catch (error) {
    if (!(error instanceof ReactorNotRunning)) throw error;
  }
}

/** Whether one of the standard streams is a terminal that is there: one that is closed is none any more. */
function hasTerminal(): boolean {
  return [0, 1, 2].some((fd) => isatty(fd));
}

/** A service that says when it listens. */
interface Server {
  waitForListening(): Deferred<unknown>;
}

function* serversOf(service: unknown): Generator<Server> {
  const { waitForListening } = service as Partial<Server>;
  if (typeof waitForListening === "function") yield service as Server;
  const children = service as Partial<Iterable<unknown>>;
  if (typeof children[Symbol.iterator] !== "function") return;
  for (const child of children as Iterable<unknown>) yield* serversOf(child);
}

/**
 * A service that keeps processes running: one that ends is started again, at once where it had lived for a while, and otherwise after waits that
 * double each time.
 */
import { inspect } from "node:util";
import type { DelayedCallLike, ReactorTime } from "../clock/reactor-time.ts";
import type { Deferred } from "../deferred/deferred.ts";
import { succeed } from "../deferred/maybe-deferred.ts";
import { InvalidStateError } from "../errors.ts";
import { Logger } from "../logger/logger.ts";
import { ProcessExitedAlready } from "../process/errors.ts";
import type { SpawnProcessOptions } from "../process/spawn-options.ts";
import type { ReactorProcess } from "../reactor/reactor.ts";
import { ServiceNotFoundError } from "./errors.ts";
import { LoggingProtocol } from "./logging-protocol.ts";
import { Service } from "./service.ts";
import { Waiters } from "./waiters.ts";

/** How a process of a `ProcessMonitor` is run. */
export interface MonitoredProcessOptions {
  readonly uid?: number | null;
  readonly gid?: number | null;
  /** Its environment, and all of it: empty unless told otherwise, as in Twisted; `null` is that of this process. */
  readonly env?: SpawnProcessOptions["env"];
  /** The folder that it runs in. */
  readonly cwd?: string | null;
}

interface MonitoredProcess {
  readonly args: readonly string[];
  readonly options: MonitoredProcessOptions;
}

/** A process that runs. */
interface Run {
  readonly protocol: LoggingProtocol;
  readonly startedAt: number;
  /** When it was told to end: kills it. */
  killing: DelayedCallLike | undefined;
}

/**
 * Keeps processes running while it runs itself. What they write is logged.
 *
 * @example
 * import { MemoryReactorClock } from "hawser/testing";
 * const reactor = new MemoryReactorClock();
 * const monitor = new ProcessMonitor(reactor);
 * monitor.addProcess("worker", ["/usr/bin/worker", "--queue", "mail"], { env: null });
 * monitor.startService();
 * assert.equal(reactor.spawnedProcesses[0]!.executable, "/usr/bin/worker");
 */
export class ProcessMonitor extends Service {
  /** How many seconds a process must live to be started again at once. */
  threshold = 1;
  /** How many seconds a process gets to end by itself before it is killed. */
  killTime = 5;
  /** How many seconds to wait after the first short life, and at most. */
  minRestartDelay = 1;
  maxRestartDelay = 3600;
  /** Where the lines of the processes go. */
  log: Logger = new Logger({ namespace: "hawser.application.process" });
  readonly #reactor: ReactorProcess & ReactorTime;
  readonly #processes: Map<string, MonitoredProcess> = new Map();
  readonly #runs: Map<string, Run> = new Map();
  readonly #delays: Map<string, number> = new Map();
  readonly #restarts: Map<string, DelayedCallLike> = new Map();
  readonly #stopWaiters: Waiters = new Waiters();

  constructor(reactor: ReactorProcess & ReactorTime) {
    super();
    this.#reactor = reactor;
  }

  /**
   * Adds a process, and starts it where this runs. `args` begin with the path of the program; no shell looks at them. Throws `InvalidStateError`
   * where there is one of that name.
   */
  addProcess(name: string, args: readonly string[], options: MonitoredProcessOptions = {}): void {
    if (this.#processes.has(name)) {
      throw new InvalidStateError(
        `Cannot add the process ${JSON.stringify(name)}: there is one of that name, expected it to be removed first`,
      );
    }
    if (!Array.isArray(args) || args.length === 0)
      throw new TypeError(`Cannot add a process with the arguments ${inspect(args)}: expected the path of a program`);
    this.#processes.set(name, { args, options });
    this.#delays.set(name, this.minRestartDelay);
    if (this.running) this.startProcess(name);
  }

  /** Stops a process, and forgets it. Throws `ServiceNotFoundError` where there is none of that name. */
  removeProcess(name: string): void {
    this.stopProcess(name);
    this.#processes.delete(name);
    this.#cancelRestart(name);
  }

  /** The names of the processes that run now. */
  get runningProcesses(): readonly string[] {
    return [...this.#runs.keys()];
  }

  override startService(): void {
    super.startService();
    for (const name of Array.from(this.#processes.keys())) this.startProcess(name);
  }

  /** Stops all processes, and fires when they have ended. */
  override stopService(): Deferred<void> {
    void super.stopService();
    for (const name of Array.from(this.#restarts.keys())) this.#cancelRestart(name);
    for (const name of Array.from(this.#processes.keys())) this.stopProcess(name);
    if (this.#runs.size === 0) return succeed();
    return this.#stopWaiters.add();
  }

  /** Kills the processes that have been told to end and have not. */
  override abortService(): void {
    for (const { protocol, killing } of Array.from(this.#runs.values())) {
      if (killing === undefined) continue;
      if (killing.active()) killing.cancel();
      signal(protocol, "KILL");
    }
  }

  /** Starts a process, unless it runs. Throws `ServiceNotFoundError` where there is none of that name. */
  startProcess(name: string): void {
    if (this.#runs.has(name)) return;
    const { args, options } = this.#find(name);
    this.#cancelRestart(name);
    const protocol = new LoggingProtocol({ name, log: this.log, ended: () => this.#ended(name) });
    this.#runs.set(name, { protocol, startedAt: this.#reactor.seconds(), killing: undefined });
    const { uid = null, gid = null, env = {}, cwd = null } = options;
    try {
      this.#reactor.spawnProcess(protocol, args[0]!, args, { uid, gid, env, path: cwd });
    } catch (error) {
      // Such as an argument that is no text: there is nothing that could end.
      this.#runs.delete(name);
      throw error;
    }
  }

  /** Tells a process to end, and kills it where it has not in `killTime`. While this runs, it is started again then. */
  stopProcess(name: string): void {
    this.#find(name);
    const run = this.#runs.get(name);
    if (run === undefined || !signal(run.protocol, "TERM")) return;
    run.killing ??= this.#reactor.callLater(this.killTime, () => void signal(run.protocol, "KILL"));
  }

  /** Tells all processes to end; they are started again. */
  restartAll(): void {
    for (const name of Array.from(this.#processes.keys())) this.stopProcess(name);
  }

  #find(name: string): MonitoredProcess {
    const found = this.#processes.get(name);
    if (found !== undefined) return found;
    const known = [...this.#processes.keys()].map((other) => JSON.stringify(other)).join(", ");
    throw new ServiceNotFoundError(
      `Cannot find the process ${JSON.stringify(name)}: expected one of ${known || "none"}`,
    );
  }

  #ended(name: string): void {
    const { startedAt, killing } = this.#runs.get(name)!;
    if (killing?.active() === true) killing.cancel();
    this.#runs.delete(name);
    let wait = 0;
    if (this.#reactor.seconds() - startedAt < this.threshold) {
      wait = this.#delays.get(name) ?? this.minRestartDelay;
      this.#delays.set(name, Math.min(wait * 2, this.maxRestartDelay));
    } else {
      this.#delays.set(name, this.minRestartDelay);
    }
    if (this.running && this.#processes.has(name))
      this.#restarts.set(
        name,
        this.#reactor.callLater(wait, () => this.startProcess(name)),
      );
    if (this.#runs.size > 0) return;
    this.#stopWaiters.fire(undefined);
  }

  #cancelRestart(name: string): void {
    const restart = this.#restarts.get(name);
    this.#restarts.delete(name);
    if (restart?.active() === true) restart.cancel();
  }
}

/** Whether the process was there to be signalled. */
function signal({ transport }: LoggingProtocol, name: "TERM" | "KILL"): boolean {
  try {
    transport.signalProcess(name);
    return true;
  } catch (error) {
    if (error instanceof ProcessExitedAlready) return false;
    throw error;
  }
}

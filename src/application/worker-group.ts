/**
 * Several processes of one program, which share its ports.
 *
 * This process opens the sockets, and each worker inherits them. A worker that ends is started again, after a wait where it has not lived long; when the group is reloaded, each
 * worker is replaced by one that is ready before the old one is told to stop.
 */
import { inspect } from "node:util";
import type { DelayedCallLike, ReactorTime } from "../clock/reactor-time.ts";
import { gatherResults } from "../deferred/deferred-list.ts";
import { Deferred } from "../deferred/deferred.ts";
import { CancelledError, FirstError } from "../deferred/errors.ts";
import type { Failure } from "../deferred/failure.ts";
import { succeed } from "../deferred/maybe-deferred.ts";
import { InvalidStateError } from "../errors.ts";
import { Logger } from "../logger/logger.ts";
import { ProcessDone, ProcessTerminated } from "../process/errors.ts";
import type { ReactorProcess } from "../reactor/reactor.ts";
import { backoffPolicy } from "./backoff-policy.ts";
import type { RetryPolicy } from "./backoff-policy.ts";
import { WorkerError } from "./errors.ts";
import { Service } from "./service.ts";
import { SharedSocket } from "./shared-socket.ts";
import type { Address } from "../transport/address.ts";
import { Waiters } from "./waiters.ts";
import { FIRST_SOCKET_FD, TELLING_FD, withWorkerEnvironment } from "./worker-environment.ts";
import type { WorkerNews } from "./worker-environment.ts";
import { WorkerProtocol } from "./worker-protocol.ts";

const log = new Logger({ namespace: "hawser.application.workers" });

export interface WorkerGroupOptions {
  /** How many workers there are. */
  readonly workers: number;
  /** The path of the program that each of them runs, and its arguments. */
  readonly program: string;
  readonly args?: readonly string[];
  /** Arguments of the runtime. Default: those of this process */
  readonly execArgv?: readonly string[];
  /** Default: the environment of this process */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The folder that they run in. Default: that of this process when it starts them */
  readonly cwd?: string | undefined;
  /** Whether what they write to standard output is logged, or goes where that of this process goes. Default: `"log"` */
  readonly stdout?: "log" | "inherit";
  /** Told what a worker tells by `tellGroup`, with the id of its process. */
  readonly said?: (text: string, pid: number) => void;
  /** The endpoints that they share: `tcp:` or `tcp6:`. */
  readonly listen: readonly string[];
  /** The seconds within which a worker must be ready. Default: 30 */
  readonly startTime?: number;
  /** The seconds that a worker gets to stop before it is killed. Default: 30 */
  readonly killTime?: number;
  /** How many seconds a worker must live to be started again at once. Default: 1 */
  readonly threshold?: number;
  /** How long to wait after so many short lives in a row. Default: `backoffPolicy(0.5, 30, 2)` */
  readonly retryPolicy?: RetryPolicy;
}

/** How many seconds a worker gets to abort what it waits for. */
const ABORTED_WITHIN = 2;

interface Worker {
  readonly protocol: WorkerProtocol;
  readonly startedAt: number;
  isReady: boolean;
  /** What it has said was wrong. */
  problem: string | undefined;
  /** Those who wait until it is; it fails for them where it ends before. */
  readonly waiters: Deferred<void>[];
  /** What kills it: because it is not ready in time, or has not stopped in time. */
  deadline: DelayedCallLike | undefined;
  isStopping: boolean;
}

/** The place of a worker in the group. */
interface Place {
  readonly id: number;
  /** The worker that counts. */
  current: Worker | undefined;
  /** The one that is to replace it. */
  next: Worker | undefined;
  /** Those that stop. */
  readonly leaving: Set<Worker>;
  failures: number;
  restart: DelayedCallLike | undefined;
}

/**
 * Runs `workers` processes of a program, which share the ports of `listen`. In the program, `workerID` says whether it is a worker, `strports.service` and `sharedServerFromString`
 * listen on the shared sockets, and `runApplication` tells the group when it is ready, and stops when the group is no more.
 *
 * @example
 * import { MemoryReactorClock } from "hawser/testing";
 * const reactor = new MemoryReactorClock();
 * const group = new WorkerGroup(reactor, { workers: 2, program: "server.js", listen: ["tcp:0:interface=127.0.0.1"] });
 * group.startService();
 * assert.equal(reactor.spawnedProcesses.length, 2);
 * group.closeSockets();
 */
export class WorkerGroup extends Service {
  readonly #reactor: ReactorProcess & ReactorTime;
  readonly #options: Required<Omit<WorkerGroupOptions, "listen" | "cwd">> & Pick<WorkerGroupOptions, "cwd">;
  readonly #sockets: readonly SharedSocket[];
  readonly #places: readonly Place[];
  readonly #stopWaiters: Waiters = new Waiters();
  #readyWaiters: Deferred<void>[] = [];
  /** Whether all have been ready once. */
  #hasBeenReady = false;
  #firstWaiters: Deferred<void>[] = [];

  constructor(reactor: ReactorProcess & ReactorTime, options: WorkerGroupOptions) {
    super();
    const { workers, listen } = options;
    if (!Number.isInteger(workers) || workers < 1)
      throw new RangeError(`Cannot run ${inspect(workers)} workers: expected a whole number above 0`);
    this.#reactor = reactor;
    this.#options = {
      args: [],
      execArgv: process.execArgv,
      env: process.env,
      stdout: "log",
      said: () => {},
      startTime: 30,
      killTime: 30,
      threshold: 1,
      retryPolicy: backoffPolicy(0.5, 30, 2),
      ...options,
    };
    this.#sockets = listen.map((description) => new SharedSocket(description));
    this.#places = Array.from({ length: workers }, (_, id) => ({
      id,
      current: undefined,
      next: undefined,
      leaving: new Set<Worker>(),
      failures: 0,
      restart: undefined,
    }));
  }

  /** The processes of the workers that count, by number; `null` for one that is not there. */
  get pids(): readonly (number | null)[] {
    return this.#places.map(({ current }) => current?.protocol.pid ?? null);
  }

  /** The processes of all workers that are there, also of those that start or stop. */
  get allPIDs(): readonly number[] {
    return this.#places.flatMap(({ current, next, leaving }) =>
      [current, next, ...leaving].flatMap((worker) => worker?.protocol.pid ?? []),
    );
  }

  /** Where the shared sockets listen, in the order of `listen`; none before they are open. */
  get addresses(): readonly Address[] {
    return this.#sockets.flatMap(({ address }) => address ?? []);
  }

  /**
   * Fires when all workers have been ready once, which may be now; fails with a `WorkerError` where one ends before, for such a program cannot be started. `runApplication`
   * waits for this.
   */
  waitForListening(): Deferred<void> {
    if (this.#hasBeenReady) return succeed<void>(undefined);
    const ready = new Deferred<void>(() => {
      this.#firstWaiters = this.#firstWaiters.filter((waiter) => waiter !== ready);
    });
    this.#firstWaiters.push(ready);
    return ready;
  }

  /** Fires when each worker is ready, which may be now; fails with a `CancelledError` when the group is stopped before. */
  whenReady(): Deferred<void> {
    if (this.#areAllReady()) return succeed<void>(undefined);
    const ready = new Deferred<void>(() => {
      this.#readyWaiters = this.#readyWaiters.filter((waiter) => waiter !== ready);
    });
    this.#readyWaiters.push(ready);
    return ready;
  }

  /** Opens the sockets. Throws `CannotListenError` where one cannot be opened. */
  override privilegedStartService(): void {
    super.privilegedStartService();
    for (const socket of this.#sockets) socket.open();
  }

  override startService(): void {
    if (this.running) return;
    if (this.#isAnyThere())
      throw new InvalidStateError("Cannot start the workers: they are being stopped, expected that to be waited for");
    for (const socket of this.#sockets) socket.open();
    super.startService();
    for (const place of this.#places) this.#start(place);
  }

  /**
   * Replaces all workers: new ones are started, and each old one is told to stop when the new one is ready. Fires when all are replaced. Where a new one does not
   * become ready, the old one stays, and this fails with a `WorkerError`.
   */
  reload(): Deferred<void> {
    if (!this.running)
      throw new InvalidStateError("Cannot reload the workers: they do not run, expected them to be started");
    return gatherResults(
      this.#places.map((place) => this.#replace(place)),
      { consumeErrors: true },
    ).addCallbacks(
      () => {},
      (failure) => {
        throw failure.value instanceof FirstError ? failure.value.cause : failure.value;
      },
    );
  }

  /** Tells all workers to stop, and fires when they have. */
  override stopService(): Deferred<void> {
    void super.stopService();
    for (const place of this.#places) {
      if (place.restart?.active() === true) place.restart.cancel();
      place.restart = undefined;
      for (const worker of [place.next, place.current]) if (worker !== undefined) this.#leave(place, worker);
      place.next = undefined;
      place.current = undefined;
    }
    const waiters = [...this.#readyWaiters, ...this.#firstWaiters];
    this.#readyWaiters = [];
    this.#firstWaiters = [];
    this.#hasBeenReady = false;
    // One of them may cancel another.
    for (const waiter of waiters)
      if (!waiter.called) waiter.errback(new CancelledError("The workers were stopped before they were ready"));
    if (!this.#isAnyThere()) {
      this.closeSockets();
      return succeed();
    }
    return this.#stopWaiters.add();
  }

  /** Tells the workers that have been told to stop to abort what they wait for, and kills them where they have not in two seconds. */
  override abortService(): void {
    for (const { leaving } of this.#places) {
      for (const worker of leaving) {
        worker.protocol.abandon();
        this.#endDeadline(worker);
        worker.deadline = this.#reactor.callLater(ABORTED_WITHIN, () => worker.protocol.signal("KILL"));
      }
    }
  }

  /** Closes the sockets: for a group that is not stopped, as it has no processes. */
  closeSockets(): void {
    for (const socket of this.#sockets) socket.close();
  }

  #isAnyThere(): boolean {
    return this.#places.some(
      ({ current, next, leaving }) => current !== undefined || next !== undefined || leaving.size > 0,
    );
  }

  #areAllReady(): boolean {
    return this.#places.every(({ current }) => current?.isReady === true);
  }

  #start(place: Place): void {
    place.restart = undefined;
    place.current = this.#launch(place);
  }

  #replace(place: Place): Deferred<void> {
    // One that is started again in a while runs what there is then.
    if (place.current === undefined) return succeed<void>(undefined);
    place.next ??= this.#launch(place);
    const replaced = new Deferred<void>();
    place.next.waiters.push(replaced);
    return replaced;
  }

  #launch(place: Place): Worker {
    const { program, args, execArgv, env, startTime, cwd, stdout } = this.#options;
    const listen = this.#sockets.map(({ description }) => description);
    const out = stdout === "inherit" ? process.stdout.fd : "r";
    const childFDs: Record<number, "r" | "w" | number> = { 0: "w", 1: out, 2: "r", [TELLING_FD]: "r" };
    for (const [index, { fd }] of this.#sockets.entries()) childFDs[FIRST_SOCKET_FD + index] = fd;
    const protocol = new WorkerProtocol(`worker ${place.id}`, log, {
      told: (news) => this.#told(place, worker, news),
      ended: (reason) => this.#ended(place, worker, reason),
    });
    const worker: Worker = {
      protocol,
      startedAt: this.#reactor.seconds(),
      isReady: false,
      problem: undefined,
      waiters: [],
      deadline: undefined,
      isStopping: false,
    };
    this.#reactor.spawnProcess(protocol, process.execPath, [process.execPath, ...execArgv, program, ...args], {
      env: withWorkerEnvironment(env, { id: place.id, listen }),
      childFDs,
      ...(cwd === undefined ? {} : { path: cwd }),
    });
    worker.deadline = this.#reactor.callLater(startTime, () => protocol.signal("KILL"));
    return worker;
  }

  #told(place: Place, worker: Worker, news: WorkerNews): void {
    if (news.kind === "ready") this.#ready(place, worker);
    else if (news.kind === "problem") worker.problem = news.text;
    else if (worker.protocol.pid !== null) this.#options.said(news.text, worker.protocol.pid);
  }

  #ready(place: Place, worker: Worker): void {
    if (worker.isStopping || worker.isReady) return;
    this.#endDeadline(worker);
    worker.isReady = true;
    if (place.next === worker) {
      place.next = undefined;
      const old = place.current;
      place.current = worker;
      if (old !== undefined) this.#leave(place, old);
      if (place.restart?.active() === true) place.restart.cancel();
      place.restart = undefined;
    }
    for (const waiter of worker.waiters.splice(0)) waiter.callback();
    if (!this.#areAllReady()) return;
    this.#hasBeenReady = true;
    const waiters = [...this.#readyWaiters, ...this.#firstWaiters];
    this.#readyWaiters = [];
    this.#firstWaiters = [];
    for (const waiter of waiters) if (!waiter.called) waiter.callback();
  }

  #ended(place: Place, worker: Worker, reason: Failure): void {
    this.#endDeadline(worker);
    place.leaving.delete(worker);
    if (place.next === worker) place.next = undefined;
    const how = worker.problem ?? (reason.value as Error).message;
    const first = worker.isReady || place.current !== worker ? [] : this.#firstWaiters.splice(0);
    if (place.current === worker) {
      place.current = undefined;
      // Who is told that the group cannot be started decides what becomes of it.
      if (first.length === 0) this.#startAgain(place, worker, how);
    }
    const error = worker.isStopping
      ? new CancelledError("The worker was stopped before it was ready")
      : notReady(place.id, worker, reason);
    for (const waiter of worker.waiters.splice(0)) waiter.errback(error);
    for (const waiter of first) if (!waiter.called) waiter.errback(error);
    if (this.running || this.#isAnyThere()) return;
    this.closeSockets();
    this.#stopWaiters.fire(undefined);
  }

  #startAgain(place: Place, { startedAt }: Worker, how: string): void {
    const { threshold, retryPolicy } = this.#options;
    const wasShort = this.#reactor.seconds() - startedAt < threshold;
    place.failures = wasShort ? place.failures + 1 : 0;
    const wait = wasShort ? retryPolicy(place.failures) : 0;
    log.warn("Worker {id} has ended, it is started again in {wait} seconds: {how}", { id: place.id, wait, how });
    place.restart = this.#reactor.callLater(wait, () => this.#start(place));
  }

  #leave(place: Place, worker: Worker): void {
    place.leaving.add(worker);
    worker.isStopping = true;
    this.#endDeadline(worker);
    worker.deadline = this.#reactor.callLater(this.#options.killTime, () => worker.protocol.signal("KILL"));
    worker.protocol.signal("TERM");
  }

  #endDeadline(worker: Worker): void {
    if (worker.deadline?.active() === true) worker.deadline.cancel();
    worker.deadline = undefined;
  }
}

function notReady(id: number, { problem }: Worker, { value }: Failure): WorkerError {
  const isExpected = value instanceof ProcessDone || value instanceof ProcessTerminated;
  const why = problem ?? `${(value as Error).message}, expected it to call runApplication`;
  const exitCode = isExpected ? value.exitCode : null;
  return new WorkerError(`Worker ${id} ended before it was ready: ${why}`, problem, exitCode, { cause: value });
}

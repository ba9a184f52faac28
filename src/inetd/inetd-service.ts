/** The internet super-server: it listens for all services of a configuration, and serves them itself or starts programs. */
import { inspect } from "node:util";
import { Drain } from "../application/drain.ts";
import type { DrainStep } from "../application/drain.ts";
import { OpenConnections } from "../application/open-connections.ts";
import { Service } from "../application/service.ts";
import { Waiters } from "../application/waiters.ts";
import { Deferred } from "../deferred/deferred.ts";
import { gatherResults } from "../deferred/deferred-list.ts";
import type { Failure } from "../deferred/failure.ts";
import { InvalidStateError } from "../errors.ts";
import { Logger } from "../logger/logger.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { Address } from "../transport/address.ts";
import { checkEntry, problemOf } from "./find-problems.ts";
import { InetdServer } from "./inetd-server.ts";
import { readAccounts } from "./read-inetd-conf.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Accounts } from "./wire/accounts.ts";
import type { InetdConfigError } from "./wire/errors.ts";
import { keyOf } from "./wire/inetd-entry.ts";
import type { InetdEntry } from "./wire/inetd-entry.ts";
import type { InetdConf } from "./wire/parse-inetd-conf.ts";

export interface InetdServiceOptions {
  /** How often each service may be started within a minute; a line may say something else. One that is started more often is closed for a while. Default: 256 */
  readonly maxPerMinute?: number;
  /** The seconds for which it is closed then. Default: 600 */
  readonly closedFor?: number;
  /** How many connections of each service may be served at a time. Default: 256 */
  readonly maxChildren?: number;
  /** How many of these may be of one host. Default: any number */
  readonly maxPerPeer?: number;
  /** The seconds that connections and programs get to end by themselves when the service stops. Default: 10 */
  readonly finishTime?: number;
  /** The seconds that they get to close, or to end after SIGTERM, before they are aborted and killed. Default: 5 */
  readonly killTime?: number;
  /** The environment of programs. Default: that of this process */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where it says what happens. */
  readonly log?: Logger;
  /** The users and groups that lines name. Default: those of /etc/passwd and /etc/group, read at each start and reload */
  readonly accounts?: Accounts;
}

/** A service that listens. */
export interface ListeningEntry {
  readonly entry: InetdEntry;
  readonly address: Address;
}

/**
 * Serves what a configuration says, as inetd(8) does. A line that cannot be used is logged, and is one of `problems`; the others are served all the same.
 *
 * @example
 * import { MemoryReactorClock } from "hawser/testing";
 * const reactor = new MemoryReactorClock();
 * const inetd = new InetdService(reactor, parseInetdConf("8007 stream tcp nowait root internal echo"), {
 *   maxPerPeer: 10,
 * });
 * inetd.startService();
 * assert.deepEqual(inetd.problems, []);
 * assert.equal(reactor.tcpServers[0]!.port, 8007);
 * await inetd.stopService();
 */
export class InetdService extends Service {
  readonly #around: Omit<Surroundings, "accounts">;
  readonly #accounts: Accounts | undefined;
  readonly #steps: readonly DrainStep<unknown>[];
  readonly #sessions: OpenConnections<unknown> = new OpenConnections<unknown>();
  #conf: InetdConf;
  #servers: Map<string, InetdServer> = new Map();
  #problems: InetdConfigError[] = [];
  /** Those that are under way. */
  readonly #starts: Set<Deferred<void>> = new Set();
  /** Whether ports are open, or were to be. */
  #isOpen = false;
  #configurations = 0;
  #drain: Drain<unknown> | undefined = undefined;
  readonly #waiters: Waiters = new Waiters();

  /** Throws a `RangeError` for a limit that is none. */
  constructor(reactor: Reactor, conf: InetdConf, options: InetdServiceOptions = {}) {
    super();
    const { finishTime = 10, killTime = 5 } = options;
    this.#conf = conf;
    this.#accounts = options.accounts;
    this.#around = {
      reactor,
      sessions: this.#sessions,
      log: options.log ?? new Logger({ namespace: "hawser.inetd" }),
      env: options.env ?? process.env,
      maxPerMinute: atLeast(1, "maxPerMinute", options.maxPerMinute ?? 256),
      maxChildren: atLeast(1, "maxChildren", options.maxChildren ?? 256),
      maxPerPeer: atLeast(1, "maxPerPeer", options.maxPerPeer ?? Infinity),
      closedFor: atLeast(0, "closedFor", options.closedFor ?? 600),
    };
    this.#steps = [
      { do: "stopListening" },
      { do: "finish", seconds: atLeast(0, "finishTime", finishTime) },
      { do: "close", seconds: atLeast(0, "killTime", killTime) },
      { do: "abort" },
    ];
  }

  /** What is wrong: lines that are no services, and services that cannot be served here. */
  get problems(): readonly InetdConfigError[] {
    return this.#problems;
  }

  /** The services that listen, and where. */
  get listening(): readonly ListeningEntry[] {
    return [...this.#servers.values()].flatMap(({ entry, address }) =>
      address === undefined ? [] : { entry, address },
    );
  }

  /** How many connections and programs there are. */
  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** Fires when each service listens, or is one of `problems`. */
  waitForListening(): Deferred<void> {
    const told = Array.from(this.#starts, (start) => {
      const one = new Deferred<void>();
      start.addBoth(() => one.callback());
      return one;
    });
    return gatherResults(told).addCallback(() => {});
  }

  /** Opens all ports. Throws `InvalidStateError` while it stops. */
  override privilegedStartService(): void {
    super.privilegedStartService();
    this.#open();
  }

  /** Opens all ports that are not open. Throws `InvalidStateError` while it stops. */
  override startService(): void {
    const wasOpen = this.#isOpen;
    this.#open();
    super.startService();
    // Who we were then may have been somebody who could become others.
    if (wasOpen) this.#closeForbidden();
  }

  /**
   * Serves what `conf` says from now on. A service whose line has not changed goes on as if nothing had happened; one that is gone, or has changed, is closed, and what it has taken
   * goes on. Fires when each service listens, or is one of `problems`.
   */
  reconfigure(conf: InetdConf): Deferred<void> {
    this.#conf = conf;
    if (!this.#isOpen) return this.waitForListening();
    const wanted = new Set(conf.entries.map(keyOf));
    const gone = [...this.#servers].filter(([key]) => !wanted.has(key));
    for (const [key] of gone) this.#servers.delete(key);
    this.#problems = [];
    this.#configurations++;
    const configuration = this.#configurations;
    // What changes may have the place of what is closed.
    return gatherResults(gone.map(([, server]) => server.stop())).addCallback(() => {
      if (configuration === this.#configurations && this.#isOpen) this.#startMissing();
      return this.waitForListening();
    });
  }

  /**
   * Closes all ports; connections and programs get `finishTime` to end by themselves, then are closed and get SIGTERM, and after `killTime` are aborted and killed. Fires when all are gone.
   */
  override stopService(): Deferred<void> {
    const stopped = this.#waiters.add();
    if (this.#drain !== undefined) return stopped;
    this.#isOpen = false;
    this.#drain = new Drain<unknown>({
      clock: this.#around.reactor,
      steps: this.#steps,
      connections: this.#sessions,
      stopListening: () => this.#close(),
    });
    this.#drain.run().addBoth((result) => this.#stopped(result));
    return stopped;
  }

  /** Kills and aborts, where it is being stopped. */
  override abortService(): void {
    this.#drain?.abort();
  }

  #open(): void {
    if (this.#drain !== undefined)
      throw new InvalidStateError("Cannot start inetd: it is being stopped, expected that to be waited for");
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#problems = [];
    this.#startMissing();
  }

  #close(): Deferred<void> {
    const servers = [...this.#servers.values()];
    this.#servers.clear();
    return gatherResults(servers.map((server) => server.stop())).addCallback(() => {});
  }

  #startMissing(): void {
    for (const problem of this.#conf.problems) this.#report(problem);
    const around = { ...this.#around, accounts: this.#accounts ?? readAccounts() };
    for (const entry of this.#conf.entries) {
      const key = keyOf(entry);
      if (this.#servers.has(key)) continue;
      const server = new InetdServer(entry, around);
      this.#servers.set(key, server);
      const start = server.start();
      this.#starts.add(start);
      start
        .addErrback((failure) => {
          // Who is closed while it waits for its port has no problem.
          if (this.#servers.get(key) !== server) return;
          this.#servers.delete(key);
          this.#report(problemOf(this.#conf, entry, failure.value as Error));
        })
        .addCallback(() => this.#starts.delete(start));
    }
  }

  #closeForbidden(): void {
    const accounts = this.#accounts ?? readAccounts();
    for (const [key, server] of Array.from(this.#servers)) {
      try {
        checkEntry(server.entry, accounts);
      } catch (error) {
        this.#servers.delete(key);
        void server.stop();
        this.#report(problemOf(this.#conf, server.entry, error as Error));
      }
    }
  }

  #report(problem: InetdConfigError): void {
    this.#problems.push(problem);
    this.#around.log.error("{problem}", { problem: problem.message });
  }

  #stopped(result: void | Failure): void {
    this.#drain = undefined;
    void super.stopService();
    this.#waiters.fire(result);
  }
}

function atLeast(least: number, name: string, value: number): number {
  if (typeof value === "number" && value >= least) return value;
  throw new RangeError(`Cannot run inetd with ${name} ${inspect(value)}: expected a number, ${least} or more`);
}

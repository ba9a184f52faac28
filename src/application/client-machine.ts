/**
 * The states of a client that keeps one connection, and all that changes them.
 *
 *     init ── start ──> connecting <───────────── start ── stopped
 *                       │   ^  │                             ^
 *              connected│   │  │failed, lost        closed   │
 *                       v   │  v                             │
 *                connected  │ waiting ── stop ───────────────┤
 *                   │   │   └───┘ time is over               │
 *                   │   └ lost: waiting                      │
 *                   └─ stop ──> disconnecting ───────────────┘
 *                                  │    ^
 *                             start│    │stop
 *                                  v    │
 *                                restarting ── closed ──> connecting
 *
 * The states and the order of what happens in them are those of Twisted's `ClientService`. What differs is how a connection ends that is there
 * while `prepareConnection` is still at work: a connection that is refused, or given up, is closed before anything else is done; and one that
 * is lost counts as a failed attempt.
 */
import type { DelayedCallLike, ReactorTime } from "../clock/reactor-time.ts";
import { Deferred } from "../deferred/deferred.ts";
import { CancelledError } from "../deferred/errors.ts";
import { Failure } from "../deferred/failure.ts";
import { fail, maybeDeferred, succeed } from "../deferred/maybe-deferred.ts";
import type { FactoryOf, StreamClientEndpoint } from "../endpoint/endpoint.ts";
import { Logger } from "../logger/logger.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { RetryPolicy } from "./backoff-policy.ts";
import { Waiters } from "./waiters.ts";
import { WatchedFactory } from "./watched-factory.ts";
import type { WatchedConnection } from "./watched-factory.ts";

const log = new Logger({ namespace: "hawser.application" });

type State = "init" | "connecting" | "waiting" | "connected" | "disconnecting" | "restarting" | "stopped";

/** What a client connects with. */
export interface ClientMachineOptions<P extends ProtocolLike> {
  readonly endpoint: StreamClientEndpoint;
  readonly factory: FactoryOf<P>;
  readonly retryPolicy: RetryPolicy;
  readonly clock: ReactorTime;
  readonly prepareConnection: ((protocol: P) => unknown) | undefined;
}

/** One attempt to connect, and the connection that comes of it. */
interface Attempt<P extends ProtocolLike> {
  inProgress: Deferred<void>;
  /** Whether it has come to something: then it is not in progress any more. */
  isOver: boolean;
  connection: WatchedConnection<P> | undefined;
  /** Why the connection ended, where it did before it was ready. */
  lost: Failure | undefined;
  /** Why the attempt failed, where it is waited for that the connection is closed. */
  refused: Failure | undefined;
}

/** Somebody who waits for a connection, and may be cancelled by somebody else who is told first. */
interface Waiter<P> {
  readonly deferred: Deferred<P>;
  /** After how many more failures that fails. */
  failures: number;
}

export class ClientMachine<P extends ProtocolLike> {
  readonly #options: ClientMachineOptions<P>;
  #state: State = "init";
  #failedAttempts = 0;
  #attempt: Attempt<P> | undefined = undefined;
  #retry: DelayedCallLike | undefined = undefined;
  #waiters: Waiter<P>[] = [];
  readonly #stopWaiters: Waiters = new Waiters();

  constructor(options: ClientMachineOptions<P>) {
    this.#options = options;
  }

  get state(): State {
    return this.#state;
  }

  start(): void {
    switch (this.#state) {
      case "init":
      case "stopped":
        this.#connect();
        return;
      case "disconnecting":
        this.#state = "restarting";
        this.#failedAttempts = 0;
        return;
      case "connecting":
      case "waiting":
      case "connected":
      case "restarting":
        return;
      default:
        this.#state satisfies never;
    }
  }

  /** Fires when nothing is connected or connecting any more. */
  stop(): Deferred<void> {
    const state = this.#state;
    if (state === "init" || state === "stopped") {
      this.#state = "stopped";
      return succeed();
    }
    const stopped = this.#stopWaiters.add();
    if (state === "waiting") {
      this.#retry?.cancel();
      this.#retry = undefined;
      this.#becomeStopped();
      return stopped;
    }
    this.#state = "disconnecting";
    // What is cancelled or closed may say so at once.
    if (state === "connecting") this.#attempt?.inProgress.cancel();
    else if (state === "connected") this.#attempt?.connection?.transport.loseConnection();
    return stopped;
  }

  /** Where it is stopped and waits for its connection to be closed, closes that now. */
  abort(): void {
    if (this.#state === "disconnecting" || this.#state === "restarting")
      this.#attempt?.connection?.transport.abortConnection();
  }

  whenConnected(failAfterFailures: number = Infinity): Deferred<P> {
    const connection = this.#attempt?.connection;
    if (this.#state === "connected" && connection !== undefined) return succeed(connection.protocol);
    if (this.#state === "stopped") return fail(new CancelledError("There is no connection: the service is stopped"));
    const deferred = new Deferred<P>(() => {
      this.#waiters = this.#waiters.filter((waiter) => waiter.deferred !== deferred);
    });
    this.#waiters.push({ deferred, failures: failAfterFailures });
    return deferred;
  }

  #connect(): void {
    this.#state = "connecting";
    const { endpoint, factory } = this.#options;
    const attempt: Attempt<P> = {
      inProgress: succeed(),
      isOver: false,
      connection: undefined,
      lost: undefined,
      refused: undefined,
    };
    this.#attempt = attempt;
    const watched = new WatchedFactory<P>(factory, {
      connectionMade: (connection) => (attempt.connection = connection),
      connectionLost: (_, reason) => this.#connectionLost(attempt, reason),
    });
    attempt.inProgress = maybeDeferred(() => endpoint.connect(watched))
      .addCallback(({ protocol }) => this.#prepare(attempt, protocol))
      .addCallback(() => this.#connectionMade(attempt))
      .addErrback((failure) => this.#connectionFailed(attempt, failure));
  }

  #prepare(attempt: Attempt<P>, protocol: P): unknown {
    // Its first word may have been its last.
    if (attempt.lost !== undefined) return attempt.lost;
    return this.#options.prepareConnection?.(protocol);
  }

  #connectionMade(attempt: Attempt<P>): void {
    attempt.isOver = true;
    if (attempt.lost !== undefined) {
      this.#ended(attempt.lost);
      return;
    }
    const { protocol, transport } = attempt.connection!;
    if (this.#state !== "connecting") {
      // Whoever prepared it would not be cancelled.
      transport.loseConnection();
      return;
    }
    this.#state = "connected";
    this.#failedAttempts = 0;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { deferred } of waiters) if (!deferred.called) deferred.callback(protocol);
  }

  #connectionFailed(attempt: Attempt<P>, failure: Failure): void {
    attempt.isOver = true;
    if (attempt.connection === undefined || attempt.lost !== undefined) {
      this.#ended(attempt.lost ?? failure);
      return;
    }
    // There is a connection that is not wanted. When it is closed, the rest is done.
    attempt.refused = failure;
    attempt.connection.transport.abortConnection();
  }

  #connectionLost(attempt: Attempt<P>, reason: Failure): void {
    attempt.lost = reason;
    if (attempt.isOver) this.#ended(attempt.refused);
    // It is not ready, and never will be.
    else attempt.inProgress.cancel();
  }

  /** Nothing is connected, and nothing connecting, any more; `failure` is why there was no connection. */
  #ended(failure: Failure | undefined): void {
    this.#attempt = undefined;
    switch (this.#state) {
      case "connecting":
      case "connected":
        this.#wait();
        if (failure !== undefined) this.#deliverFailure(failure);
        return;
      case "disconnecting":
        this.#becomeStopped();
        return;
      case "restarting":
        this.#restart();
        return;
      case "init":
      case "waiting":
      case "stopped":
        // Nothing connects in these.
        return;
      default:
        this.#state satisfies never;
    }
  }

  #wait(): void {
    this.#state = "waiting";
    this.#failedAttempts++;
    const { retryPolicy, clock, endpoint } = this.#options;
    const delay = retryPolicy(this.#failedAttempts);
    log.info("Scheduling retry {attempt} to connect {endpoint} in {delay} seconds.", {
      attempt: this.#failedAttempts,
      endpoint,
      delay,
    });
    this.#retry = clock.callLater(delay, () => {
      this.#retry = undefined;
      this.#connect();
    });
  }

  #restart(): void {
    do {
      this.#state = "connecting";
      // Whoever waited for the stop may stop this again, and start it again.
      this.#stopWaiters.fire(undefined);
    } while (this.state === "restarting");
    if (this.state === "disconnecting") this.#becomeStopped();
    else this.#connect();
  }

  #becomeStopped(): void {
    this.#state = "stopped";
    this.#cancelWaiters();
    this.#stopWaiters.fire(undefined);
  }

  #cancelWaiters(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    const reason = new Failure(new CancelledError("There is no connection: the service was stopped"));
    for (const { deferred } of waiters) if (!deferred.called) deferred.errback(reason);
  }

  #deliverFailure(failure: Failure): void {
    const ready = this.#waiters.filter(({ failures }) => failures <= 1);
    this.#waiters = this.#waiters.filter(({ failures }) => failures > 1);
    for (const waiter of this.#waiters) waiter.failures--;
    for (const { deferred } of ready) if (!deferred.called) deferred.errback(failure);
  }
}

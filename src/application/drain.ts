/**
 * How a server comes to its end: in steps, each of which says how long it may take. By default the port is closed first, so that nobody new comes; then
 * connections get some time to end by themselves; then they are closed, and get some time for what has not been sent yet; then they are aborted.
 */
import { inspect } from "node:util";
import type { ReactorTime } from "../clock/reactor-time.ts";
import { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import { maybeDeferred } from "../deferred/maybe-deferred.ts";
import { Logger } from "../logger/logger.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { OpenConnections } from "./open-connections.ts";
import type { Stopping } from "./service.ts";

const log = new Logger({ namespace: "hawser.application" });

/** A step of the end of a server. */
export type DrainStep<P = ProtocolLike> =
  /** Closes the port. */
  | { readonly do: "stopListening" }
  /** Tells the protocol of each connection, which may say goodbye. */
  | { readonly do: "tell"; readonly with: (protocol: P) => unknown }
  /** Lets so much time pass, whatever happens: for a balancer that must learn first that this server is about to go. */
  | { readonly do: "pause"; readonly seconds: number }
  /** Waits until all connections have ended, so long at most. */
  | { readonly do: "finish"; readonly seconds: number }
  /** Closes all connections, and waits so long at most until they have sent what they had to. */
  | { readonly do: "close"; readonly seconds: number }
  /** Aborts all connections. */
  | { readonly do: "abort" };

/** What is done unless something else is said. */
export const DEFAULT_DRAIN: readonly DrainStep[] = [
  { do: "stopListening" },
  { do: "finish", seconds: 10 },
  { do: "close", seconds: 5 },
  { do: "abort" },
];

/** A connection that is aborted has ended in the next turn or so; nobody waits longer for one that has not. */
const ABORTED_WITHIN = 1;

const KINDS = ["stopListening", "tell", "pause", "finish", "close", "abort"];

/** `steps`, if they are steps. */
export function checkDrainSteps<P>(steps: readonly DrainStep<P>[]): readonly DrainStep<P>[] {
  if (!Array.isArray(steps))
    throw new TypeError(`Cannot drain by ${inspect(steps, { depth: 1 })}: expected a list of steps`);
  for (const step of steps as readonly DrainStep<P>[]) {
    if (!KINDS.includes(step?.do))
      throw new TypeError(
        `Cannot drain by the step ${inspect(step)}: expected \`do\` to be one of ${KINDS.join(", ")}`,
      );
    if ("seconds" in step && !(typeof step.seconds === "number" && step.seconds >= 0)) {
      throw new RangeError(
        `Cannot ${step.do} for ${inspect(step.seconds)}: expected a number of seconds, 0 or more, or Infinity`,
      );
    }
  }
  return steps;
}

export interface DrainWork<P> {
  readonly clock: ReactorTime;
  readonly steps: readonly DrainStep<P>[];
  readonly connections: OpenConnections<P>;
  readonly stopListening: () => Stopping;
}

export class Drain<P> {
  readonly #work: DrainWork<P>;
  readonly #done: Deferred<void> = new Deferred<void>();
  #closed: Deferred<unknown> | undefined = undefined;
  #failure: Failure | undefined = undefined;
  #isAborted = false;
  /** Ends the wait that is under way. */
  #skip: (() => void) | undefined = undefined;

  constructor(work: DrainWork<P>) {
    this.#work = work;
  }

  /** Takes the steps, and fires when the last is done and the port is closed. It fails where the port cannot be closed. */
  run(): Deferred<void> {
    this.#take(0);
    return this.#done;
  }

  /** Ends all waits: the port is closed and the connections are aborted. */
  abort(): void {
    if (this.#isAborted || this.#done.called) return;
    this.#isAborted = true;
    void this.#stopListening();
    this.#abortAll();
    this.#skip?.();
  }

  #take(place: number): void {
    const step = this.#isAborted ? undefined : this.#work.steps[place];
    if (step !== undefined) {
      this.#do(step).addCallback(() => this.#take(place + 1));
      return;
    }
    const ended = this.#isAborted ? this.#wait(ABORTED_WITHIN, true) : this.#wait(0, true);
    ended
      .addCallback(() => this.#stopListening())
      .addCallback(() => {
        if (this.#failure === undefined) this.#done.callback();
        else this.#done.errback(this.#failure);
      });
  }

  #do(step: DrainStep<P>): Deferred<unknown> {
    const { connections } = this.#work;
    switch (step.do) {
      case "stopListening":
        return this.#stopListening();
      case "tell":
        connections.forEach(({ protocol }) => this.#tell(protocol, step.with));
        return this.#wait(0, false);
      case "pause":
        return this.#wait(step.seconds, false);
      case "finish":
        if (connections.size > 0 && step.seconds > 0)
          log.info("Waiting for {count} connections to end, for {seconds} seconds at most", {
            count: connections.size,
            seconds: step.seconds,
          });
        return this.#wait(step.seconds, true);
      case "close":
        connections.forEach(({ transport }) => transport.loseConnection());
        return this.#wait(step.seconds, true);
      case "abort":
        this.#abortAll();
        return this.#wait(ABORTED_WITHIN, true);
      default:
        return step satisfies never;
    }
  }

  #tell(protocol: P, tell: (protocol: P) => unknown): void {
    maybeDeferred(() => tell(protocol)).addErrback((failure) =>
      log.failure("Telling {protocol} of the end failed", failure, { protocol }),
    );
  }

  #abortAll(): void {
    const { connections } = this.#work;
    if (connections.size > 0) log.warn("Aborting {count} connections", { count: connections.size });
    connections.forEach(({ transport }) => transport.abortConnection());
  }

  #stopListening(): Deferred<unknown> {
    this.#closed ??= maybeDeferred(() => this.#work.stopListening()).addErrback((failure) => {
      this.#failure = failure;
    });
    // Each who waits has a Deferred of its own, that fires with nothing.
    const closed = new Deferred<void>();
    void this.#closed.addCallback(() => closed.callback());
    return closed;
  }

  #wait(seconds: number, endsWhenEmpty: boolean): Deferred<void> {
    const over = new Deferred<void>();
    const { clock, connections } = this.#work;
    if (seconds === 0 || (endsWhenEmpty && connections.size === 0)) {
      over.callback();
      return over;
    }
    const call = seconds === Infinity ? undefined : clock.callLater(seconds, () => end());
    const empty = endsWhenEmpty ? connections.whenEmpty() : undefined;
    const end = (): void => {
      if (over.called) return;
      this.#skip = undefined;
      if (call?.active() === true) call.cancel();
      over.callback();
      void empty?.addErrback(() => {});
      empty?.cancel();
    };
    this.#skip = end;
    void empty?.addCallback(end);
    return over;
  }
}

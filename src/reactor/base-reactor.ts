/**
 * What all reactors over a loop share, be it the runtime's own or a simulated one: their life, their triggers and their timers.
 *
 * The loop waits for events; this is told when something of ours is due. All timers are in one queue, under one timer of the
 * loop, and fire only while the reactor runs. In each turn: calls from elsewhere, then the timers that are due, then, if the
 * reactor was stopped, the shutdown.
 *
 * Life: `run` fires the startup triggers and holds the process; `stop` lets the turn end and fires the shutdown triggers, during which ports and
 * connections are closed; then the promise of `run` resolves.
 */
import { inspect } from "node:util";
import { schedule } from "../clock/delayed-call.ts";
import type { DelayedCall } from "../clock/delayed-call.ts";
import type { ReactorTime } from "../clock/reactor-time.ts";
import { TimerQueue } from "../clock/timer-queue.ts";
import { Failure } from "../deferred/failure.ts";
import { Logger } from "../logger/logger.ts";
import { ConnectionLost } from "../transport/errors.ts";
import type { Traffic } from "../transport/write-batch.ts";
import { ReactorAlreadyRunning, ReactorNotRunning } from "./errors.ts";
import { runtimeLoop } from "./event-loop.ts";
import type { EventLoop, ScheduledCall } from "./event-loop.ts";
import type { ReactorCore, RunOptions, SystemEvent, SystemEventTriggerID, TriggerPhase } from "./reactor.ts";
import { TimerLag, statisticsOf } from "./statistics.ts";
import type { ReactorStatistics } from "./statistics.ts";
import { SystemEvents } from "./system-events.ts";

const log = new Logger({ namespace: "hawser.reactor" });

/** What a reactor closes when it shuts down: a port or a connection. */
export interface Closable {
  /** Closes at once, and says `reason` to whoever is concerned. */
  closeNow(reason: Failure): void;
}

const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGBREAK"] as const;

export abstract class BaseReactor implements ReactorCore, ReactorTime {
  /** @internal */
  readonly loop: EventLoop;
  readonly #timers: TimerQueue<DelayedCall> = new TimerQueue<DelayedCall>(() => this.seconds());
  readonly #events: SystemEvents = new SystemEvents((event) => this.#duringEvent(event));
  readonly #closables: Set<Closable> = new Set();
  readonly #lag = new TimerLag();
  #calls: (() => unknown)[] = [];

  #started = false;
  #running = false;
  #stop: "none" | "requested" | "underway" = "none";
  #finished: (() => void) | undefined = undefined;

  /** Holds the process while the reactor runs. */
  #hold: ScheduledCall | undefined = undefined;
  #wakeUp: ScheduledCall | undefined = undefined;
  #wakeUpTime = Infinity;
  #nextTurn: ScheduledCall | undefined = undefined;
  #inTurn = false;

  constructor(loop: EventLoop = runtimeLoop) {
    this.loop = loop;
  }

  get running(): boolean {
    return this.#running;
  }

  seconds(): number {
    return this.loop.seconds();
  }

  callLater<A extends unknown[]>(delay: number, callback: (...args: A) => unknown, ...args: A): DelayedCall {
    const call = schedule(this.#timers, delay, callback, args);
    if (this.#running && !this.#inTurn) this.#wakeUpBy(call.getTime());
    return call;
  }

  getDelayedCalls(): DelayedCall[] {
    return this.#timers.calls();
  }

  async run(options: RunOptions = {}): Promise<void> {
    if (this.#started) {
      throw new ReactorAlreadyRunning("Cannot run the reactor: it runs already, expected it to be stopped");
    }
    this.#started = true;
    this.#stop = "none";
    this.#hold = this.loop.hold();
    if (options.installSignalHandlers !== false && this.loop.hasSignals) this.#listenToSignals();
    const finished = new Promise<void>((resolve) => (this.#finished = resolve));
    this.fireSystemEvent("startup");
    await finished;
  }

  stop(): void {
    if (!this.#started || this.#stop !== "none") {
      throw new ReactorNotRunning("Cannot stop the reactor: it does not run, expected it to be running");
    }
    this.#stop = "requested";
    this.#ignoreSignals();
    this.#wakeUpNow();
  }

  crash(): void {
    this.#halt();
    this.#finish();
  }

  iterate(delay: number = 0): Promise<void> {
    this.#turn();
    return new Promise((resolve) => {
      if (delay === 0) this.loop.soon(resolve);
      else this.loop.later(resolve, delay);
    });
  }

  callWhenRunning<A extends unknown[]>(
    callback: (...args: A) => unknown,
    ...args: A
  ): SystemEventTriggerID | undefined {
    if (!this.#running) return this.addSystemEventTrigger("after", "startup", callback, ...args);
    callback(...args);
    return undefined;
  }

  addSystemEventTrigger<A extends unknown[]>(
    phase: TriggerPhase,
    event: SystemEvent,
    callback: (...args: A) => unknown,
    ...args: A
  ): SystemEventTriggerID {
    requireFunction(callback);
    return this.#events.add(phase, event, () => callback(...args));
  }

  removeSystemEventTrigger(trigger: SystemEventTriggerID): void {
    this.#events.remove(trigger);
  }

  fireSystemEvent(event: SystemEvent): void {
    this.#events.fire(event, event === "shutdown" ? () => this.#finish() : undefined);
  }

  callFromThread<A extends unknown[]>(callback: (...args: A) => unknown, ...args: A): void {
    requireFunction(callback);
    this.#calls.push(() => callback(...args));
    this.#wakeUpNow();
  }

  /** @internal Remembers what is to be closed when the reactor shuts down. */
  track(closable: Closable): void {
    this.#closables.add(closable);
  }

  /** @internal It is closed. */
  untrack(closable: Closable): void {
    this.#closables.delete(closable);
  }

  protected statisticsWith(traffic: Traffic): ReactorStatistics {
    return statisticsOf(traffic, this.#timers.size, this.#lag);
  }

  /** Called when a run is over. */
  protected finished(): void {}

  #duringEvent(event: SystemEvent): void {
    if (event === "startup") this.#reallyStart();
    else if (event === "shutdown") this.#reallyStop();
  }

  #reallyStart(): void {
    this.#running = true;
    this.#arm();
  }

  #reallyStop(): void {
    this.#halt();
    const reason = new Failure(new ConnectionLost("The reactor was stopped"));
    for (const closable of this.#closables) {
      try {
        closable.closeNow(reason);
      } catch (error) {
        log.failure("Closing {closable} for the shutdown failed", error, { closable });
      }
    }
  }

  /** Ends the turns: nothing of ours is called any more. */
  #halt(): void {
    this.#started = false;
    this.#running = false;
    this.loop.cancelLater(this.#wakeUp);
    this.loop.cancelSoon(this.#nextTurn);
    this.#wakeUp = undefined;
    this.#nextTurn = undefined;
    this.#wakeUpTime = Infinity;
  }

  #finish(): void {
    this.loop.release(this.#hold);
    this.#ignoreSignals();
    const finished = this.#finished;
    this.#finished = undefined;
    this.finished();
    finished?.();
  }

  /** One turn of the reactor. */
  #turn(): void {
    this.#inTurn = true;
    const calls = this.#calls;
    this.#calls = [];
    for (const call of calls) {
      try {
        call();
      } catch (error) {
        log.failure("A call from elsewhere threw an error", error);
      }
    }
    const line = this.#timers.drawLine();
    const now = this.seconds();
    for (let call = this.#timers.takeDue(now, line); call !== undefined; call = this.#timers.takeDue(now, line)) {
      this.#lag.note(now - call.getTime());
      try {
        call.run();
      } catch (error) {
        log.failure("A timed call threw an error", error);
      }
    }
    this.#inTurn = false;
    if (this.#stop === "requested") {
      this.#stop = "underway";
      this.fireSystemEvent("shutdown");
    }
    this.#arm();
  }

  /** Runs a turn when the loop gets to it. */
  #wakeUpNow(): void {
    if (!this.#started || this.#inTurn) return;
    this.#nextTurn ??= this.loop.soon(() => {
      this.#nextTurn = undefined;
      this.#turn();
    });
  }

  /** Sees to it that a turn is run when the next thing is due. */
  #arm(): void {
    if (!this.#started) return;
    if (this.#calls.length > 0 || this.#stop === "requested") this.#wakeUpNow();
    else if (this.#running) this.#wakeUpBy(this.#timers.nextTime());
  }

  #wakeUpBy(time: number): void {
    if (time >= this.#wakeUpTime) return;
    const wait = time - this.seconds();
    if (wait <= 0) {
      this.#wakeUpNow();
      return;
    }
    this.loop.cancelLater(this.#wakeUp);
    this.#wakeUpTime = time;
    this.#wakeUp = this.loop.later(() => {
      this.#wakeUpTime = Infinity;
      this.#turn();
    }, wait);
  }

  readonly #stopOnSignal = (signal: NodeJS.Signals): void => {
    log.info("Received {signal}, shutting down", { signal });
    if (this.#started && this.#stop === "none") this.stop();
  };

  #listenToSignals(): void {
    for (const signal of STOP_SIGNALS) process.on(signal, this.#stopOnSignal);
  }

  /** From now on a second signal does what it does in any program: it ends the process. */
  #ignoreSignals(): void {
    for (const signal of STOP_SIGNALS) process.off(signal, this.#stopOnSignal);
  }
}

function requireFunction(value: unknown): void {
  if (typeof value !== "function") {
    throw new TypeError(`Cannot call ${inspect(value, { depth: 0 })}: expected a function`);
  }
}

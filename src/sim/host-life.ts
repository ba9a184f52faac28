/**
 * The life of a host from one boot to the next crash: what may run of it, and when. Code of a host is only ever called through its life: while the
 * host is paused it waits, and after a crash nothing is called any more.
 */
import type { EventLoop, ScheduledCall } from "../reactor/event-loop.ts";
import type { SimulatedCall } from "./event-queue.ts";
import type { HostClock } from "./host-clock.ts";
import type { RunningHost, World } from "./world.ts";

export class HostLife {
  readonly world: World;
  readonly host: RunningHost;
  readonly loop: EventLoop;
  private alive = true;
  private paused = false;
  /** What has been called while the host was paused. */
  private held: (() => void)[] = [];

  constructor(world: World, host: RunningHost, clock: HostClock) {
    this.world = world;
    this.host = host;
    this.loop = this.makeLoop(clock);
  }

  get isAlive(): boolean {
    return this.alive;
  }

  /** Whether something can be called now. */
  get isAwake(): boolean {
    return this.alive && !this.paused;
  }

  /** Calls code of the host: now, or when it is awake again, or never. */
  run(call: () => void): void {
    if (!this.alive) return;
    if (this.paused) {
      this.held.push(call);
      return;
    }
    this.world.running = this.host;
    try {
      call();
    } catch (error) {
      this.world.failed(this.host.name, error);
    }
  }

  /** The same, as something that happens by itself, in so many nanoseconds. */
  runLater(delay: number, call: () => void): SimulatedCall {
    return this.world.schedule(delay, () => this.run(call));
  }

  pause(): void {
    this.paused = true;
  }

  /** Each of the calls that were held happens by itself, so that promises settle between them. */
  resume(): void {
    this.paused = false;
    const held = this.held;
    this.held = [];
    for (const call of held) this.runLater(0, call);
  }

  end(): void {
    this.alive = false;
    this.held = [];
  }

  private makeLoop(clock: HostClock): EventLoop {
    const cancel = (call: ScheduledCall | undefined): void => this.world.cancel(call as SimulatedCall | undefined);
    return {
      seconds: () => clock.seconds(),
      soon: (call) => this.runLater(0, call),
      cancelSoon: cancel,
      later: (call, seconds) => this.runLater(clock.wait(seconds), call),
      cancelLater: cancel,
      // Nothing has to keep the process alive: whoever runs the network does.
      hold: () => NO_HOLD,
      release: () => {},
      hasSignals: false,
    };
  }
}

const NO_HOLD: ScheduledCall = Object.freeze({});

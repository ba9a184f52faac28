/** Asks an end that has been silent for long whether it is still there, as TCP does where it is told to. */
import type { SimulatedCall } from "./event-queue.ts";
import type { WireEnd } from "./stream-wire.ts";
import { NANOSECONDS } from "./world.ts";

const IDLE = 7200 * NANOSECONDS;
const BETWEEN_PROBES = 75 * NANOSECONDS;
const MOST_PROBES = 9;

export class KeepAlive {
  readonly #end: WireEnd;
  #heardAt: number;
  #unanswered = 0;
  #next: SimulatedCall | undefined;

  constructor(end: WireEnd) {
    this.#end = end;
    this.#heardAt = end.machine.world.now;
    this.#next = this.#in(IDLE);
  }

  /** Something came from the other end. */
  heard(): void {
    this.#heardAt = this.#end.machine.world.now;
    this.#unanswered = 0;
  }

  stop(): void {
    this.#end.machine.world.cancel(this.#next);
    this.#next = undefined;
  }

  #in(delay: number): SimulatedCall {
    return this.#end.machine.world.schedule(delay, () => this.#look());
  }

  #look(): void {
    const end = this.#end;
    const silent = end.machine.world.now - this.#heardAt;
    if (silent < IDLE) {
      this.#next = this.#in(IDLE - silent);
      return;
    }
    const { machine, wiring, other } = end;
    const isReachable =
      other!.machine.isOn && !wiring.path(machine, other!.machine).isCut && !wiring.path(other!.machine, machine).isCut;
    if (isReachable && !other!.isKnown) {
      end.wasReset();
    } else if (isReachable) {
      this.heard();
      this.#next = this.#in(IDLE);
    } else if (++this.#unanswered > MOST_PROBES) {
      end.timedOut();
    } else {
      this.#next = this.#in(BETWEEN_PROBES);
    }
  }
}

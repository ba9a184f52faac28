/**
 * What all of a simulated network stands on: its time, what is to happen in it, its log and its randomness.
 *
 * Time is a whole number of nanoseconds, which jumps from one thing that happens to the next.
 */
import { EventLog } from "./event-log.ts";
import { EventQueue } from "./event-queue.ts";
import type { SimulatedCall } from "./event-queue.ts";
import { SeededRandom } from "./seeded-random.ts";
import type { Packet, SimulationEvent, SimulationEventKind } from "./simulation-event.ts";

export const NANOSECONDS = 1e9;

/** Whose code runs. */
export interface RunningHost {
  readonly name: string;
}

export interface WorldOptions {
  readonly seed: number;
  readonly record: boolean | "bytes";
  /** Whether streams are cut into segments at places that the seed chooses. */
  readonly cuts: boolean;
  /** How many bytes of a stream may be on their way or wait to be read. */
  readonly window: number;
}

export class World {
  readonly options: WorldOptions;
  readonly random: SeededRandom;
  readonly log: EventLog;
  readonly queue: EventQueue = new EventQueue();
  /** Nanoseconds since the beginning. */
  now = 0;
  /** The host whose code runs: from when it is called until the next thing happens. */
  running: RunningHost | undefined = undefined;
  /** What a program of a host has failed with. */
  failure: { readonly host: string; readonly error: unknown } | undefined = undefined;
  /** Called when something is scheduled, for a driver that waits. */
  wake: (() => void) | undefined = undefined;
  private flows = 0;
  private packets = 0;

  constructor(options: WorldOptions) {
    this.options = options;
    this.random = new SeededRandom(options.seed);
    this.log = new EventLog(options.record !== false);
  }

  /** Calls in so many nanoseconds. */
  schedule(delay: number, call: () => void): SimulatedCall {
    this.wake?.();
    return this.queue.add(this.now + Math.max(0, Math.round(delay)), call);
  }

  cancel(call: SimulatedCall | undefined): void {
    if (call !== undefined) this.queue.cancel(call);
  }

  nextFlow(): number {
    return ++this.flows;
  }

  note(kind: SimulationEventKind, host: string, text: string = "", packet?: Packet): void {
    const event: SimulationEvent = { time: this.now, kind, host, text, packet };
    this.log.add(event);
  }

  /** A packet with a number of its own, which is noted as sent. */
  sent(packet: Omit<Packet, "id" | "payload" | "size">, data: Uint8Array | undefined): Packet {
    const made: Packet = {
      id: ++this.packets,
      flow: packet.flow,
      protocol: packet.protocol,
      from: packet.from,
      to: packet.to,
      flags: packet.flags,
      sequence: packet.sequence,
      acknowledged: packet.acknowledged,
      size: data === undefined ? 0 : data.length,
      // A copy: what arrives is its receiver's, who may write into it.
      payload: this.options.record === "bytes" && data !== undefined ? Buffer.from(data) : undefined,
    };
    this.note("sent", made.from.host, "", made);
    return made;
  }

  arrived(packet: Packet): void {
    this.note("arrived", packet.to.host, "", packet);
  }

  lost(packet: Packet, why: string): void {
    this.note("lost", packet.from.host, why, packet);
  }

  /** Notes that a program of `host` has failed; the run ends with the first failure. */
  failed(host: string, error: unknown): void {
    this.note("error", host, String(error));
    this.failure ??= { host, error };
  }
}

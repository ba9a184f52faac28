/**
 * The log of a simulated network: the last events, or all of them, and a hash over all. The hash is of the text of the log, so that two
 * runs have the same one if they have the same log byte for byte.
 */
import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { formatEvent } from "./format-event.ts";
import type { SimulationEvent } from "./simulation-event.ts";

/** How many events are kept where not all are. */
const KEPT = 1000;
/** So many events are put into text and hashed in one go. */
const HASHED_AT_ONCE = 512;

export class EventLog {
  readonly recordsAll: boolean;
  #events: SimulationEvent[] = [];
  readonly #hash: Hash = createHash("sha256");
  /** How many of the events that are kept are in the hash. */
  #hashed = 0;
  #count = 0;

  constructor(recordsAll: boolean) {
    this.recordsAll = recordsAll;
  }

  /** How many events there have been. */
  get count(): number {
    return this.#count;
  }

  add(event: SimulationEvent): void {
    this.#count++;
    if (this.#events.push(event) - this.#hashed < HASHED_AT_ONCE) return;
    this.#hashNow();
    if (this.recordsAll || this.#events.length < 2 * KEPT) return;
    this.#events = this.#events.slice(-KEPT);
    this.#hashed = this.#events.length;
  }

  /** All events, or the last thousand at least. */
  get events(): readonly SimulationEvent[] {
    return this.#events;
  }

  /** The SHA-256 of the log's text, in hexadecimal. */
  hash(): string {
    this.#hashNow();
    return this.#hash.copy().digest("hex");
  }

  #hashNow(): void {
    let text = "";
    for (let at = this.#hashed; at < this.#events.length; at++) text += `${formatEvent(this.#events[at]!)}\n`;
    this.#hash.update(text);
    this.#hashed = this.#events.length;
  }
}

/**
 * The timer queue of every reactor and of `Clock`: which call comes next.
 *
 * Calls come in the order of their times. Where two have the same time the order is that of Twisted's `Clock`, which keeps a list and
 * sorts it, stably, whenever a call is added and before each look at the first one. Between two sorts, `delay` and `reset` change
 * the time of a call but not its place. So among calls of the same time, those that stood there come in their old order; those that
 * were moved there from an earlier time come before them, those from a later time after them, and a new call is the last.
 *
 * No list is sorted here. A call stays where it was put, under the time that it had then, and is noted as moved. The next time that
 * somebody needs the order, `settle` gives each of the moved calls a new place: a new `order`, below all others or above all others,
 * decides among equal times.
 *
 * How a reactor uses it, in each turn of its loop:
 *
 *     const line = queue.drawLine();
 *     for (let call = queue.takeDue(now, line); call !== undefined; call = queue.takeDue(now, line)) {
 *       try { call.run(); } catch (error) { report(error); }
 *     }
 *     sleep until queue.nextTime(), or until something else happens
 *
 * The line keeps what is scheduled during a turn for the next one, so that a call that schedules itself with a delay of 0 does not
 * keep the reactor from its sockets.
 */
import { TimerLadder } from "./timer-ladder.ts";
import type { Timer } from "./timer-ladder.ts";

/** The `order` of a call that has been taken out of its queue, by `takeDue` or because it was cancelled: no call in a queue has these. */
export const CALLED = 0;
export const CANCELLED = -1;

/** Where a call stands: the smaller time goes first, of the same times the smaller order. */
export interface Place {
  readonly time: number;
  readonly order: number;
}

/** A call in a timer queue, which gives it its `order`. To cancel a call, set its order to `CANCELLED`, and tell the queue. */
export interface QueuedCall extends Timer {
  order: number;
  /** Its time and order; or, if it was put off, the later ones. */
  readonly place: Place;
  /** The time at which the call is to run, which `delay` and `reset` may have changed since the queue last looked. */
  getTime(): number;
  /** Gives the call the place that belongs to its time. A sooner one replaces its time and order, a later one puts it off. */
  moveTo(time: number, order: number): void;
  /** Tells the call that the queue has seen its time; a later change must be noted again. */
  moveSettled(): void;
}

export class TimerQueue<C extends QueuedCall> {
  /** The time now, in seconds: what `reset` counts from. */
  readonly seconds: () => number;
  readonly #ladder = new TimerLadder<C>();
  #moved: C[] = [];
  #lowestOrder = CANCELLED;
  #highestOrder = CALLED;

  constructor(seconds: () => number) {
    this.seconds = seconds;
  }

  /** How many calls are in the queue. */
  get size(): number {
    return this.#ladder.size;
  }

  /** Adds a call under its time, after all others of the same time. */
  add(call: C): void {
    if (this.#moved.length > 0) this.settle();
    call.order = ++this.#highestOrder;
    this.#ladder.add(call);
  }

  /** Notes that a call in the queue was cancelled. */
  noteCancelled(): void {
    this.#ladder.noteStale();
  }

  /** Notes that the time of a call in the queue has changed. To be called once; then again after `moveSettled`. */
  noteMoved(call: C): void {
    this.#moved.push(call);
  }

  /** Gives moved calls their new places. Whatever depends on the order does this first. */
  settle(): void {
    if (this.#moved.length === 0) return;
    const moved = this.#moved.filter(({ order }) => order !== CALLED && order !== CANCELLED);
    this.#moved = [];
    moved.sort(byPlace);
    // Each goes before all that have got a low order so far: the last one first keeps them in their old order.
    for (let i = moved.length - 1; i >= 0; i--) {
      const call = moved[i]!;
      const time = call.getTime();
      if (time > call.place.time) this.#move(call, time, --this.#lowestOrder);
    }
    for (const call of moved) {
      const time = call.getTime();
      if (time < call.place.time) this.#move(call, time, ++this.#highestOrder);
      call.moveSettled();
    }
  }

  /** The time of the next call; `Infinity` where none will ever come. */
  nextTime(): number {
    this.settle();
    return this.#ladder.nextTime();
  }

  /** For `takeDue`: separates the calls that are in the queue from those that will be added. */
  drawLine(): number {
    this.settle();
    return this.#highestOrder;
  }

  /**
   * Takes out the next call, if its time is `now` or sooner; set its order to `CALLED`. A call that was added, or
   * moved to a sooner time, after `line` was drawn stays, and with it those behind it.
   */
  takeDue(now: number, line: number = Infinity): C | undefined {
    if (this.#moved.length > 0) this.settle();
    return this.#ladder.takeDue(now, line);
  }

  /** All calls, in no order. */
  calls(): C[] {
    return this.#ladder.timers();
  }

  /** All calls, in the order that they had when the queue was last settled. */
  callsInOrder(): C[] {
    return this.#ladder.timers().sort(byPlace);
  }

  #move(call: C, time: number, order: number): void {
    const stoodAt = call.order;
    call.moveTo(time, order);
    if (call.order === stoodAt) return;
    this.#ladder.noteStale();
    this.#ladder.add(call);
  }
}

/** Compares the places that calls had when the queue was last settled. */
function byPlace({ place: a }: QueuedCall, { place: b }: QueuedCall): number {
  return a.time === b.time ? a.order - b.order : a.time < b.time ? -1 : 1;
}

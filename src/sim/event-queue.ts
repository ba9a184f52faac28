/** What is to happen, in order of time, and of scheduling where the time is the same: a binary heap. */

/** Something that happens at a time. */
export class SimulatedCall {
  /** In nanoseconds of virtual time. */
  readonly time: number;
  readonly order: number;
  /** `undefined` when it has been called off, or has happened. */
  call: (() => void) | undefined;

  constructor(time: number, order: number, call: () => void) {
    this.time = time;
    this.order = order;
    this.call = call;
  }
}

export class EventQueue {
  private heap: SimulatedCall[] = [];
  private scheduled = 0;
  /** How many of those in the heap have been called off. */
  private stale = 0;

  /** How many calls wait. */
  get size(): number {
    return this.heap.length - this.stale;
  }

  add(time: number, call: () => void): SimulatedCall {
    const added = new SimulatedCall(time, this.scheduled++, call);
    const { heap } = this;
    let place = heap.length;
    heap.push(added);
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = heap[above]!;
      if (!isBefore(added, other)) break;
      heap[place] = other;
      place = above;
    }
    heap[place] = added;
    return added;
  }

  cancel(call: SimulatedCall): void {
    if (call.call === undefined) return;
    call.call = undefined;
    this.stale++;
    // A program that moves its timers all the time must not fill the heap with what it called off.
    if (this.stale > 64 && this.stale > this.heap.length / 2) this.sweep();
  }

  /** The time of the next call; `Infinity` where there is none. */
  nextTime(): number {
    while (this.heap.length > 0 && this.heap[0]!.call === undefined) {
      this.removeFirst();
      this.stale--;
    }
    return this.heap[0]?.time ?? Infinity;
  }

  /** Takes out the next call. To be asked for only after `nextTime` has answered when that is. */
  take(): () => void {
    const first = this.heap[0]!;
    const call = first.call!;
    first.call = undefined;
    this.removeFirst();
    return call;
  }

  private removeFirst(): void {
    const { heap } = this;
    const last = heap.pop()!;
    if (heap.length > 0) this.sink(last, 0);
  }

  /** Puts `call` at `place` or below, wherever it belongs. */
  private sink(call: SimulatedCall, place: number): void {
    const { heap } = this;
    const size = heap.length;
    for (;;) {
      let below = place * 2 + 1;
      if (below >= size) break;
      if (below + 1 < size && isBefore(heap[below + 1]!, heap[below]!)) below++;
      if (!isBefore(heap[below]!, call)) break;
      heap[place] = heap[below]!;
      place = below;
    }
    heap[place] = call;
  }

  private sweep(): void {
    const waiting = this.heap.filter(({ call }) => call !== undefined);
    this.heap = waiting;
    this.stale = 0;
    for (let place = (waiting.length >> 1) - 1; place >= 0; place--) this.sink(waiting[place]!, place);
  }
}

function isBefore(one: SimulatedCall, other: SimulatedCall): boolean {
  return one.time < other.time || (one.time === other.time && one.order < other.order);
}

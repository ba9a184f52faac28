/** Timers of a simulated host that look like Node's. */
import { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";
import type { SimulatedGlobals } from "./simulated-globals.ts";

type Callback = (...args: unknown[]) => unknown;
type InContext = ReturnType<typeof AsyncLocalStorage.snapshot>;

/** Node takes what it cannot wait for as one millisecond. */
const LONGEST = 2 ** 31 - 1;

/** What `setImmediate` answers, and what the timers that wait have as well. */
export class SimulatedImmediate {
  readonly #globals: SimulatedGlobals;
  readonly #callback: Callback;
  readonly #args: readonly unknown[];
  readonly #inContext: InContext;
  #pending: { cancel(): void } | undefined = undefined;
  #holds = true;

  constructor(globals: SimulatedGlobals, callback: unknown, args: readonly unknown[]) {
    if (typeof callback !== "function") {
      const error = new TypeError(
        `The "callback" argument must be of type function. Received ${inspect(callback, { depth: 0 })}`,
      );
      throw Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
    }
    this.#globals = globals;
    this.#callback = callback as Callback;
    this.#args = args;
    this.#inContext = AsyncLocalStorage.snapshot();
  }

  /** Calls in so many seconds, and not when it was to before. */
  start(seconds: number): this {
    this.#pending?.cancel();
    this.#pending = this.#globals.setTimeout(() => {
      this.#pending = undefined;
      this.#inContext(() => this.fire());
    }, seconds);
    return this;
  }

  cancel(): void {
    this.#pending?.cancel();
    this.#pending = undefined;
  }

  protected fire(): void {
    Reflect.apply(this.#callback, this, this.#args);
  }

  /** A simulation runs as long as it is told to, whoever waits in it. */
  ref(): this {
    this.#holds = true;
    return this;
  }

  unref(): this {
    this.#holds = false;
    return this;
  }

  hasRef(): boolean {
    return this.#holds && this.#pending !== undefined;
  }

  [Symbol.dispose](): void {
    this.cancel();
  }
}

/** What `setTimeout` and `setInterval` answer. */
export class SimulatedTimeout extends SimulatedImmediate {
  readonly #seconds: number;
  readonly #repeats: boolean;
  readonly #ids: TimerIDs;
  #isCleared = false;
  #id: number | undefined = undefined;

  constructor(
    globals: SimulatedGlobals,
    callback: unknown,
    delay: unknown,
    args: readonly unknown[],
    repeats: boolean,
  ) {
    super(globals, callback, args);
    const milliseconds = Number(delay);
    this.#seconds = (milliseconds >= 1 && milliseconds <= LONGEST ? Math.trunc(milliseconds) : 1) / 1000;
    this.#repeats = repeats;
    this.#ids = idsOf(globals);
    this.start(this.#seconds);
  }

  override cancel(): void {
    this.#isCleared = true;
    if (this.#id !== undefined) this.#ids.timers.delete(this.#id);
    super.cancel();
  }

  /** Begins to wait anew, also where it has called; not where it was cleared. */
  refresh(): this {
    return this.#isCleared ? this : this.start(this.#seconds);
  }

  close(): this {
    this.cancel();
    return this;
  }

  protected override fire(): void {
    super.fire();
    if (this.#repeats) this.refresh();
  }

  /** A number that the clear functions take as well. */
  [Symbol.toPrimitive](): number {
    if (this.#id === undefined) {
      this.#id = this.#ids.next++;
      if (!this.#isCleared) this.#ids.timers.set(this.#id, this);
    }
    return this.#id;
  }
}

/** The timers of a host that have been asked for their number. */
interface TimerIDs {
  next: number;
  readonly timers: Map<number, SimulatedTimeout>;
}

/** Numbers of real timers are smaller. */
const FIRST_ID = 2 ** 40;

const allIDs = new WeakMap<SimulatedGlobals, TimerIDs>();

function idsOf(globals: SimulatedGlobals): TimerIDs {
  let ids = allIDs.get(globals);
  if (ids === undefined) {
    ids = { next: FIRST_ID, timers: new Map() };
    allIDs.set(globals, ids);
  }
  return ids;
}

/** The timer of a host that has this number, which may be text. */
export function timerOf(globals: SimulatedGlobals, id: unknown): SimulatedTimeout | undefined {
  return typeof id === "number" || typeof id === "string" ? idsOf(globals).timers.get(Number(id)) : undefined;
}

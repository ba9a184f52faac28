/** A host of a test: a clock that is set, timers that are kept until it moves, random numbers that count. */
import { Clock } from "../../../src/clock/clock.ts";
import { installGlobals } from "../../../src/sim/globals.ts";
import type { GuardMode, SimulatedGlobals } from "../../../src/sim/guard/simulated-globals.ts";

/** 2001-09-09T01:46:40Z. */
const START = 1_000_000_000;

export class HostOfTest implements SimulatedGlobals {
  readonly host: string;
  readonly clock: Clock = new Clock();
  /** Whether its code runs. */
  runs = true;
  #drawn = 0;

  constructor(host = "db1") {
    this.host = host;
  }

  seconds(): number {
    return START + this.clock.seconds();
  }

  monotonic(): number {
    return this.clock.seconds();
  }

  setTimeout(call: () => void, seconds: number): { cancel(): void } {
    const delayed = this.clock.callLater(seconds, call);
    return { cancel: () => delayed.active() && delayed.cancel() };
  }

  readonly random = {
    real: (): number => (this.#drawn++ % 10) / 10,
    bytes: (length: number): Buffer => Buffer.alloc(length, ++this.#drawn),
  };
}

/** Runs `body` as the code of a host, and says what it came to. */
export async function guarded<T>(
  mode: GuardMode,
  body: (host: HostOfTest) => T | Promise<T>,
  host: HostOfTest = new HostOfTest(),
): Promise<T> {
  const uninstall = installGlobals(mode, () => (host.runs ? host : undefined));
  try {
    return await body(host);
  } finally {
    uninstall();
  }
}

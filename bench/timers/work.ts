/** The work that both sides do, and how it is measured. */
import { report } from "../lib/measure.ts";

/** What a side can do with timers of the type `T`. */
export interface Timers<T> {
  create(seconds: number, callback: () => void): T;
  cancel(timer: T): void;
  /** Makes the timer run as long from now as it was to run from its making. */
  putOff(timer: T, seconds: number): void;
}

const MANY = 1_000_000;
const SOME = 100_000;
const TIMES = 10;
/** So far away that it does not come meanwhile. */
const FAR = 60;

/** As many delays as the largest work needs, of less than a second each: the same for both sides. */
const delays = randomDelays();

/** Does the work that the command line names, and prints the time of the processor that it took. */
export async function work<T>(timers: Timers<T>): Promise<void> {
  const round = WORKS[process.argv[2] as keyof typeof WORKS];
  const rounds = Math.max(1, Math.round(3 * Number(process.env["BENCH_SECONDS"] ?? "1")));
  await round(timers);
  const seconds: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const before = process.cpuUsage();
    await round(timers);
    const { user, system } = process.cpuUsage(before);
    seconds.push((user + system) / 1e6);
  }
  seconds.sort((a, b) => a - b);
  report({ seconds: seconds[seconds.length >> 1] ?? Infinity });
}

const WORKS = { "cancel-all": cancelAll, "cancel-each": cancelEach, fire, "put-off": putOff };

function cancelAll<T>(timers: Timers<T>): void {
  const created: T[] = [];
  for (const delay of delays) created.push(timers.create(FAR + delay, unexpected));
  for (const timer of created) timers.cancel(timer);
}

function cancelEach<T>(timers: Timers<T>): void {
  for (const delay of delays) timers.cancel(timers.create(FAR + delay, unexpected));
}

function fire<T>(timers: Timers<T>): Promise<void> {
  return new Promise((resolve) => {
    let fired = 0;
    const callback = (): void => {
      if (++fired === MANY) resolve();
    };
    for (const delay of delays) timers.create(delay, callback);
  });
}

/** As a server does that puts off the end of a connection whenever it hears from it; in ten turns of the loop. */
async function putOff<T>(timers: Timers<T>): Promise<void> {
  const created: T[] = [];
  for (let i = 0; i < SOME; i++) created.push(timers.create(FAR, unexpected));
  for (let i = 0; i < TIMES; i++) {
    await new Promise((resolve) => timers.create(0.001, () => resolve(undefined)));
    for (const timer of created) timers.putOff(timer, FAR);
  }
  for (const timer of created) timers.cancel(timer);
}

function unexpected(): never {
  throw new Error("A timer fired that was to be cancelled");
}

function randomDelays(): Float64Array {
  let state = 1;
  return Float64Array.from({ length: MANY }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

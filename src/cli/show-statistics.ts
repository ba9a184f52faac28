/** Shows what the reactor does, or those of all workers: a line that changes on a terminal, a line every few seconds elsewhere. */
import { tellGroup } from "../application/worker-environment.ts";
import type { DelayedCallLike } from "../clock/reactor-time.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { ReactorStatistics } from "../reactor/statistics.ts";
import { LiveLine } from "./live-line.ts";
export { LiveLine } from "./live-line.ts";
import type { Output } from "./terminal.ts";

const LIVE_SECONDS = 1;
const PLAIN_SECONDS = 5;
/** Workers tell more often than anybody looks. */
const TELLING_SECONDS = 0.5;

/** What a process has done until a time of its own. */
export interface Look {
  readonly seconds: number;
  readonly statistics: Pick<ReactorStatistics, "bytesReceived" | "bytesSent" | "connections" | "loopLag">;
}

/** What can be seen of each process, by its id. */
export type Looks = ReadonlyMap<number, Look>;

/** Shows them until the reactor stops. */
export function showStatistics(
  reactor: Reactor,
  output: LiveLine | Output,
  lookAround: () => Looks = () => new Map([[process.pid, lookAt(reactor)]]),
): void {
  const live = output instanceof LiveLine ? output : undefined;
  let last = lookAround();
  every(reactor, live === undefined ? PLAIN_SECONDS : LIVE_SECONDS, () => {
    const now = lookAround();
    const text = statisticsText(last, now);
    if (live === undefined) output.write(`${text}\n`);
    else live.show(text);
    last = now;
  });
  // Also while connections are waited for.
  if (live !== undefined) reactor.addSystemEventTrigger("during", "shutdown", () => live.end());
}

/** Tells the group of this worker again and again. */
export function tellStatistics(reactor: Reactor, tell: typeof tellGroup = tellGroup): void {
  every(reactor, TELLING_SECONDS, () => tell({ kind: "said", text: JSON.stringify(lookAt(reactor)) }));
}

/** What the workers of a group have told last. */
export class GroupStatistics {
  #looks: ReadonlyMap<number, Look> = new Map();

  told(pid: number, text: string): void {
    this.#looks = new Map(this.#looks).set(pid, JSON.parse(text) as Look);
  }

  /** Those of the workers that are there; the others are forgotten. */
  lookAround(pids: readonly number[]): Looks {
    this.#looks = new Map([...this.#looks].filter(([pid]) => pids.includes(pid)));
    return this.#looks;
  }
}

/** What has happened between two looks. */
export function statisticsText(last: Looks, now: Looks): string {
  const looks = Array.from(now, ([pid, look]) => ({ before: last.get(pid) ?? look, look }));
  const sum = (of: (each: (typeof looks)[number]) => number): number =>
    looks.reduce((total, each) => total + of(each), 0);
  const rate = (name: "bytesReceived" | "bytesSent"): string => {
    const bytes = sum(({ before, look }) => {
      const seconds = look.seconds - before.seconds;
      return seconds > 0 ? (look.statistics[name] - before.statistics[name]) / seconds : 0;
    });
    return `${bytesText(bytes)}/s`;
  };
  const isGroup = now.size !== 1 || !now.has(process.pid);
  return [
    ...(isGroup ? [`${now.size} workers`] : []),
    `${sum(({ look }) => look.statistics.connections)} connections`,
    `in ${rate("bytesReceived")}`,
    `out ${rate("bytesSent")}`,
    // The longest: what the connections of one worker wait for is nothing to the others.
    `lag ${(Math.max(0, ...looks.map(({ look }) => look.statistics.loopLag)) * 1000).toFixed(1)} ms`,
  ].join(", ");
}

function lookAt(reactor: Reactor): Look {
  const { bytesReceived, bytesSent, connections, loopLag } = reactor.statistics();
  return { seconds: reactor.seconds(), statistics: { bytesReceived, bytesSent, connections, loopLag } };
}

function every(reactor: Reactor, interval: number, what: () => void): void {
  let next: DelayedCallLike | undefined;
  const again = (): void => {
    next = reactor.callLater(interval, () => {
      what();
      again();
    });
  };
  reactor.callWhenRunning(again);
  reactor.addSystemEventTrigger("during", "shutdown", () => next?.cancel());
}

const UNITS = ["B", "KiB", "MiB", "GiB"];

function bytesText(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

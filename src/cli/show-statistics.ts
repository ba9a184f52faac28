/** Shows what the reactor does: a line that changes on a terminal, a line every few seconds elsewhere. */
import type { DelayedCallLike } from "../clock/reactor-time.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { ReactorStatistics } from "../reactor/statistics.ts";
import type { Output } from "./terminal.ts";

const LIVE_SECONDS = 1;
const PLAIN_SECONDS = 5;

/** Shows them until the reactor stops. */
export function showStatistics(reactor: Reactor, output: Output): void {
  const isLive = output.isTTY === true;
  const interval = isLive ? LIVE_SECONDS : PLAIN_SECONDS;
  let last = reactor.statistics();
  let lastTime = reactor.seconds();
  let next: DelayedCallLike;
  const show = (): void => {
    const now = reactor.statistics();
    const time = reactor.seconds();
    const text = statisticsText(last, now, time - lastTime);
    // On a terminal it is written over what was there.
    output.write(isLive ? `\r\x1b[K${text}` : `${text}\n`);
    last = now;
    lastTime = time;
    next = reactor.callLater(interval, show);
  };
  reactor.callWhenRunning(() => {
    lastTime = reactor.seconds();
    next = reactor.callLater(interval, show);
  });
  reactor.addSystemEventTrigger("before", "shutdown", () => {
    next.cancel();
    if (isLive) output.write("\n");
  });
}

/** What has happened in the `seconds` between two looks. */
export function statisticsText(last: ReactorStatistics, now: ReactorStatistics, seconds: number): string {
  const rate = (before: number, after: number): string => `${bytesText((after - before) / seconds)}/s`;
  return [
    `${now.connections} connections`,
    `in ${rate(last.bytesReceived, now.bytesReceived)}`,
    `out ${rate(last.bytesSent, now.bytesSent)}`,
    `lag ${(now.loopLag * 1000).toFixed(1)} ms`,
  ].join(", ");
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

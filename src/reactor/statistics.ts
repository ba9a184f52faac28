/** What a reactor tells of its work. Rates are made of two looks: all counters only grow. */
import type { Traffic } from "../transport/write-batch.ts";

export interface ReactorStatistics {
  /** Streams that are connected now; each descriptor of a child process that is read from or written to is one. */
  readonly connections: number;
  readonly connectionsMade: number;
  readonly bytesReceived: number;
  /** Bytes that were written, including what the system has not taken yet. */
  readonly bytesSent: number;
  /** How many times the reactor was woken by events of connections, each time for one or for many. */
  readonly batches: number;
  readonly events: number;
  readonly eventsPerBatch: number;
  /** Delayed calls that wait for their time. */
  readonly timers: number;
  readonly timersFired: number;
  /** How many seconds timers have lately been called after their time, on average: what anything else that comes has to wait as well. */
  readonly loopLag: number;
  readonly longestLoopLag: number;
}

/** The recent lag counts as the mean of about so many timers. */
const LAG_WINDOW = 16;

/** Notes how late timers are. */
export class TimerLag {
  fired = 0;
  recent = 0;
  longest = 0;

  note(seconds: number): void {
    this.fired++;
    this.recent += (seconds - this.recent) / Math.min(this.fired, LAG_WINDOW);
    if (seconds > this.longest) this.longest = seconds;
  }
}

export function statisticsOf(traffic: Traffic, timers: number, lag: TimerLag): ReactorStatistics {
  const { connectionsMade, connectionsLost, bytesReceived, bytesSent, batches, events } = traffic;
  return {
    connections: connectionsMade - connectionsLost,
    connectionsMade,
    bytesReceived,
    bytesSent,
    batches,
    events,
    eventsPerBatch: batches === 0 ? 0 : events / batches,
    timers,
    timersFired: lag.fired,
    loopLag: lag.recent,
    longestLoopLag: lag.longest,
  };
}

/** Waits for connections to be gone. */
import type { DelayedCallLike, ReactorTime } from "../clock/reactor-time.ts";
import { Deferred } from "../deferred/deferred.ts";

const INTERVAL_SECONDS = 0.01;

/** A protocol whose transport says whether it is still there. */
export interface ProtocolWithConnection {
  readonly transport: { readonly connected: boolean };
}

/**
 * A Deferred that fires when the transports of all `protocols` are disconnected; it looks now, and every hundredth of a second. Cancelling it
 * ends the looking.
 *
 * @example
 * import { Clock } from "hawser/clock";
 * const clock = new Clock();
 * const transport = new StringTransport();
 * const done = waitUntilAllDisconnected(clock, [{ transport }]);
 * transport.connected = false;
 * clock.advance(0.01);
 * successResultOf(done);
 */
export function waitUntilAllDisconnected(
  reactor: Pick<ReactorTime, "callLater">,
  protocols: Iterable<ProtocolWithConnection>,
): Deferred<void> {
  const waiting = [...protocols];
  let next: DelayedCallLike | undefined;
  const done = new Deferred<void>(() => next?.cancel());
  function look(): void {
    if (waiting.some(({ transport }) => transport.connected)) next = reactor.callLater(INTERVAL_SECONDS, look);
    else done.callback();
  }
  look();
  return done;
}

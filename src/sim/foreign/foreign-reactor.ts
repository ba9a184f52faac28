/** What sockets for foreign code ask of a reactor. */
import type { ReactorTime } from "../../clock/reactor-time.ts";
import type { ReactorNames, ReactorTCP, ReactorUNIX } from "../../reactor/reactor.ts";

export type ForeignReactor = ReactorTCP &
  ReactorUNIX &
  Pick<ReactorTime, "callLater"> &
  Pick<ReactorNames, "nameResolver">;

/** What the protocols of foreign code's sockets are made by: nobody needs to hear of it. */
export const SILENT_FACTORY = {
  doStart(): void {},
  doStop(): void {},
  startedConnecting(): void {},
  clientConnectionLost(): void {},
};

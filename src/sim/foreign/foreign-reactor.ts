/** What sockets for foreign code ask of a reactor. */
import type { ReactorTime } from "../../clock/reactor-time.ts";
import type { ReactorNames, ReactorTCP, ReactorUNIX } from "../../reactor/reactor.ts";

export type ForeignReactor = ReactorTCP &
  ReactorUNIX &
  Pick<ReactorTime, "callLater"> &
  Pick<ReactorNames, "nameResolver">;

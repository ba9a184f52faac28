/** The time of day, for services that are not given a clock. */
import type { ReactorTime } from "../clock/reactor-time.ts";

/** What a service needs of a clock: the seconds since 1970, which reactors tell. */
export type TimeOfDay = Pick<ReactorTime, "seconds">;

export const wallClock: TimeOfDay = { seconds: () => Date.now() / 1000 };

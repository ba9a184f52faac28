/** `Temporal.Now`, where the runtime has it, which tells the time of the host whose code asks. */
import type { Replacement } from "./replacement.ts";
import { inTheShapeOf } from "./replacement.ts";
import { inPlaceOf } from "./simulated-globals.ts";

const INSTEAD = "host.clock.seconds()";
const NANOSECONDS = 1e9;

/** As much of `Temporal` as is needed here; the types of the oldest Node that we support do not know it. */
interface ZonedDateTime {
  toPlainDateTime(): object;
  toPlainDate(): object;
  toPlainTime(): object;
}

interface TemporalLike {
  readonly Now: { timeZoneId(): string };
  readonly Instant: { fromEpochNanoseconds(nanoseconds: bigint): { toZonedDateTimeISO(zone: unknown): ZonedDateTime } };
}

/** What `Temporal.Now` has, made from the time in a zone. */
const ZONED: Readonly<Record<string, (now: ZonedDateTime) => object>> = {
  zonedDateTimeISO: (now) => now,
  plainDateTimeISO: (now) => now.toPlainDateTime(),
  plainDateISO: (now) => now.toPlainDate(),
  plainTimeISO: (now) => now.toPlainTime(),
};

export function temporalReplacements(): Replacement[] {
  const temporal = (globalThis as { Temporal?: TemporalLike }).Temporal;
  if (temporal === undefined) return [];
  const { Now, Instant } = temporal;
  const replacement = (key: string, simulate: (seconds: number, zone: unknown) => object): Replacement => ({
    target: Now,
    key,
    replace: (original: (zone?: unknown) => unknown) =>
      inTheShapeOf(original, function (this: unknown, ...args: unknown[]) {
        const globals = inPlaceOf(`Temporal.Now.${key}()`, INSTEAD);
        if (globals === undefined) return Reflect.apply(original, this, args as [unknown]);
        return simulate(globals.seconds(), args[0]);
      }),
  });
  const instant = (seconds: number): ReturnType<typeof Instant.fromEpochNanoseconds> => {
    // A time of day in seconds has no digits for more than microseconds.
    return Instant.fromEpochNanoseconds(BigInt(Math.floor(seconds * 1e6)) * BigInt(NANOSECONDS / 1e6));
  };
  return [
    replacement("instant", instant),
    ...Object.entries(ZONED).map(([key, part]) =>
      replacement(key, (seconds, zone) => part(instant(seconds).toZonedDateTimeISO(zone ?? Now.timeZoneId()))),
    ),
  ];
}

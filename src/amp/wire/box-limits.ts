/** How large the boxes of a peer may be. */
/** The longest key that there can be. */
export const MAX_KEY_LENGTH = 0xff;
/** The longest value that there can be. */
export const MAX_VALUE_LENGTH = 0xffff;

/** What is taken of a peer; what is not said has a default. */
export interface BoxLimits {
  /** How many bytes a value may have; 65,535 unless told otherwise, which is the most that there can be. */
  readonly maxValueLength?: number;
  /** How many keys a box may have; 1,000 unless told otherwise. */
  readonly maxKeys?: number;
  /** How many bytes a box may have, with its lengths; 4 MiB unless told otherwise. */
  readonly maxBoxLength?: number;
}

const DEFAULTS: Required<BoxLimits> = {
  maxValueLength: MAX_VALUE_LENGTH,
  maxKeys: 1000,
  maxBoxLength: 4 * 1024 * 1024,
};

/** All limits. Throws a `RangeError` for one that is no number above 0. */
export function boxLimits(limits: BoxLimits = {}): Required<BoxLimits> {
  const all = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS) as (keyof BoxLimits)[]) {
    const limit = limits[name];
    if (limit === undefined) continue;
    if (typeof limit !== "number" || !(limit >= 1)) {
      throw new RangeError(`Cannot limit boxes to ${name}: ${String(limit)}, expected a number, 1 or more`);
    }
    all[name] = limit;
  }
  return all;
}

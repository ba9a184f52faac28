/**
 * Finding a few bytes, such as the end of a line, in many.
 *
 * The runtime finds one byte several times faster than it finds two, so we look for the last byte of what is wanted and compare the
 * bytes before it. Where that goes wrong again and again, as it can if somebody sends nothing but line feeds, the runtime's
 * search for all bytes takes over: the time stays in proportion to what is searched.
 */

/** Below this many bytes a loop is faster than a call of the runtime. */
const SHORT = 24;
const ATTEMPTS = 8;

/** What is looked for, in the two forms that bytes can be searched in. */
export interface Wanted {
  readonly bytes: Buffer;
  /** A character for each byte. */
  readonly text: string;
}

/** The index in `bytes` of the first `wanted` between `start` and `end`; -1 where there is none. `wanted` has at least one byte. */
export function findBytes(bytes: Buffer, start: number, end: number, wanted: Buffer): number {
  const before = wanted.length - 1;
  const last = wanted[before]!;
  let at = start + before;
  if (end - at <= SHORT) {
    for (; at < end; at++) {
      if (bytes[at] === last && endsWith(bytes, at, wanted)) return at - before;
    }
    return -1;
  }
  // What lies behind the end is not ours to search.
  const searched = end === bytes.length ? bytes : bytes.subarray(0, end);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = searched.indexOf(last, at);
    if (found === -1) return -1;
    if (endsWith(searched, found, wanted)) return found - before;
    at = found + 1;
  }
  return searched.indexOf(wanted, at - before);
}

/** Whether the bytes up to `at` end with `wanted`, of which the byte at `at` is known to be the last. */
function endsWith(bytes: Buffer, at: number, wanted: Buffer): boolean {
  const offset = at - wanted.length + 1;
  for (let index = wanted.length - 2; index >= 0; index--) {
    if (bytes[offset + index] !== wanted[index]) return false;
  }
  return true;
}

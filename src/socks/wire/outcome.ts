/** What becomes of a request, and the numbers for it: RFC 1928 section 6, and the two that version 4 has. */
import { SOCKSProtocolError } from "./errors.ts";

/** In the order of their numbers in version 5. */
const OUTCOMES = [
  "succeeded",
  "failed",
  "not allowed",
  "network unreachable",
  "host unreachable",
  "connection refused",
  "time to live expired",
  "command not supported",
  "address not supported",
] as const;

/** What became of a request. */
export type SOCKSOutcome = (typeof OUTCOMES)[number];

const GRANTED = 90;
const REJECTED = 91;
/** The last of version 4's: two more ways to be rejected, which have to do with who the user is. */
const LAST_OF_VERSION_4 = 93;

export function outcomeNumber(version: 4 | 5, outcome: SOCKSOutcome): number {
  if (version === 5) return OUTCOMES.indexOf(outcome);
  return outcome === "succeeded" ? GRANTED : REJECTED;
}

export function outcomeOf(version: 4 | 5, number: number): SOCKSOutcome {
  if (version === 5) {
    // "X'09' to X'FF' unassigned": nothing good, in any case.
    return OUTCOMES[number] ?? "failed";
  }
  if (number === GRANTED) return "succeeded";
  if (number === REJECTED) return "failed";
  if (number > REJECTED && number <= LAST_OF_VERSION_4) return "not allowed";
  throw new SOCKSProtocolError(`The proxy answers ${number}, expected ${GRANTED} to ${LAST_OF_VERSION_4}`);
}

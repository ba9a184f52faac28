/** Checks the options of networks, hosts and runs, which are mistyped as easily as those of links. */
import { inspect } from "node:util";
import { checkNumber, checkObject } from "./check-link-options.ts";

const NETWORK = ["seed", "link", "faults", "record", "cuts", "window", "start", "guard"];

/** Throws `TypeError` or `RangeError` where `value` is not what a network can be like; what links and faults are like is checked elsewhere. */
export function checkNetworkOptions(value: unknown): void {
  const options = checkObject(value, "options of a network", NETWORK);
  const { seed, window, start } = options;
  if (seed !== undefined && !Number.isSafeInteger(seed)) {
    throw new TypeError(`Cannot use the seed ${inspect(seed)}: expected a whole number`);
  }
  if (window !== undefined) {
    checkNumber(window, "window", "a whole number of bytes above 0", (n) => Number.isSafeInteger(n) && n > 0);
  }
  if (start !== undefined) checkNumber(start, "start", "seconds since 1970", (n) => Number.isFinite(n));
  checkOneOf(options["record"], "record", [false, true, "bytes"]);
  checkOneOf(options["cuts"], "cuts", [false, true]);
  checkOneOf(options["guard"], "guard", ["none", "throw", "simulate"]);
}

/** The same for a host; addresses and numbers are checked where they are used. */
export function checkHostOptions(value: unknown, host: string): void {
  const what = `options of the host ${host}`;
  const { addresses, clock } = checkObject(value, what, ["addresses", "clock"]);
  if (addresses !== undefined && !Array.isArray(addresses)) {
    throw new TypeError(`Cannot use ${what}: addresses: it is ${inspect(addresses)}, expected a list`);
  }
  if (clock !== undefined) checkObject(clock, `${what}: clock`, ["skew", "drift"]);
}

/** The same for a run; times and conditions are checked where they are used. */
export function checkRunOptions(value: unknown): void {
  const what = "options of a run";
  const { whenIdle, turns } = checkObject(value, what, ["for", "until", "whenIdle", "turns"]);
  checkOneOf(whenIdle, "whenIdle", ["end", "wait"]);
  if (turns !== undefined) {
    checkNumber(turns, "turns", "a whole number, 0 or more", (n) => Number.isSafeInteger(n) && n >= 0);
  }
}

function checkOneOf(value: unknown, what: string, allowed: readonly unknown[]): void {
  if (value === undefined || allowed.includes(value)) return;
  const expected = allowed.map((one) => inspect(one)).join(", ");
  throw new TypeError(`Cannot use ${what}: it is ${inspect(value)}, expected one of ${expected}`);
}

/** Checks faults that somebody wrote, or that come from a file. */
import { checkLinkOptions, checkNumber, checkObject, show } from "./check-link-options.ts";
import type { Fault, FaultKind } from "./fault.ts";

type Check = (value: unknown, what: string) => void;
type Names<K extends FaultKind> = Exclude<keyof Extract<Fault, { kind: K }>, "kind" | "at" | "for">;

const HOST = { host: checkHost };
const BETWEEN = { between: checkPair };

/** What else there is in a fault of each kind. Only `oneWay` may be left out. */
const KINDS: { readonly [K in FaultKind]: { readonly [Name in Names<K>]-?: Check } } = {
  partition: { from: checkHosts, to: checkHosts, oneWay: checkFlag },
  link: { ...BETWEEN, set: checkLinkOptions },
  crash: HOST,
  pause: HOST,
  stuck: HOST,
  refuse: HOST,
  nameless: HOST,
  reset: BETWEEN,
};

/** All kinds of faults. */
export const FAULT_KINDS: readonly FaultKind[] = Object.keys(KINDS) as FaultKind[];

/**
 * Throws `TypeError` or `RangeError` unless `value` is a fault, and returns it. The message names what is wrong with it, and what was expected.
 *
 * @param what names the value in messages
 *
 * @example
 * const text = '{ "kind": "crash", "at": 2, "for": 0.5, "host": "db" }';
 * const fault = checkFault(JSON.parse(text));
 * assert.equal(fault.kind, "crash");
 * assert.throws(() => checkFault({ ...fault, at: -1 }), RangeError);
 */
export function checkFault(value: unknown, what: string = "a fault"): Fault {
  const { kind } = (typeof value === "object" && value !== null ? value : {}) as { kind?: unknown };
  if (!FAULT_KINDS.includes(kind as FaultKind)) {
    throw new TypeError(
      `Cannot use ${what}: it is ${show(value)}, expected an object whose kind is one of ${FAULT_KINDS.join(", ")}`,
    );
  }
  const checks = KINDS[kind as FaultKind];
  const times = kind === "reset" ? ["at"] : ["at", "for"];
  const named = `${what} of kind ${String(kind)}`;
  const fault = checkObject(value, named, ["kind", ...times, ...Object.keys(checks)]);
  checkNumber(fault["at"], `${named}: at`, "0 seconds or more", (n) => n >= 0 && n < Infinity);
  if (fault["for"] !== undefined)
    checkNumber(fault["for"], `${named}: for`, "more than 0 seconds", (n) => n > 0 && n < Infinity);
  for (const [name, check] of Object.entries(checks)) check(fault[name], `${named}: ${name}`);
  if (kind === "partition") checkApart(fault["from"] as string[], fault["to"] as string[], named);
  return fault as unknown as Fault;
}

/**
 * The same for a list of faults.
 *
 * @example
 * const plan = checkFaults([{ kind: "reset", at: 1, between: ["client", "server"] }]);
 * assert.throws(() => checkFaults([...plan, { kind: "fire", at: 2 }]), /fault 2 of the plan/);
 */
export function checkFaults(values: unknown): Fault[] {
  if (!Array.isArray(values)) throw new TypeError(`Cannot use ${show(values)} as a plan: expected a list of faults`);
  return values.map((value: unknown, index) => checkFault(value, `fault ${index + 1} of the plan`));
}

function checkHost(value: unknown, what: string): void {
  if (typeof value === "string" && value !== "") return;
  throw new TypeError(`Cannot use ${what}: it is ${show(value)}, expected the name of a host`);
}

function checkHosts(value: unknown, what: string): void {
  if (!Array.isArray(value) || value.length === 0) {
    throw new TypeError(`Cannot use ${what}: it is ${show(value)}, expected a list of names of hosts, one at least`);
  }
  const names = value as unknown[];
  for (const name of names) checkHost(name, what);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new TypeError(`Cannot use ${what}: it has ${show(twice)} twice, expected it once`);
}

function checkPair(value: unknown, what: string): void {
  checkHosts(value, what);
  const { length } = value as unknown[];
  if (length !== 2) throw new TypeError(`Cannot use ${what}: it has ${length} names, expected two`);
}

function checkFlag(value: unknown, what: string): void {
  if (value === undefined || typeof value === "boolean") return;
  throw new TypeError(`Cannot use ${what}: it is ${show(value)}, expected true or false`);
}

function checkApart(from: readonly string[], to: readonly string[], what: string): void {
  const both = from.find((name) => to.includes(name));
  if (both === undefined) return;
  throw new TypeError(`Cannot use ${what}: ${show(both)} is on both sides, expected it on one`);
}

/** Checks what is said about a link, whoever says it: a program, a plan of faults, a file. */
import { inspect } from "node:util";
import { drawDelay } from "./delay.ts";
import type { Delay, LinkOptions } from "./link-options.ts";

type Check = (value: unknown, what: string) => void;

const CHECKS: { readonly [Name in keyof LinkOptions]-?: Check } = {
  latency: checkDelay,
  bandwidth: checkBandwidth,
  queue: checkQueue,
  mtu: checkMtu,
  loss: checkProbability,
  duplication: checkProbability,
  reordering: checkProbability,
  reorderingDelay: checkDelay,
};

/** RFC 791: every internet module must be able to forward a datagram of 68 octets without further fragmentation. */
const LEAST_MTU = 68;

/**
 * Throws where `value` is not what a link can be like, and returns it otherwise.
 *
 * @param what names the value in messages
 */
export function checkLinkOptions(value: unknown, what: string = "link options"): LinkOptions {
  const options = checkObject(value, what, Object.keys(CHECKS));
  for (const [name, check] of Object.entries(CHECKS)) {
    if (options[name] !== undefined) check(options[name], `${what}: ${name}`);
  }
  return options;
}

/** Throws `TypeError` unless it is an object that has these names and no others. */
export function checkObject(value: unknown, what: string, names: readonly string[]): Readonly<Record<string, unknown>> {
  if (Array.isArray(value)) throw new TypeError(`Cannot use ${what}: it is ${show(value)}, expected an object`);
  return checkNames(value, what, names);
}

/** The same for lists, too. */
function checkNames(value: unknown, what: string, names: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`Cannot use ${what}: it is ${show(value)}, expected an object`);
  }
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown === undefined) return value as Readonly<Record<string, unknown>>;
  throw new TypeError(`Cannot use ${what}: there is no ${inspect(unknown)}, expected ${names.join(", ")}`);
}

/** Throws `TypeError` unless it is a number, and `RangeError` unless it is one that is allowed. */
export function checkNumber(value: unknown, what: string, expected: string, allows: (n: number) => boolean): void {
  if (typeof value === "number" && allows(value)) return;
  const message = `Cannot use ${what}: it is ${show(value)}, expected ${expected}`;
  throw typeof value === "number" ? new RangeError(message) : new TypeError(message);
}

/** A value in a message: in one line, and not at length. */
export function show(value: unknown): string {
  return inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY, maxArrayLength: 5, maxStringLength: 80 });
}

/** What may be in each distribution; what is in it is for `drawDelay` to judge. */
const DISTRIBUTIONS: Readonly<Record<string, readonly string[]>> = {
  uniform: ["0", "1"],
  normal: ["mean", "deviation"],
  pareto: ["minimum", "shape", "most"],
};

function checkDelay(value: unknown, what: string): void {
  if (typeof value === "object" && value !== null) {
    const distributions = Object.entries(checkObject(value, what, Object.keys(DISTRIBUTIONS)));
    if (distributions.length > 1) {
      throw new TypeError(`Cannot use ${what}: it is ${show(value)}, expected one distribution`);
    }
    for (const [name, numbers] of distributions) {
      checkNames(numbers, `${what}: ${name}`, DISTRIBUTIONS[name]!);
    }
  }
  drawDelay(value as Delay, what);
}

function checkProbability(value: unknown, what: string): void {
  checkNumber(value, what, "a probability, 0 to 1", (n) => n >= 0 && n <= 1);
}

function checkBandwidth(value: unknown, what: string): void {
  checkNumber(value, what, "a number of bytes per second above 0", (n) => n > 0);
}

function checkQueue(value: unknown, what: string): void {
  checkNumber(value, what, "a number of bytes, 0 or more", (n) => n >= 0);
}

function checkMtu(value: unknown, what: string): void {
  checkNumber(value, what, `a number of bytes, ${LEAST_MTU} or more`, (n) => n >= LEAST_MTU);
}

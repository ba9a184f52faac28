/** Faults in words, for logs and for people who look for the cause of a failure. */
import type { Fault } from "./fault.ts";
import type { Delay, LinkOptions } from "./link-options.ts";

/** Longer lists are counted, not read. */
const MOST_NAMES = 8;

/**
 * A fault as a line: when, and what.
 *
 * @example
 * assert.equal(describeFault({ kind: "crash", at: 2, for: 0.5, host: "db" }), "2 s to 2.5 s: db has no power");
 * assert.equal(describeFault({ kind: "reset", at: 3, between: ["a", "b"] }), "3 s: connections between a and b are reset");
 */
export function describeFault(fault: Fault): string {
  return `${describeTime(fault)}: ${describeWhat(fault)}`;
}

function describeTime(fault: Fault): string {
  if (fault.kind === "reset") return seconds(fault.at);
  return fault.for === undefined
    ? `${seconds(fault.at)} on`
    : `${seconds(fault.at)} to ${seconds(fault.at + fault.for)}`;
}

/** Sums of decimal fractions have digits that nobody wrote; a nanosecond is the finest there is. */
function seconds(time: number): string {
  return `${Number(time.toFixed(9))} s`;
}

function describeWhat(fault: Fault): string {
  switch (fault.kind) {
    case "partition":
      return fault.oneWay === true
        ? `nothing gets from ${list(fault.from)} to ${list(fault.to)}`
        : `nothing gets from ${list(fault.from)} to ${list(fault.to)} or back`;
    case "link":
      return `between ${pair(fault.between)}, ${describeLink(fault.set)}`;
    case "crash":
      return `${name(fault.host)} has no power`;
    case "pause":
      return `${name(fault.host)} stands still`;
    case "stuck":
      return `the programs of ${name(fault.host)} read nothing`;
    case "refuse":
      return `${name(fault.host)} refuses new connections`;
    case "nameless":
      return `${name(fault.host)} finds no names`;
    case "reset":
      return `connections between ${pair(fault.between)} are reset`;
    default:
      return fault satisfies never;
  }
}

function describeLink(set: LinkOptions): string {
  const parts = Object.entries(set)
    .filter(([, value]) => value !== undefined)
    .map(([option, value]: [string, number | Delay]) => `${option} is ${describeValue(value)}`);
  return parts.length === 0 ? "all is as it was" : parts.join(", ");
}

function describeValue(value: number | Delay): string {
  if (typeof value === "number") return String(value);
  if ("uniform" in value) return `uniform from ${value.uniform[0]} to ${value.uniform[1]}`;
  if ("normal" in value) return `normal with mean ${value.normal.mean} and deviation ${value.normal.deviation}`;
  const { minimum, shape, most } = value.pareto;
  return `Pareto with minimum ${minimum} and shape ${shape}${most === undefined ? "" : `, ${most} at most`}`;
}

function pair([a, b]: readonly [string, string]): string {
  return `${name(a)} and ${name(b)}`;
}

function list(names: readonly string[]): string {
  if (names.length > MOST_NAMES) {
    return `${names
      .slice(0, MOST_NAMES - 1)
      .map(name)
      .join(", ")} and ${names.length - MOST_NAMES + 1} more`;
  }
  return names.map(name).join(", ");
}

/** Names as they are, unless that could be misread. Nothing here may differ between versions of Node: it is a part of logs. */
function name(host: string): string {
  return /^[\w.-]+$/.test(host) ? host : JSON.stringify(host);
}

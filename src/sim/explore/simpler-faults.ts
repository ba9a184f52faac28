/**
 * What is simpler than a fault: shorter, earlier, at a rounder time, among fewer hosts, milder.
 *
 * Each step gets nearer to an end (a value further down a ladder, fewer decimals, fewer names), so that no way of steps leads back to where it began.
 */
import type { Fault } from "../fault.ts";
import type { Delay, LinkOptions } from "../link-options.ts";
import { cutInParts } from "./cut-in-parts.ts";

/** Round times, in seconds. */
const TIMES: readonly number[] = [0.001, 0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60];
const BEGINNINGS: readonly number[] = [0, 1, 2, 5, 10, 20];
const PROBABILITIES: readonly number[] = [0.01, 0.05, 0.1, 0.2, 0.5];
/** Bytes, or bytes per second: the more there are the better. */
const AMOUNTS: readonly number[] = [10_000_000, 1_000_000, 100_000, 10_000, 1000, 100];
/** Whole seconds, tenths, hundredths. */
const UNITS: readonly number[] = [1, 10, 100];

/** The faults that are simpler than this one, those that are much simpler first. */
export function* simplerFaults(fault: Fault): Generator<Fault> {
  if (fault.kind === "partition") yield* simplerPartitions(fault);
  if (fault.kind === "link") for (const set of milderLinks(fault.set)) yield { ...fault, set };
  if (fault.kind !== "reset") for (const lasts of shorter(fault.for)) yield { ...fault, for: lasts };
  for (const at of simplerBeginnings(fault.at)) yield { ...fault, at };
}

function* simplerPartitions(fault: Fault & { kind: "partition" }): Generator<Fault> {
  for (const from of fewer(fault.from)) yield { ...fault, from };
  for (const to of fewer(fault.to)) yield { ...fault, to };
  // One way is less, but both ways is what everybody thinks of.
  const { oneWay, ...both } = fault;
  if (oneWay !== undefined) yield both;
}

/** Parts of them, large parts first, alone and left out. */
function* fewer(names: readonly string[]): Generator<readonly string[]> {
  for (let count = 2; count < names.length * 2; count *= 2) {
    const parts = cutInParts(names, Math.min(count, names.length));
    for (const part of parts) yield part;
    if (parts.length > 2) for (const part of parts) yield parts.filter((other) => other !== part).flat();
  }
}

function* shorter(lasts: number | undefined): Generator<number> {
  yield* TIMES.filter((time) => lasts === undefined || time < lasts);
  if (lasts !== undefined) yield* rounded(lasts, Math.floor).filter((time) => time > 0);
}

function* simplerBeginnings(at: number): Generator<number> {
  yield* BEGINNINGS.filter((time) => time < at);
  for (const round of [Math.floor, Math.ceil]) yield* rounded(at, round);
}

/** With fewer decimals. */
function rounded(time: number, round: (time: number) => number): number[] {
  const places = UNITS.findIndex((unit) => Math.round(time * unit) / unit === time);
  return UNITS.slice(0, places === -1 ? UNITS.length : places).map((unit) => round(time * unit) / unit);
}

function* milderLinks(set: LinkOptions): Generator<LinkOptions> {
  const names = Object.keys(set) as (keyof LinkOptions)[];
  if (names.length > 1) {
    for (const name of names) {
      const { [name]: _, ...others } = set;
      yield others;
    }
  }
  for (const name of names) for (const value of milder(set, name)) yield { ...set, [name]: value };
}

function milder(set: LinkOptions, name: keyof LinkOptions): Iterable<unknown> {
  const value = set[name];
  switch (name) {
    case "latency":
    case "reorderingDelay":
      return value === undefined ? [] : quicker(value);
    case "loss":
    case "duplication":
    case "reordering":
      return PROBABILITIES.filter((probability) => probability < (value as number));
    case "bandwidth":
    case "queue":
      return AMOUNTS.filter((amount) => amount > (value as number));
    case "mtu":
      return [];
    default:
      return name satisfies never;
  }
}

function quicker(delay: Delay): Iterable<Delay> {
  if (typeof delay === "number") return shorter(delay);
  if ("uniform" in delay) return [...delay.uniform];
  if ("normal" in delay) return [delay.normal.mean];
  return [delay.pareto.minimum];
}

/** Makes random programs: boxes of a peer that are mostly right, cut anywhere, between calls and answers of ours. */
import { Random } from "../deferred-traces/random.ts";
import type { Program, Step } from "./program.ts";

const TEXTS = ["", "a", "bad", "Zo\u00eb", "x".repeat(40)];
const CODES = ["DECLARED", "FATAL", "UNKNOWN", "UNHANDLED", "OTHER", "\xff"];

/** The program of `seed`. */
export function randomProgram(seed: number): Program {
  const random = new Random(seed);
  const isWild = random.chance(0.3);
  const steps: Step[] = [];
  /** How many of our calls have had a number. */
  let calls = 0;
  const open: number[] = [];
  const waiting: string[] = [];
  for (let count = 2 + random.below(14); count > 0; count--) {
    if (random.chance(0.35)) {
      const step = ourStep(random);
      if (step.op !== "answer") {
        calls++;
        if (step.op !== "note") open.push(calls);
      }
      steps.push(step);
    } else {
      waiting.push(boxOf(peersEntries(random, open, isWild), random));
      if (isWild && random.chance(0.05)) waiting.push(random.pick(["\0\0", "\x01\x00", "\xff\xff", "\0\x01"]));
      if (random.chance(0.6)) steps.push(...cut(waiting.splice(0).join(""), random));
    }
  }
  steps.push(...cut(waiting.join(""), random));
  return { seed, steps };
}

function ourStep(random: Random): Step {
  const op = random.pick(["sum", "sum", "later", "note", "string", "answer", "answer", "answer"] as const);
  switch (op) {
    case "sum":
      return { op, a: random.below(2000) - 1000, b: random.chance(0.3) ? null : random.below(10) };
    case "string":
      return { op, name: random.pick(["Ping", "pong"]), text: random.pick(TEXTS) };
    case "answer":
      return {
        op,
        index: random.below(5),
        how: random.pick(["value", "value", "short", "declared", "bad", "fatal", "unknown"]),
      };
    default:
      return { op, text: random.pick(TEXTS) };
  }
}

type Entries = [key: string, value: string][];

function peersEntries(random: Random, open: number[], isWild: boolean): Entries {
  if (open.length > 0 && random.chance(0.4)) {
    const tag = open.splice(random.below(open.length), 1)[0]!.toString(16);
    return random.chance(0.7) ? answer(tag, random) : error(tag, random, isWild);
  }
  if (isWild && random.chance(0.08)) return random.chance(0.5) ? answer("77", random) : error("77", random, isWild);
  const entries: Entries = [["_command", ""]];
  if (!random.chance(0.15)) entries.unshift(["_ask", random.pick(["1", "2", "a", "any \xff"])]);
  const command = random.pick(["Sum", "Sum", "Sum", "Later", "Later", "Note", "echo", "ECHO", "Nothing", "\xff"]);
  entries.find(([key]) => key === "_command")![1] = command;
  if (command === "Sum") {
    entries.push(["a", integer(random, isWild)]);
    if (random.chance(0.7)) entries.push(["b", integer(random, isWild)]);
  } else entries.push(["text", isWild && random.chance(0.1) ? "\xff" : utf8(random.pick(TEXTS))]);
  if (random.chance(0.1)) entries.push(["more", "?"]);
  if (isWild && random.chance(0.1)) entries.splice(random.below(entries.length), 1);
  if (isWild && random.chance(0.1)) entries.reverse();
  if (isWild && random.chance(0.1)) entries.push([...entries[0]!]);
  return entries;
}

/** Of every answer that a command of ours declares, something. */
function answer(tag: string, random: Random): Entries {
  const entries: Entries = [["_answer", tag]];
  if (random.chance(0.9)) entries.push(["total", random.pick(["3", "-5", "+7", "x", ""])]);
  if (random.chance(0.9)) entries.push(["list", random.pick(["", "\0\x01a", "\0\0\0\x02\xc3\xa9", "\0\x01\xff"])]);
  if (random.chance(0.3)) entries.push(["flag", random.pick(["True", "False", "Maybe"])]);
  return entries;
}

function error(tag: string, random: Random, isWild: boolean): Entries {
  const entries: Entries = [
    ["_error", tag],
    ["_error_code", random.pick(CODES)],
    ["_error_description", random.pick(["", "why", "Zo\xc3\xab", "\xff"])],
  ];
  if (isWild && random.chance(0.1)) entries.splice(1 + random.below(2), 1);
  return entries;
}

function integer(random: Random, isWild: boolean): string {
  if (isWild && random.chance(0.2)) return random.pick(["", "x", " 5 ", "+5", "0_1", "1__0", "5.0", "\xff"]);
  return String(random.below(16));
}

function boxOf(entries: Entries, random: Random): string {
  const sorted = random.chance(0.7) ? entries.toSorted(([a], [b]) => (a < b ? -1 : 1)) : entries;
  return `${sorted.flat().map(stringOf).join("")}\0\0`;
}

function stringOf(text: string): string {
  return String.fromCharCode(text.length >> 8, text.length & 255) + text;
}

function utf8(text: string): string {
  return Buffer.from(text).toString("latin1");
}

function cut(stream: string, random: Random): Step[] {
  const size = random.pick([1, 7, 50, 10_000]);
  const steps: Step[] = [];
  for (let at = 0; at < stream.length;) {
    const end = at + 1 + random.below(size);
    steps.push({ op: "data", bytes: stream.slice(at, end) });
    at = end;
  }
  return steps;
}

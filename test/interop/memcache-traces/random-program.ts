/** Makes random programs: commands in each other's way, replies that fit them, cut anywhere, and time that goes by. */
import { Random } from "../deferred-traces/random.ts";
import type { CallName, CallStep, Program, Step } from "./program.ts";

const NAMES: readonly CallName[] = [
  ...([
    "set",
    "add",
    "replace",
    "append",
    "prepend",
    "checkAndSet",
    "get",
    "get",
    "getMultiple",
    "getMultiple",
  ] as const),
  ...(["increment", "decrement", "delete", "stats", "version", "flushAll"] as const),
];
const KEYS = ["a", "b", "key", "\xc3\xab", "k".repeat(250)];
const LONG_KEY = "k".repeat(251);

/** The program of `seed`. */
export function randomProgram(seed: number): Program {
  const random = new Random(seed);
  // Who cancels a command ends it early, and what that leads to would come before other commands: a program has one or the other.
  const cancels = random.chance(0.5);
  const steps: Step[] = [];
  /** The commands that wait for an answer, in the order in which they are answered. */
  const waiting: CallStep[] = [];
  let calls = 0;
  for (let left = 3 + random.below(25); left > 0; left--) {
    const kind = random.pick(["call", "call", "call", "answer", "answer", "advance", "cancel", "rare"] as const);
    if (kind === "call") {
      const call = randomCall(random, !cancels);
      calls++;
      steps.push(call);
      if (isSent(call)) waiting.push(call);
      else waiting.push(...call.leadsTo.filter(isSent));
    } else if (kind === "answer") {
      for (let count = random.below(4); count >= 0 && waiting.length > 0; count--) {
        const call = waiting.shift()!;
        for (const bytes of cut(replyTo(call, random), random)) {
          steps.push({ op: "data", bytes });
          if (random.chance(0.1)) steps.push({ op: "advance", seconds: random.below(6) });
        }
        waiting.push(...call.leadsTo.filter(isSent));
      }
    } else if (kind === "advance") steps.push({ op: "advance", seconds: random.below(8) });
    else if (kind === "cancel" && cancels && calls > 0) steps.push({ op: "cancel", call: random.below(calls) });
    else if (random.chance(0.2)) {
      // A time that ends all: what comes afterwards is refused.
      steps.push(random.chance(0.5) ? { op: "lose" } : { op: "advance", seconds: 100 });
      waiting.length = 0;
    }
  }
  return { seed, steps };
}

/** Whether a command is sent at all; one with a key that is too long is not. */
function isSent(call: CallStep): boolean {
  return !call.args.flat().includes(LONG_KEY);
}

function randomCall(random: Random, leadsOn: boolean): CallStep {
  const name = random.pick(NAMES);
  const leadsTo = leadsOn && random.chance(0.15) ? [randomCall(random, false)] : [];
  return { op: "call", name, args: randomArgs(name, random), leadsTo };
}

function randomArgs(name: CallName, random: Random): CallStep["args"] {
  const key = random.chance(0.03) ? LONG_KEY : random.pick(KEYS);
  switch (name) {
    case "set":
    case "add":
    case "replace":
      return [key, text(random), random.below(9), random.below(9)];
    case "append":
    case "prepend":
      return [key, text(random)];
    case "checkAndSet":
      return [key, text(random), String(1 + random.below(99)), random.below(9), random.below(9)];
    case "get":
      return [key, random.chance(0.5)];
    case "getMultiple":
      return [Array.from({ length: 1 + random.below(4) }, () => random.pick(KEYS)), random.chance(0.5)];
    case "increment":
    case "decrement":
      return [key, random.below(100)];
    case "delete":
      return [random.pick(KEYS)];
    case "stats":
      return random.chance(0.5) ? [] : ["items"];
    default:
      return [];
  }
}

function replyTo(call: CallStep, random: Random): string {
  if (random.chance(0.08)) return random.pick(["ERROR", "CLIENT_ERROR bad format", "SERVER_ERROR no memory"]) + "\r\n";
  const [key] = call.args;
  switch (call.name) {
    case "get":
      return values([key as string], call.args[1] === true, random);
    case "getMultiple":
      return values(key as readonly string[], call.args[1] === true, random);
    case "increment":
    case "decrement":
      return random.chance(0.2) ? "NOT_FOUND\r\n" : `${random.below(1000)}\r\n`;
    case "delete":
      return random.pick(["DELETED\r\n", "NOT_FOUND\r\n"]);
    case "checkAndSet":
      return random.pick(["STORED\r\n", "EXISTS\r\n", "NOT_FOUND\r\n"]);
    case "stats":
      return `${["STAT pid 1\r\n", "STAT version a b\r\n"].slice(random.below(3)).join("")}END\r\n`;
    case "version":
      return "VERSION 1.6.18\r\n";
    case "flushAll":
      return "OK\r\n";
    default:
      return random.pick(["STORED\r\n", "STORED\r\n", "NOT_STORED\r\n"]);
  }
}

function values(keys: readonly string[], withIdentifier: boolean, random: Random): string {
  const found = keys.filter(() => random.chance(0.7));
  if (random.chance(0.3)) found.reverse();
  const replies = found.map((key) => {
    const value = text(random);
    return `VALUE ${key} ${random.below(99)} ${value.length}${withIdentifier ? ` ${random.below(99)}` : ""}\r\n${value}\r\n`;
  });
  return `${replies.join("")}END\r\n`;
}

function text(random: Random): string {
  return Array.from({ length: random.pick([0, 1, 2, 9, 30]) }, () =>
    random.pick(["a", "\r", "\n", "END\r\n", "\xff"]),
  ).join("");
}

function cut(stream: string, random: Random): string[] {
  const size = random.pick([1, 3, 10, 1000, 1000]);
  const chunks: string[] = [];
  for (let at = 0; at < stream.length;) {
    const end = at + 1 + random.below(size);
    chunks.push(stream.slice(at, end));
    at = end;
  }
  return chunks;
}

/** Makes random programs: streams that are mostly right, cut anywhere, and callbacks that do anything. */
import { Random } from "../deferred-traces/random.ts";
import type { Program, ReceiverName, Step } from "./program.ts";

const RECEIVERS: readonly ReceiverName[] = [
  "LineReceiver",
  "LineReceiver",
  "LineReceiver",
  "LineOnlyReceiver",
  "NetstringReceiver",
  "Int8StringReceiver",
  "Int16StringReceiver",
  "Int32StringReceiver",
];

const DELIMITERS = ["\r\n", "\n", "\r\n\r\n", "aab", "\0"];

/** The program of `seed`. */
export function randomProgram(seed: number): Program {
  const random = new Random(seed);
  const receiver = random.pick(RECEIVERS);
  const delimiter = random.pick(DELIMITERS);
  const stream = streamFor(receiver, delimiter, random);
  const isCalm = random.chance(0.3);
  const steps: Step[] = [];
  for (const bytes of cut(stream, random)) {
    steps.push({ op: "data", bytes });
    while (random.chance(isCalm ? 0 : 0.25)) steps.push(outsideStep(receiver, random));
  }
  const scripts = Array.from({ length: isCalm ? 0 : random.below(8) }, () =>
    Array.from({ length: random.below(3) }, () => callbackStep(receiver, random)),
  );
  return { seed, receiver, delimiter, maxLength: random.pick([1, 6, 20, 100, 1000, 1000]), steps, scripts };
}

function cut(stream: string, random: Random): string[] {
  const size = random.pick([1, 3, 10, 1000]);
  const chunks: string[] = [];
  for (let at = 0; at < stream.length;) {
    const end = at + 1 + random.below(size);
    chunks.push(stream.slice(at, end));
    at = end;
  }
  return chunks;
}

function outsideStep(receiver: ReceiverName, random: Random): Step {
  switch (receiver) {
    case "LineReceiver":
      return random.chance(0.5) ? { op: random.pick(["resume", "resume", "pause"]) } : lineReceiverStep(random);
    case "LineOnlyReceiver":
      return lineOnlyReceiverStep(random);
    case "NetstringReceiver":
      return { op: "send", bytes: word(random) };
    default:
      return random.chance(0.7)
        ? { op: random.pick(["resume", "resume", "pause"]) }
        : { op: "send", bytes: word(random) };
  }
}

function callbackStep(receiver: ReceiverName, random: Random): Step {
  switch (receiver) {
    case "LineReceiver":
      return lineReceiverStep(random);
    case "LineOnlyReceiver":
      return lineOnlyReceiverStep(random);
    case "NetstringReceiver":
      return { op: random.pick(["lose", "throw", "throw", "throw"]) };
    default:
      return { op: random.pick(["pause", "pause", "pause", "lose"]) };
  }
}

function lineReceiverStep(random: Random): Step {
  const op = random.pick([
    ...(["raw", "raw", "line", "rest", "rest", "pause", "pause", "resume"] as const),
    ...(["data", "clear", "delimiter", "maxLength", "throw", "send", "lose", "abort", "stop"] as const),
  ]);
  switch (op) {
    case "data":
      return { op, bytes: lines(random.pick(DELIMITERS), random) };
    case "send":
    case "delimiter":
      return { op, bytes: random.pick(DELIMITERS) };
    case "line":
      return { op, extra: random.chance(0.5) ? "" : lines(random.pick(DELIMITERS), random) };
    case "rest":
      return { op, from: random.below(4) };
    case "maxLength":
      return { op, length: random.below(24) };
    default:
      return { op };
  }
}

function lineOnlyReceiverStep(random: Random): Step {
  const op = random.pick(["lose", "abort", "send", "send", "maxLength"] as const);
  if (op === "send") return { op, bytes: word(random) };
  return op === "maxLength" ? { op, length: 1 + random.below(24) } : { op };
}

function streamFor(receiver: ReceiverName, delimiter: string, random: Random): string {
  switch (receiver) {
    case "NetstringReceiver":
      return repeat(random, netstring);
    case "Int8StringReceiver":
      return repeat(random, () => prefixed(1, random));
    case "Int16StringReceiver":
      return repeat(random, () => prefixed(2, random));
    case "Int32StringReceiver":
      return repeat(random, () => prefixed(4, random));
    default:
      return Array.from({ length: 1 + random.below(5) }, () => lines(delimiter, random)).join("");
  }
}

function repeat(random: Random, make: (random: Random) => string): string {
  return Array.from({ length: random.below(16) }, () => make(random)).join("");
}

function lines(delimiter: string, random: Random): string {
  let text = "";
  for (let parts = random.below(6); parts >= 0; parts--) {
    text += random.chance(0.6) ? word(random) : random.pick(["\r", "\n", "a", "\r\n", ""]);
    text += random.chance(0.6) ? delimiter : "";
  }
  return text;
}

/** Mostly right; none has a line feed in it, which Twisted takes for the end of a length, for a while. */
function netstring(random: Random): string {
  const text = word(random);
  if (random.chance(0.9)) return `${text.length}:${text},`;
  const length = text.length + random.below(3) - 1;
  return `${random.pick(["", "0", "-", " "])}${length}${random.pick([":", ":", ";"])}${text}${random.pick([",", ",", "."])}`;
}

function prefixed(size: number, random: Random): string {
  const text = word(random);
  const length = random.chance(0.97) ? text.length : random.below(256 ** size);
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(length, 0, size);
  return bytes.toString("latin1") + text;
}

function word(random: Random): string {
  const length = random.pick([0, 1, 2, 5, 6, 7, 20, 21, 30]);
  return Array.from({ length }, () => random.pick(["a", "b", "c", "\xff"])).join("");
}

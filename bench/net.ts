/**
 * The network: servers of one role on the epoll reactor and on everything that it is compared with, each on one processor under the
 * same load. `bench/README.md` says what each question measures.
 */
import type { Question } from "./lib/question.ts";
import { loaded } from "./load/loaded.ts";
import type { Wanted } from "./net/servers.ts";
import { ask, serverOf } from "./net/servers.ts";

/** How long a run measures: all questions together should be answered within a quarter of an hour. */
export const seconds = 0.5;

/** Never behind these. */
const ABREAST = { uvloop: 1, Go: 1 };
const MANY = { "node:net": 3, "C loop": 0.8, ...ABREAST };

const STREAM_UNIT = 16 * 1024 * 1024;
const LINE_LENGTH = 64;
const LINES_UNIT = 1024;

const LATENCIES = ["p50", "p99", "p99.9"];
const PROCESSOR = "processor for a million";

export const questions: readonly Question[] = [
  echo("64 B, 1 connection", [1, 64, 1], { "node:net": 1.2, ...ABREAST }),
  echo("64 B, 50 connections", [50, 64, 1], MANY),
  echo("64 B, 500 connections", [500, 64, 1], MANY),
  echo("64 B, 5,000 connections", [5000, 64, 1], MANY),
  echo("64 B, 50 connections, 16 under way", [50, 64, 16], { "node:net": 3, ...ABREAST }),
  echo("1 KiB, 50 connections", [50, 1024, 1], {}),
  echo("16 KiB, 50 connections", [50, 16_384, 1], { "node:net": 2 }),
  ask("TCP receive, 1 GB", "sink", ["tcp-stream", 1, STREAM_UNIT, 1e9], { "node:net": 1.5 }, { args: [STREAM_UNIT] }),
  ask("TCP send, 1 GB", "source", ["tcp-drain", STREAM_UNIT, 1e9], {}, { args: [STREAM_UNIT] }),
  ask("TCP accept, echo 1 B, close", "echo", ["tcp-connect", 64], { "node:net": 1.5 }),
  ...[64, 1400].map((size) =>
    ask(`UDP echo, ${size} B`, "datagrams", ["udp-echo", 4, 16, size], { "node:dgram": 2 }, { native: "node:dgram" }),
  ),
  lines("as bytes", "hawser"),
  lines("as text", "hawser-text"),
  ask("memory of an idle connection, 10,000", "echo", ["tcp-idle", 10_000], { "node:net": 2 }),
  {
    ...ask("TCP echo at half load", "echo", ["tcp-pace", 50, 64], { "node:net": { p99: 1 } }),
    pace: loaded(serverOf("echo", "node:net"), "tcp-echo", "50", "64", "1"),
    figures: [...LATENCIES, PROCESSOR],
  },
];

function echo(
  name: string,
  load: readonly [number, number, number],
  wanted: Readonly<Record<string, Wanted>>,
): Question {
  return ask(`TCP echo, ${name}`, "echo", ["tcp-echo", ...load], wanted);
}

function lines(form: string, ours: string): Question {
  return ask(
    `TCP lines of 64 B, ${form}`,
    "lines",
    ["tcp-stream", LINE_LENGTH, LINES_UNIT, 0],
    { "net + readline": 3 },
    { args: [LINES_UNIT], native: "net + readline", ours },
  );
}

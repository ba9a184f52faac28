/**
 * The network: servers of one role on the epoll reactor and on everything that it is compared with, each on one processor under the
 * same load. `bench/README.md` says what each question measures.
 */
import type { Question } from "./lib/question.ts";
import type { Load } from "./net/servers.ts";
import { ask } from "./net/servers.ts";

/** How long a run takes, without an option that says so: all questions together have to be answered within a quarter of an hour. */
export const seconds = 0.6;

function echo(
  name: string,
  connections: number,
  size: number,
  pipeline: number,
  wanted: Record<string, number>,
): Question {
  const load: Load = ["tcp-echo", String(connections), String(size), String(pipeline)];
  return ask(`TCP echo, ${name}`, "echo", load, wanted);
}

const ABREAST = { uvloop: 1, Go: 1 };
const MANY = { "node:net": 3, "C loop": 0.8, ...ABREAST };

export const questions: readonly Question[] = [
  echo("64 B, 1 connection", 1, 64, 1, { "node:net": 1.2, ...ABREAST }),
  echo("64 B, 50 connections", 50, 64, 1, MANY),
  echo("64 B, 500 connections", 500, 64, 1, MANY),
  echo("64 B, 5,000 connections", 5000, 64, 1, MANY),
  echo("64 B, 50 connections, 16 under way", 50, 64, 16, { "node:net": 3, ...ABREAST }),
  echo("1 KiB, 50 connections", 50, 1024, 1, ABREAST),
  echo("16 KiB, 50 connections", 50, 16_384, 1, { "node:net": 2, ...ABREAST }),
];

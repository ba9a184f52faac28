/**
 * What a benchmark consists of: questions, each answered by our program and by those of peers.
 *
 * A subject is a program that does the work for `BENCH_SECONDS` seconds or once, and prints its figure as the last line of
 * its output: `{"opsPerSecond": 1000}`, or several by their names, `{"p50": {"seconds": 0.5}, "p99": {"seconds": 0.8}}`. Each run is a
 * process of its own, so that no subject inherits the garbage, the warm code or the broken optimisations of another.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { repositoryRoot } from "./paths.ts";
import type { Need } from "./peers.ts";
import { peer } from "./peers.ts";

/** A measured number: of a rate, more is better; of time and of memory, less is better. */
export type Figure =
  | { readonly opsPerSecond: number }
  | { readonly bytesPerSecond: number }
  | { readonly seconds: number }
  | { readonly bytes: number };

/** What one run of a subject gives: its figures by their names; the only one of a question has the name "". */
export type Figures = Readonly<Record<string, Figure>>;

/** A program that answers a question. */
export interface Subject {
  /** Who it is, in the table: `Hawser`, `Twisted`, `promises`. */
  readonly name: string;
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** What has to be installed for it. */
  readonly needs?: readonly Need[];
}

/** A subject that ours is compared with. */
export interface Peer extends Subject {
  /** How many times as good ours has to be, in the only figure or by the figures' names. Without it the ratio is only shown. */
  readonly atLeast?: number | Readonly<Record<string, number>>;
}

/** One comparison. */
export interface Question {
  /** What is done: `Deferred: create, 4 callbacks, fire`. */
  readonly name: string;
  readonly ours: Subject;
  readonly peers: readonly Peer[];
  /** For a question about our figure alone: the most seconds it may be. */
  readonly atMost?: number;
  /** The names of the figures, if a run gives several: each becomes an answer of its own. */
  readonly figures?: readonly string[];
  /** What is run first in each round; its figure, a rate, is in the environment of the round's subjects as `BENCH_RATE`. */
  readonly pace?: Subject;
}

/** A module of ours, run by this Node: `worker("Hawser", import.meta.url, "./deferred/chain.ts")`. */
export function worker(name: string, base: string, path: string, ...args: string[]): Subject {
  const compiled = new URL(path.replace(/\.ts$/, ".js"), base);
  return { name, command: [process.execPath, fileURLToPath(compiled), ...args] };
}

/** A program of `bench/peers/`, run by the Python that has Twisted. */
export function twisted(file: string, ...args: string[]): Subject {
  const path = join(repositoryRoot(), "bench/peers", file);
  return { name: "Twisted", command: [peer("twisted").command, path, ...args], needs: ["twisted"] };
}

/**
 * What a benchmark consists of: questions, each answered by our program and by those of peers.
 *
 * A subject is a program that does the work for `BENCH_SECONDS` seconds or once, and prints its figure as the last line of
 * its output: `{"opsPerSecond": 1000}`, more is better, or `{"seconds": 0.5}`, less is better. Each run is a process of its
 * own, so that no subject inherits the garbage, the warm code or the broken optimisations of another.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PeerName } from "../../test/support/peers.ts";
import { peer } from "../../test/support/peers.ts";
import { repositoryRoot } from "./paths.ts";

/** What a subject prints. */
export type Figure = { readonly opsPerSecond: number } | { readonly seconds: number };

/** A program that answers a question. */
export interface Subject {
  /** Who it is, in the table: `Hawser`, `Twisted`, `promises`. */
  readonly name: string;
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** What has to be installed for it. */
  readonly needs?: PeerName;
}

/** A subject that ours is compared with. */
export interface Peer extends Subject {
  /** How many times as good ours has to be. Without it the ratio is only shown. */
  readonly atLeast?: number;
}

/** One comparison. */
export interface Question {
  /** What is done: `Deferred: create, 4 callbacks, fire`. */
  readonly name: string;
  readonly ours: Subject;
  readonly peers: readonly Peer[];
  /** For a question about our figure alone: the most seconds it may be. */
  readonly atMost?: number;
}

/** A module of ours, run by this Node: `worker("Hawser", import.meta.url, "./deferred/chain.ts")`. */
export function worker(name: string, base: string, path: string, ...args: string[]): Subject {
  const compiled = new URL(path.replace(/\.ts$/, ".js"), base);
  return { name, command: [process.execPath, fileURLToPath(compiled), ...args] };
}

/** A program of `bench/peers/`, run by the Python that has Twisted. */
export function twisted(file: string, ...args: string[]): Subject {
  const path = join(repositoryRoot(), "bench/peers", file);
  return { name: "Twisted", command: [peer("twisted").command, path, ...args], needs: "twisted" };
}

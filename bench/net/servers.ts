/** The servers of the network benchmark: `bench/net/ROLE/` has one for each subject, all of them alike. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { peer } from "../lib/peers.ts";
import { repositoryRoot } from "../lib/paths.ts";
import type { Question } from "../lib/question.ts";
import type { Server } from "../load/loaded.ts";
import { loaded } from "../load/loaded.ts";

/** A load generator and what it is told. */
export type Load = readonly [string, ...string[]];

/** What a question has besides the usual. */
export interface AskOptions {
  /** Arguments of the servers. */
  readonly args?: readonly string[];
  /** What the one on Node's own module is called: `node:net` unless it is something else. */
  readonly native?: string;
}

/**
 * The question how the servers of a role do under a load; `wanted` says by the peers' names how many times as good ours has to be.
 */
export function ask(
  name: string,
  role: string,
  [generator, ...details]: Load,
  wanted: Readonly<Record<string, number | Readonly<Record<string, number>>>>,
  options: AskOptions = {},
): Question {
  const [ours, ...peers] = serversOf(role, options).map((server) => loaded(server, generator, ...details));
  return {
    name,
    ours: ours!,
    peers: peers.map((subject) => {
      const atLeast = wanted[subject.name];
      return atLeast === undefined ? subject : { ...subject, atLeast };
    }),
  };
}

/** Ours on the epoll reactor, then those it is compared with: Node's own, the machine's limit, our other reactor, other people's. */
export function serversOf(role: string, { args = [], native = "node:net" }: AskOptions = {}): Server[] {
  const ours = fileURLToPath(new URL(`./${role}/hawser.js`, import.meta.url));
  const theirs = fileURLToPath(new URL(`./${role}/node.js`, import.meta.url));
  const python = (file: string): string => join(repositoryRoot(), "bench/net", role, file);
  return [
    { name: "Hawser", command: ["env", "HAWSER_REACTOR=epoll", process.execPath, ours, ...args] },
    { name: native, command: [process.execPath, theirs, ...args] },
    { name: "C loop", command: [`net/${role}/loop.c`, ...args] },
    { name: "Hawser (node)", command: ["env", "HAWSER_REACTOR=node", process.execPath, ours, ...args] },
    { name: "uvloop", command: [peer("uvloop").command, python("on-uvloop.py"), ...args], needs: ["uvloop"] },
    { name: "Twisted", command: [peer("twisted").command, python("on-twisted.py"), ...args], needs: ["twisted"] },
    { name: "Go", command: [`net/${role}/server.go`, ...args], needs: ["go"] },
  ];
}

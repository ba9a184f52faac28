/** The servers of the network benchmark: `bench/net/ROLE/` has one for each subject, all of them alike. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { repositoryRoot } from "../lib/paths.ts";
import { peer } from "../lib/peers.ts";
import type { Peer, Question } from "../lib/question.ts";
import type { Server } from "../load/loaded.ts";
import { loaded } from "../load/loaded.ts";

/** A load generator and what it is told. */
export type Load = readonly [string, ...number[]];

/** How many times as good ours has to be. */
export type Wanted = NonNullable<Peer["atLeast"]>;

/** How the servers of a role are started. */
export interface RoleOptions {
  /** Their arguments. */
  readonly args?: readonly number[];
  /** What the one on Node's own module is called; `node:net` without it. */
  readonly native?: string;
  /** The file of ours; `hawser` without it. */
  readonly ours?: string;
}

/** The question how the servers of a role do under a load. What is `wanted` of ours stands under the names of its peers. */
export function ask(
  name: string,
  role: string,
  [generator, ...details]: Load,
  wanted: Readonly<Record<string, Wanted>>,
  options?: RoleOptions,
): Question {
  const servers = serversOf(role, options);
  const stranger = Object.keys(wanted).find((wantedOf) => !servers.some((server) => server.name === wantedOf));
  if (stranger !== undefined) throw new TypeError(`Cannot ask "${name}": no server is called "${stranger}"`);
  const [ours, ...peers] = servers.map((server) => loaded(server, generator, ...details.map(String)));
  return {
    name,
    ours: ours!,
    peers: peers.map((subject) => {
      const atLeast = wanted[subject.name];
      return atLeast === undefined ? subject : { ...subject, atLeast };
    }),
  };
}

/** Ours on the epoll reactor, Node's own, the machine's limit, our other reactor, other people's. */
export function serversOf(
  role: string,
  { args = [], native = "node:net", ours = "hawser" }: RoleOptions = {},
): Server[] {
  const texts = args.map(String);
  const module = (file: string): string => fileURLToPath(new URL(`./${role}/${file}.js`, import.meta.url));
  const python = (file: string): string => join(repositoryRoot(), "bench/net", role, file);
  return [
    { name: "Hawser", command: ["env", "HAWSER_REACTOR=epoll", process.execPath, module(ours), ...texts] },
    { name: native, command: [process.execPath, module("node"), ...texts] },
    { name: "C loop", command: [`net/${role}/loop.c`, ...texts] },
    { name: "Hawser (node)", command: ["env", "HAWSER_REACTOR=node", process.execPath, module(ours), ...texts] },
    { name: "uvloop", command: [peer("uvloop").command, python("on-uvloop.py"), ...texts], needs: ["uvloop"] },
    { name: "Twisted", command: [peer("twisted").command, python("on-twisted.py"), ...texts], needs: ["twisted"] },
    { name: "Go", command: [`net/${role}/server.go`, ...texts], needs: ["go"] },
  ];
}

/** The one of the servers of a role that is called `name`. */
export function serverOf(role: string, name: string, options?: RoleOptions): Server {
  const found = serversOf(role, options).find((server) => server.name === name);
  if (found === undefined) throw new TypeError(`Cannot find a server of "${role}": none is called "${name}"`);
  return found;
}

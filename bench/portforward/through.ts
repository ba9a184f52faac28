/** Questions about programs that stand between a load and a server, on one processor for themselves. */
import { fileURLToPath } from "node:url";
import type { Need } from "../lib/peers.ts";
import type { Subject } from "../lib/question.ts";
import { loaded } from "../load/loaded.ts";

/** A program between: it gets the server's port as its last argument and prints its own. */
export interface Between {
  readonly name: string;
  readonly command: readonly string[];
  readonly needs?: readonly Need[];
}

/** A server of `bench/net/` in C, with its argument, and the load on it. */
export interface Traffic {
  readonly name: string;
  readonly server: string;
  readonly argument?: string;
  readonly load: readonly [string, ...string[]];
}

const STREAM_UNIT = String(16 * 1024 * 1024);

export const ONE_WAY: Traffic = {
  name: "one way, 1 GB",
  server: "net/sink/loop.c",
  argument: STREAM_UNIT,
  load: ["tcp-stream", "1", STREAM_UNIT, "1e9"],
};

/** `connections` that send a message of `size` bytes again when it has come back. */
export function echo(size: number, connections: number): Traffic {
  const bytes = size % 1024 === 0 ? `${size / 1024} KiB` : `${size} B`;
  const name = `echo, ${bytes}, ${connections} connection${connections === 1 ? "" : "s"}`;
  return { name, server: "net/echo/loop.c", load: ["tcp-echo", String(connections), String(size), "1"] };
}

/** A program between under its traffic. */
export function through({ name, command, needs = [] }: Between, { server, argument = "", load }: Traffic): Subject {
  const forwarding = fileURLToPath(new URL("./forwarding.js", import.meta.url));
  return loaded({ name, command: [process.execPath, forwarding, server, argument, ...command], needs }, ...load);
}

/** The node reactor against the modules of Node that it is made of: what our structure costs. The servers are those of the network. */
import type { Question } from "./lib/question.ts";
import { loaded } from "./load/loaded.ts";
import type { Load, RoleOptions } from "./net/servers.ts";
import { serverOf } from "./net/servers.ts";

export const questions: readonly Question[] = [
  ask("TCP echo, 64 B, 50 connections", "echo", ["tcp-echo", 50, 64, 1]),
  ask("TCP echo, 64 B, 50 connections, 16 under way", "echo", ["tcp-echo", 50, 64, 16]),
  ask("TCP echo, 16 KiB, 50 connections", "echo", ["tcp-echo", 50, 16_384, 1]),
  ...[64, 1400].map((size) =>
    ask(`UDP echo, ${size} B`, "datagrams", ["udp-echo", 4, 16, size], { native: "node:dgram" }),
  ),
];

function ask(name: string, role: string, [generator, ...details]: Load, options: RoleOptions = {}): Question {
  const texts = details.map(String);
  return {
    name,
    ours: loaded(serverOf(role, "Hawser (node)"), generator, ...texts),
    peers: [{ ...loaded(serverOf(role, options.native ?? "node:net", options), generator, ...texts), atLeast: 0.9 }],
  };
}

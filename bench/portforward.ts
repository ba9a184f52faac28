/**
 * Port forwarding: ours, socat's and HAProxy's in its mode for TCP, each on one processor between the same load and the same server. `bench/README.md` says
 * what each question measures.
 */
import { fileURLToPath } from "node:url";
import type { Peer, Question, Subject } from "./lib/question.ts";
import type { Need } from "./lib/peers.ts";
import { loaded } from "./load/loaded.ts";

export const seconds = 0.5;

const STREAM_UNIT = 16 * 1024 * 1024;
const WANTED: Readonly<Record<string, number>> = { socat: 1, HAProxy: 0.5 };

export const questions: readonly Question[] = [
  ask("one way, 1 GB", "net/sink/loop.c", String(STREAM_UNIT), ["tcp-stream", "1", String(STREAM_UNIT), "1e9"]),
  ask("echo, 64 B, 1 connection", "net/echo/loop.c", "", ["tcp-echo", "1", "64", "1"]),
  ask("echo, 64 B, 50 connections", "net/echo/loop.c", "", ["tcp-echo", "50", "64", "1"]),
  ask("echo, 16 KiB, 50 connections", "net/echo/loop.c", "", ["tcp-echo", "50", "16384", "1"]),
];

function ask(name: string, server: string, argument: string, load: readonly [string, ...string[]]): Question {
  const subject = (who: string, command: readonly string[], ...needs: Need[]): Subject => {
    const forwarding = [process.execPath, file("forwarding"), server, argument, ...command] as const;
    return loaded({ name: who, command: forwarding, needs }, ...load);
  };
  const ours = (reactor: string): string[] => ["env", `HAWSER_REACTOR=${reactor}`, process.execPath, file("hawser")];
  const peers: Peer[] = [
    subject("socat", [process.execPath, file("socat")], "socat"),
    subject("HAProxy", [process.execPath, file("haproxy")], "haproxy"),
    subject("Hawser (node)", ours("node")),
  ].map((peer) => (WANTED[peer.name] === undefined ? peer : { ...peer, atLeast: WANTED[peer.name]! }));
  return { name: `forward ${name}`, ours: subject("Hawser", ours("epoll")), peers };
}

function file(name: string): string {
  return fileURLToPath(new URL(`./portforward/${name}.js`, import.meta.url));
}

/**
 * TLS: our servers with the engine inside the native core and with that over `node:tls`, raw `node:tls`, and Twisted; each on one processor under the
 * same load. The kernel's part of a small echo is more than half of the native engine's, so nothing can be much more than twice as fast as `node:tls`.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { repositoryRoot } from "./lib/paths.ts";
import { peer } from "./lib/peers.ts";
import type { Question } from "./lib/question.ts";
import type { Server } from "./load/loaded.ts";
import { loaded } from "./load/loaded.ts";
import { certificateFiles } from "./tls/certificate.ts";

export const seconds = 0.6;

const STREAM_UNIT = 16 * 1024 * 1024;
/** What raw `node:tls` is to be left behind by; never behind anybody else. */
const ECHO = 1.5;

export const questions: readonly Question[] = peer("openssl").skip === false ? all() : [];

function all(): Question[] {
  return [
    ask("TLS echo, 64 B, 50 connections", ECHO, 0, "echo", 50, 64),
    ask("TLS echo, 16 KiB, 50 connections", 1, 0, "echo", 50, 16_384),
    ask("TLS receive, 1 GB", 1, STREAM_UNIT, "stream", STREAM_UNIT, 1e9),
    ask("TLS handshakes per second of the processor, full", 1, 0, "handshake", 32, 0),
    ask("TLS handshakes per second of the processor, resumed", 1, 0, "handshake", 32, 1),
  ];
}

function ask(name: string, wanted: number, unit: number, ...load: (string | number)[]): Question {
  // Twisted's servers resume nothing: their contexts have no name for sessions.
  const servers = serversOf(unit).filter(({ name: who }) => who !== "Twisted" || !name.endsWith("resumed"));
  const [ours, ...peers] = servers.map((server) => loaded(server, "tls-load", ...load.map(String)));
  return { name, ours: ours!, peers: peers.map((subject, i) => ({ ...subject, atLeast: i === 0 ? wanted : 1 })) };
}

function serversOf(unit: number): Server[] {
  const args = [...certificateFiles(), String(unit)];
  const module = (file: string): string => fileURLToPath(new URL(`./tls/${file}.js`, import.meta.url));
  const ours = (name: string, reactor: string, engine: string): Server => ({
    name,
    command: ["env", `HAWSER_REACTOR=${reactor}`, `HAWSER_TLS=${engine}`, process.execPath, module("hawser"), ...args],
  });
  const python = join(repositoryRoot(), "bench/tls/on-twisted.py");
  return [
    ours("Hawser", "epoll", "native"),
    { name: "node:tls", command: [process.execPath, module("node"), ...args] },
    ours("Hawser (node engine)", "epoll", "node"),
    { name: "Twisted", command: [peer("twisted").command, python, ...args], needs: ["twistedTLS"] },
  ];
}

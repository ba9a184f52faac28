/** TCP streams against `node:net`: the same echo server, loaded by a program in C. */
import type { Question, Subject } from "./lib/question.ts";
import { worker } from "./lib/question.ts";

function echo(name: string, server: string, ...load: string[]): Subject {
  return worker(name, import.meta.url, "./streams/load-echo.ts", `./${server}.js`, ...load);
}

function question(name: string, ...load: string[]): Question {
  return {
    name,
    ours: echo("Hawser (node)", "echo-hawser", ...load),
    peers: [
      { ...echo("node:net", "echo-net", ...load), atLeast: 0.9 },
      // Not a peer but the other of ours, for the ratio.
      echo("Hawser (epoll)", "echo-epoll", ...load),
    ],
  };
}

export const questions: readonly Question[] = [
  question("TCP echo, 64 B, 50 connections", "50", "64", "1"),
  question("TCP echo, 16 KiB, 50 connections", "50", "16384", "1"),
  question("TCP echo, 64 B, 50 connections, 16 under way", "50", "64", "16"),
];

/**
 * SOCKS 5: `hawser socks`, dante and `ssh -D`, each on one processor between the same load and the same server. `bench/README.md` says what each
 * question measures.
 */
import { fileURLToPath } from "node:url";
import type { Question } from "./lib/question.ts";
import { ONE_WAY, echo, through } from "./portforward/through.ts";
import type { Traffic } from "./portforward/through.ts";

export const seconds = 2;

const CONNECT: Traffic = {
  name: "connect, echo 1 B, close",
  server: "net/echo/loop.c",
  load: ["tcp-connect", "64"],
};

export const questions: readonly Question[] = [ONE_WAY, echo(64, 1), echo(64, 50), CONNECT].map(ask);

function ask(traffic: Traffic): Question {
  const ours = (reactor: string): string[] => [process.execPath, file("hawser"), reactor];
  const dante = { name: "dante", command: [process.execPath, file("dante")], needs: ["dante"] } as const;
  const ssh = { name: "ssh -D", command: [process.execPath, file("ssh")], needs: ["sshd"] } as const;
  return {
    name: `SOCKS 5 ${traffic.name}`,
    ours: through({ name: "Hawser", command: ours("epoll") }, traffic),
    peers: [
      { ...through(dante, traffic), atLeast: 1 },
      through(ssh, traffic),
      through({ name: "Hawser (node)", command: ours("node") }, traffic),
    ],
  };
}

function file(name: string): string {
  return fileURLToPath(new URL(`./socks/${name}.js`, import.meta.url));
}

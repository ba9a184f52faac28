/**
 * Port forwarding: ours, socat's and HAProxy's in its mode for TCP, each on one processor between the same load and the same server. `bench/README.md` says
 * what each question measures.
 */
import { fileURLToPath } from "node:url";
import type { Question } from "./lib/question.ts";
import { ONE_WAY, echo, through } from "./portforward/through.ts";
import type { Traffic } from "./portforward/through.ts";

export const seconds = 0.5;

export const questions: readonly Question[] = [ONE_WAY, echo(64, 1), echo(64, 50), echo(16 * 1024, 50)].map(ask);

function ask(traffic: Traffic): Question {
  const ours = (reactor: string): string[] => ["env", `HAWSER_REACTOR=${reactor}`, process.execPath, file("hawser")];
  const socat = { name: "socat", command: [process.execPath, file("socat")], needs: ["socat"] } as const;
  const haproxy = { name: "HAProxy", command: [process.execPath, file("haproxy")], needs: ["haproxy"] } as const;
  return {
    name: `forward ${traffic.name}`,
    ours: through({ name: "Hawser", command: ours("epoll") }, traffic),
    peers: [
      { ...through(socat, traffic), atLeast: 1 },
      { ...through(haproxy, traffic), atLeast: 0.5 },
      through({ name: "Hawser (node)", command: ours("node") }, traffic),
    ],
  };
}

function file(name: string): string {
  return fileURLToPath(new URL(`./portforward/${name}.js`, import.meta.url));
}

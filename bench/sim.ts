/** The simulated network: what a simulation costs. There is nobody to compare with; the figures are seconds of the processor, and have limits. */
import type { Question } from "./lib/question.ts";
import { worker } from "./lib/question.ts";

export const questions: readonly Question[] = [
  {
    name: "Simulation: 1,000 hosts gossip for 10 virtual minutes",
    ours: worker("Hawser", import.meta.url, "./sim/gossip.ts", "1000", "600"),
    atMost: 60,
    peers: [],
  },
  {
    name: "Simulation: 200,000 events of datagrams that go to and fro",
    ours: worker("Hawser", import.meta.url, "./sim/ping-pong.ts", "datagrams"),
    atMost: 1,
    peers: [],
  },
  {
    name: "Simulation: 200,000 events of lines that go to and fro over streams",
    ours: worker("Hawser", import.meta.url, "./sim/ping-pong.ts", "streams"),
    atMost: 1,
    peers: [],
  },
  {
    name: "Simulation: an idle hour",
    ours: worker("Hawser", import.meta.url, "./sim/idle.ts"),
    atMost: 0.05,
    peers: [],
  },
];

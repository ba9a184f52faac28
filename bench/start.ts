/**
 * Start: how long it takes from the start of a process until it says that it listens. The peer is a script that does with `node:net` what the
 * service does, and nothing else.
 */
import type { Question } from "./lib/question.ts";
import { worker } from "./lib/question.ts";

/** The command may take half as long again. */
const AT_LEAST = 1 / 1.5;

export const questions: readonly Question[] = ["echo", "chat"].map((service) => ({
  name: `Start of hawser ${service} to listening`,
  ours: worker("Hawser", import.meta.url, "./start/starts.ts", "bin/hawser", service),
  peers: [
    {
      ...worker("bare net", import.meta.url, "./start/starts.ts", "dist/bench/start/bare.js"),
      atLeast: AT_LEAST,
    },
  ],
}));

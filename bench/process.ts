/**
 * Child processes: how many can be started and waited for in a second, one after the other and eight at a time, against the bare
 * `node:child_process` with the same three descriptors, and Twisted.
 */
import type { Question } from "./lib/question.ts";
import { twisted, worker } from "./lib/question.ts";

export const questions: readonly Question[] = [
  ask("Processes: spawn /bin/true and wait for its end", "1"),
  ask("Processes: the same, 8 at a time", "8"),
];

function ask(name: string, abreast: string): Question {
  return {
    name,
    ours: worker("Hawser", import.meta.url, "./process/hawser.ts", abreast),
    peers: [
      { ...worker("child_process", import.meta.url, "./process/bare.ts", abreast), atLeast: 0.9 },
      { ...twisted("process.py", abreast), atLeast: 1 },
    ],
  };
}

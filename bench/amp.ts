/**
 * AMP: how many calls of a small command a second one connection has, with the caller and the responder in a process each, a processor each.
 * One at a time, and 100 and 1,000 under way.
 */
import type { Question } from "./lib/question.ts";
import { twisted, worker } from "./lib/question.ts";

export const questions: readonly Question[] = [
  ask("AMP: calls, one at a time", "1"),
  ask("AMP: calls, 100 under way", "100"),
  ask("AMP: calls, 1,000 under way", "1000"),
];

function ask(name: string, abreast: string): Question {
  return {
    name,
    ours: worker("Hawser", import.meta.url, "./amp/caller.ts", abreast),
    peers: [{ ...twisted("amp.py", abreast), atLeast: 10 }],
  };
}

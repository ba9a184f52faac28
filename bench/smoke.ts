/** Shows that the runner works, and what a benchmark looks like: `npm run bench -- smoke --quick`. */
import type { Question } from "./lib/question.ts";
import { twisted, worker } from "./lib/question.ts";

export const questions: readonly Question[] = [
  {
    name: "additions in a loop",
    ours: worker("JavaScript", import.meta.url, "./smoke/additions.ts"),
    peers: [
      { ...worker("the same again", import.meta.url, "./smoke/additions.ts"), atLeast: 0.2 },
      { ...twisted("smoke.py"), name: "Python", atLeast: 1 },
    ],
  },
];

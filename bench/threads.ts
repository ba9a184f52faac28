/**
 * Threads: how many calls of a function that does nothing go to a worker thread and back in a second, one after the other, and many at once over
 * four threads. The bare peer posts messages to its workers and does nothing else.
 */
import type { Question } from "./lib/question.ts";
import { twisted, worker } from "./lib/question.ts";

const questions: Question[] = [];
for (const [name, mode] of [
  ["Threads: no-op round trips, one after the other", "one"],
  ["Threads: no-op round trips, 400 at once over 4 threads", "many"],
] as const) {
  questions.push({
    name,
    ours: worker("Hawser", import.meta.url, "./threads/hawser.ts", mode),
    peers: [
      { ...worker("bare postMessage", import.meta.url, "./threads/bare.ts", mode), atLeast: 0.8 },
      { ...twisted("threads.py", mode), atLeast: 1 },
    ],
  });
}

export { questions };

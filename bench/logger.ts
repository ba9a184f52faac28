/** Logging: what a call costs where nobody listens, and how many events are written where somebody does. */
import type { Question } from "./lib/question.ts";
import { twisted, worker } from "./lib/question.ts";

export const questions: readonly Question[] = [
  {
    name: "Logger: a call at a disabled level, over an empty call",
    ours: worker("Hawser", import.meta.url, "./logger/disabled.ts"),
    atMost: 30e-9,
    peers: [twisted("logger.py", "disabled")],
  },
  {
    name: "Logger: an event as a line of text",
    ours: worker("Hawser", import.meta.url, "./logger/written.ts", "text"),
    peers: [twisted("logger.py", "text")],
  },
  {
    name: "Logger: an event as a record of JSON",
    ours: worker("Hawser", import.meta.url, "./logger/written.ts", "json"),
    peers: [twisted("logger.py", "json")],
  },
];

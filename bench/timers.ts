/**
 * A million timers, of a reactor and of the runtime itself.
 *
 * Both sides really wait, so a figure is not the time on the clock but that of the processor, garbage collection on other threads
 * included, from the first timer made until the last one fired or cancelled. Each process does the work once to get warm.
 */
import type { Peer, Question, Subject } from "./lib/question.ts";
import { worker } from "./lib/question.ts";

export const questions: readonly Question[] = [
  ask("Timers: create 1,000,000, cancel them", "cancel-all", 1),
  ask("Timers: create one and cancel it, 1,000,000 times", "cancel-each", 1),
  ask("Timers: create 1,000,000 within a second, fire them", "fire", 1),
  ask("Timers: put each of 100,000 off, 10 times", "put-off"),
];

function ask(name: string, work: string, atLeast?: number): Question {
  const ours: Subject = worker("Hawser", import.meta.url, "./timers/hawser.ts", work);
  const peer: Peer = worker("setTimeout", import.meta.url, "./timers/set-timeout.ts", work);
  return { name, ours, peers: [atLeast === undefined ? peer : { ...peer, atLeast }] };
}

/**
 * Deferreds against Twisted's, and against the same steps on native promises.
 *
 * A chain on promises is awaited before the next one starts, as a program awaits what it asked for; "promises, in bulk" starts a thousand and
 * awaits them together, which spares it most of the turns of the microtask queue. All figures are of processor time.
 */
import type { Peer, Question, Subject } from "./lib/question.ts";
import { twisted, worker } from "./lib/question.ts";

export const questions: readonly Question[] = [
  {
    name: "Deferred: create, 4 callbacks, fire",
    ours: hawser("chain"),
    peers: [
      { ...python("chain"), atLeast: 20 },
      { ...promises("chain"), atLeast: 3 },
      { ...promises("bulk"), name: "promises, in bulk" },
    ],
  },
  {
    name: "inlineCallbacks over 1,000 fired Deferreds",
    ours: hawser("fired-yields"),
    peers: [{ ...python("fired-yields"), atLeast: 10 }, promises("fired-awaits")],
  },
  {
    name: "inlineCallbacks over 1,000 Deferreds fired later",
    ours: hawser("unfired-yields"),
    peers: [python("unfired-yields"), promises("unfired-awaits")],
  },
  {
    name: "Errors: raise, trap, raise, addBoth",
    ours: hawser("errors"),
    peers: [python("errors"), promises("errors")],
  },
  {
    name: "A callback returns a fired Deferred",
    ours: hawser("chained-fired"),
    peers: [python("chained-fired"), promises("chained-fired")],
  },
  {
    name: "A callback returns a Deferred fired later",
    ours: hawser("chained-unfired"),
    peers: [python("chained-unfired"), promises("chained-unfired")],
  },
  {
    name: "DeferredList of 1,000",
    ours: hawser("list"),
    peers: [python("list"), { ...promises("list"), name: "Promise.allSettled" }],
  },
  {
    name: "await succeed(), 1,000 times",
    ours: hawser("fired-awaits"),
    peers: [python("fired-awaits"), promises("fired-awaits")],
  },
];

function hawser(work: string): Subject {
  return worker("Hawser", import.meta.url, "./deferred/hawser.ts", work);
}

function promises(work: string): Peer {
  return worker("promises", import.meta.url, "./deferred/promises.ts", work);
}

function python(work: string): Peer {
  return twisted("deferred.py", work);
}

/** One Cooperator for whoever has none: it takes its steps between two turns of the runtime's loop, and needs no reactor. */
import type { Deferred } from "../deferred/deferred.ts";
import type { CooperativeTask, Work } from "./cooperative-task.ts";
import { Cooperator } from "./cooperator.ts";

let theCooperator: Cooperator | undefined;

/**
 * Makes a task of an iterator, or of what can be iterated over: long work, cut into pieces by `yield`, that leaves time for everything
 * else. All tasks made by this function share the time evenly, a hundredth of a second in each turn of the loop.
 *
 * @example
 * let sum = 0;
 * function* addUp() {
 *   for (let n = 1; n <= 1000; n++) yield (sum += n);
 * }
 * await cooperate(addUp()).whenDone();
 * assert.equal(sum, 500500);
 */
export function cooperate<W extends Work>(work: W): CooperativeTask<W> {
  return cooperator().cooperate(work);
}

/**
 * Like `cooperate`, but answers the Deferred that says when it is done.
 *
 * @example
 * await coiterate([1, 2, 3].map((n) => Promise.resolve(n)));
 */
export function coiterate<W extends Work>(work: W): Deferred<W> {
  return cooperator().coiterate(work);
}

function cooperator(): Cooperator {
  return (theCooperator ??= new Cooperator());
}

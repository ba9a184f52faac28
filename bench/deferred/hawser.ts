/** The works of the Deferred benchmark on Hawser: `node hawser.js WORK`. Each does its thing a thousand times a batch. */
import { Deferred } from "../../src/deferred/deferred.ts";
import { DeferredList } from "../../src/deferred/deferred-list.ts";
import type { Failure } from "../../src/deferred/failure.ts";
import { inlineCallbacks, wait } from "../../src/deferred/inline-callbacks.ts";
import { succeed } from "../../src/deferred/maybe-deferred.ts";
import { FirstFault, SecondFault, TIMES, choose, increment, measureWork } from "./work.ts";

const sum = { total: 0 };
const unfired: Deferred<number>[] = [];

const sumOfFired = inlineCallbacks(function* () {
  let result = 0;
  for (let i = 0; i < TIMES; i++) result += yield* wait(succeed(i));
  return result;
});

const sumOfUnfired = inlineCallbacks(function* () {
  let result = 0;
  for (let i = 0; i < TIMES; i++) result += yield* wait(later());
  return result;
});

const work = choose({
  chain() {
    for (let i = 0; i < TIMES; i++) {
      const deferred = new Deferred<number>();
      deferred.addCallback(increment).addCallback(increment).addCallback(increment).addCallback(add);
      deferred.callback(i - 3);
    }
  },
  "fired-yields"() {
    sumOfFired().addCallback(add);
  },
  "unfired-yields"() {
    sumOfUnfired().addCallback(add);
    for (let i = 0; i < TIMES; i++) unfired.pop()?.callback(i);
  },
  errors() {
    for (let i = 0; i < TIMES; i++) {
      const deferred = new Deferred<number>();
      deferred.addCallback(raiseFirst).addErrback(trapFirst).addBoth(endOfErrors);
      deferred.callback(i);
    }
  },
  "chained-fired"() {
    for (let i = 0; i < TIMES; i++) {
      const deferred = new Deferred<number>();
      deferred.addCallback(succeed<number>).addCallback(add);
      deferred.callback(i);
    }
  },
  "chained-unfired"() {
    for (let i = 0; i < TIMES; i++) {
      const deferred = new Deferred<number>();
      deferred.addCallback(later).addCallback(add);
      deferred.callback(i);
      unfired.pop()?.callback(i);
    }
  },
  list() {
    const members = Array.from({ length: TIMES }, () => new Deferred<number>());
    new DeferredList(members).addCallback((outcomes) => {
      for (const [, result] of outcomes) add(result as number);
    });
    for (const [i, member] of members.entries()) member.callback(i);
  },
  async "fired-awaits"() {
    for (let i = 0; i < TIMES; i++) add(await succeed(i));
  },
});

await measureWork(work, sum);

function add(n: number): void {
  sum.total += n;
}

function later(): Deferred<number> {
  const deferred = new Deferred<number>();
  unfired.push(deferred);
  return deferred;
}

function raiseFirst(n: number): number {
  throw new FirstFault(n);
}

function trapFirst(failure: Failure): never {
  throw new SecondFault(failure.trapValue(FirstFault).n);
}

function endOfErrors(result: unknown): void {
  add((result as Failure<SecondFault>).value.n);
}

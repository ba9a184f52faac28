/** The works of the Deferred benchmark on native promises: `node promises.js WORK`. */
import { FirstFault, SecondFault, TIMES, choose, increment, measureWork } from "./work.ts";

const sum = { total: 0 };

/** A promise, and what an outsider resolves it with. */
interface Resolvable {
  readonly promise: Promise<number>;
  readonly resolve: (n: number) => void;
}

const unresolved: Resolvable[] = [];

const work = choose({
  async chain() {
    for (let i = 0; i < TIMES; i++) {
      const { promise, resolve } = makeResolvable();
      const end = promise.then(increment).then(increment).then(increment).then(add);
      resolve(i - 3);
      await end;
    }
  },
  async bulk() {
    const ends: Promise<void>[] = [];
    for (let i = 0; i < TIMES; i++) {
      const { promise, resolve } = makeResolvable();
      ends.push(promise.then(increment).then(increment).then(increment).then(add));
      resolve(i - 3);
    }
    await Promise.all(ends);
  },
  async "fired-awaits"() {
    for (let i = 0; i < TIMES; i++) add(await Promise.resolve(i));
  },
  async "unfired-awaits"() {
    const end = sumOfUnresolved();
    for (let i = 0; i < TIMES; i++) {
      unresolved.pop()?.resolve(i);
      // One turn, in which the function gets to its next promise.
      await Promise.resolve();
    }
    add(await end);
  },
  async errors() {
    for (let i = 0; i < TIMES; i++) {
      const { promise, resolve } = makeResolvable();
      const end = promise.then(raiseFirst).catch(trapFirst).then(unexpected, endOfErrors);
      resolve(i);
      await end;
    }
  },
  async "chained-fired"() {
    for (let i = 0; i < TIMES; i++) {
      const { promise, resolve } = makeResolvable();
      const end = promise.then((n) => Promise.resolve(n)).then(add);
      resolve(i);
      await end;
    }
  },
  async "chained-unfired"() {
    for (let i = 0; i < TIMES; i++) {
      const { promise, resolve } = makeResolvable();
      const end = promise.then(later).then(add);
      resolve(i);
      await promise;
      unresolved.pop()?.resolve(i);
      await end;
    }
  },
  async list() {
    const members = Array.from({ length: TIMES }, makeResolvable);
    const end = Promise.allSettled(members.map(({ promise }) => promise));
    for (const [i, { resolve }] of members.entries()) resolve(i);
    for (const outcome of await end) if (outcome.status === "fulfilled") add(outcome.value);
  },
});

await measureWork(work, sum);

function makeResolvable(): Resolvable {
  let resolve: (n: number) => void = unexpected;
  const promise = new Promise<number>((resolver) => {
    resolve = resolver;
  });
  return { promise, resolve };
}

async function sumOfUnresolved(): Promise<number> {
  let result = 0;
  for (let i = 0; i < TIMES; i++) result += await later();
  return result;
}

function add(n: number): void {
  sum.total += n;
}

function later(): Promise<number> {
  const resolvable = makeResolvable();
  unresolved.push(resolvable);
  return resolvable.promise;
}

function raiseFirst(n: number): number {
  throw new FirstFault(n);
}

function trapFirst(error: unknown): never {
  if (!(error instanceof FirstFault)) throw error;
  throw new SecondFault(error.n);
}

function endOfErrors(error: unknown): void {
  add((error as SecondFault).n);
}

function unexpected(): void {
  throw new Error("Cannot get here: expected an error before");
}

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { searchSeeds } from "../../../src/sim/explore/search-seeds.ts";
import type { RunFailure } from "../../../src/sim/explore/simulation.ts";
import { failureNamed } from "./fake-network.ts";

const THREADS = { endsRuns: true };

/** Runs that end in the order that is wanted. */
class Runs {
  readonly begun: number[] = [];
  readonly #ends: Map<number, (failure: RunFailure | undefined) => void> = new Map();

  run = (seed: number): Promise<RunFailure | undefined> => {
    this.begun.push(seed);
    return new Promise((resolve) => this.#ends.set(seed, resolve));
  };

  async end(seed: number, failure?: RunFailure): Promise<void> {
    this.#ends.get(seed)!(failure);
    this.#ends.delete(seed);
    await new Promise((resolve) => setImmediate(resolve));
  }

  get running(): number[] {
    return [...this.#ends.keys()];
  }
}

describe("searchSeeds", () => {
  test("keeps all lanes busy, and counts failures in the order of the seeds", async () => {
    const runs = new Runs();
    const told: number[] = [];
    const search = searchSeeds([5, 6, 7, 8, 9], { ...THREADS, lanes: 2 }, runs.run, 2, ({ seed }) => told.push(seed));
    assert.deepEqual(runs.running, [5, 6]);
    await runs.end(6, failureNamed("Six"));
    assert.deepEqual([runs.running, told], [[5, 7], []]);
    await runs.end(7);
    await runs.end(5);
    assert.deepEqual([runs.running, told], [[8, 9], [6]]);
    await runs.end(9, failureNamed("Nine"));
    assert.deepEqual(told, [6]);
    await runs.end(8, failureNamed("Eight"));
    assert.deepEqual(await search, {
      runs: 4,
      failures: [
        { seed: 6, failure: failureNamed("Six") },
        { seed: 8, failure: failureNamed("Eight") },
      ],
    });
    assert.deepEqual(told, [6, 8]);
  });

  test("does not wait for others when it is over, and takes no more seeds than it needs", async () => {
    let taken = 0;
    let returned = false;
    function* endless(): Generator<number> {
      try {
        for (;;) yield taken++;
      } finally {
        returned = true;
      }
    }
    const runs = new Runs();
    const search = searchSeeds(endless(), { ...THREADS, lanes: 3 }, runs.run, 1);
    await runs.end(0, failureNamed("Zero"));
    assert.equal((await search).runs, 1);
    assert.deepEqual([taken, returned, runs.running], [3, true, [1, 2]]);
  });

  test("ends with a run that takes too long and cannot be ended", async () => {
    const late = (seed: number): Promise<RunFailure | undefined> =>
      Promise.resolve(seed === 1 ? failureNamed("Late", { origin: "limit" }) : undefined);
    const found = (endsRuns: boolean) => searchSeeds([0, 1, 2, 3], { endsRuns, lanes: 1 }, late, 9);
    assert.equal((await found(false)).runs, 2);
    assert.equal((await found(true)).runs, 4);
  });

  test("passes on what makes it impossible to run", async () => {
    const broken = (): Promise<never> => Promise.reject(new SyntaxError("no module"));
    await assert.rejects(searchSeeds([1, 2], { ...THREADS, lanes: 2 }, broken, 1), SyntaxError);
    assert.deepEqual(await searchSeeds([], { ...THREADS, lanes: 2 }, broken, 1), { runs: 0, failures: [] });
  });

  test("property: any number of lanes finds what one finds", async () => {
    const bad = fc.uniqueArray(fc.nat(20), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        bad,
        fc.integer({ min: 1, max: 6 }),
        fc.nat(5),
        fc.scheduler(),
        async (seeds, lanes, more, order) => {
          const failureOf = (seed: number): RunFailure | undefined =>
            seeds.includes(seed) ? failureNamed(`Seed${seed}`) : undefined;
          const all = Array.from({ length: 20 }, (_, seed) => seed);
          const alone = await searchSeeds(all, { ...THREADS, lanes: 1 }, async (seed) => failureOf(seed), more + 1);
          const search = searchSeeds(
            all,
            { ...THREADS, lanes },
            (seed) => order.schedule(Promise.resolve(failureOf(seed))),
            more + 1,
          );
          await order.waitFor(search);
          assert.deepEqual(await search, alone);
        },
      ),
      { numRuns: 50 },
    );
  });
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { FAULT_KINDS, checkFaults } from "../../src/sim/check-fault.ts";
import { checkRecipe, drawFaults } from "../../src/sim/draw-faults.ts";
import type { Fault, FaultRecipe } from "../../src/sim/fault.ts";
import { SeededRandom } from "../../src/sim/seeded-random.ts";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";

const HOSTS = ["a", "b", "c", "d"];

function draw(seed: number, recipe: FaultRecipe = {}, hosts: readonly string[] = HOSTS): Fault[] {
  return drawFaults(recipe, hosts, new SeededRandom(seed));
}

function plans(count: number, recipe: FaultRecipe = {}, hosts: readonly string[] = HOSTS): Fault[][] {
  return Array.from({ length: count }, (_, seed) => draw(seed, recipe, hosts));
}

describe("drawFaults", () => {
  test("draws the same for the same seed, and something else for others", () => {
    assert.deepEqual(draw(1), draw(1));
    assert.equal(new Set(plans(50).map((plan) => JSON.stringify(plan))).size, 50);
  });

  test("property: a plan that is valid, in order, and as the recipe says", () => {
    const range = (most: number): fc.Arbitrary<[number, number]> =>
      fc
        .tuple(fc.nat(most * 1000), fc.nat(most * 1000))
        .map(([a, b]) => [Math.min(a, b) / 1000, Math.max(a, b) / 1000]);
    const recipes = fc.record({
      most: fc.nat(20),
      kinds: fc.subarray([...FAULT_KINDS]),
      hosts: fc.subarray(HOSTS),
      within: range(100),
      lasting: range(50),
    });
    fc.assert(
      fc.property(recipes, fc.nat(), (recipe, seed) => {
        const faults = checkFaults(draw(seed, recipe, ["other"]));
        assert.ok(faults.length <= recipe.most);
        assert.deepEqual(
          faults,
          faults.toSorted((a, b) => a.at - b.at),
        );
        for (const fault of faults) {
          assert.ok(recipe.kinds.includes(fault.kind));
          assert.ok(fault.at >= recipe.within[0] && fault.at <= recipe.within[1]);
          for (const host of hostsOf(fault)) assert.ok(recipe.hosts.includes(host));
          if (fault.kind === "reset") continue;
          assert.ok(fault.for! >= recipe.lasting[0] && fault.for! <= Math.max(recipe.lasting[1], 0.001));
          for (const time of [fault.at, fault.for!]) assert.equal(Math.round(time * 1000) / 1000, time);
        }
      }),
    );
  });

  test("draws all kinds, sizes of plans, times, shapes of partitions and options of links", () => {
    const drawn = plans(500);
    const faults = drawn.flat();
    assert.deepEqual(new Set(drawn.map(({ length }) => length)), new Set([1, 2, 3, 4, 5]));
    assert.deepEqual([...new Set(faults.map(({ kind }) => kind))].sort(), [...FAULT_KINDS].sort());
    const lasting = faults.flatMap((fault) => (fault.kind === "reset" ? [] : [fault.for!]));
    const share = (is: (time: number) => boolean): number => lasting.filter(is).length / lasting.length;
    assert.ok(share((time) => time < 0.5) > 0.3, "short ones");
    assert.ok(share((time) => time > 3) > 0.15, "long ones");
    assert.ok(faults.some(({ at }) => at < 3) && faults.some(({ at }) => at > 27));
    const partitions = faults.filter((fault) => fault.kind === "partition");
    assert.deepEqual([...new Set(partitions.map(({ from, to }) => `${from.length} and ${to.length}`))].sort(), [
      "1 and 1",
      "1 and 3",
      "2 and 2",
      "3 and 1",
    ]);
    assert.deepEqual(new Set(partitions.map(({ oneWay }) => oneWay)), new Set([undefined, true]));
    const links = faults.filter((fault) => fault.kind === "link").map(({ set }) => Object.keys(set));
    assert.deepEqual(new Set(links.map(({ length }) => length)), new Set([1, 2]));
    assert.deepEqual([...new Set(links.flat())].sort(), [
      "bandwidth",
      "duplication",
      "latency",
      "loss",
      "mtu",
      "reordering",
    ]);
  });

  test("among few hosts, draws what is possible", () => {
    const kindsOf = (hosts: string[]): string[] =>
      [...new Set(plans(200, {}, hosts).flatMap((plan) => plan.map(({ kind }) => kind)))].sort();
    assert.deepEqual(kindsOf([]), []);
    assert.deepEqual(kindsOf(["a"]), ["crash", "nameless", "pause", "refuse", "stuck"]);
    assert.deepEqual(kindsOf(["a", "b"]), [...FAULT_KINDS].sort());
    assert.deepEqual(draw(1, { most: 0 }), []);
    assert.deepEqual(draw(1, { kinds: [] }), []);
  });

  test("refuses recipes that cannot be followed", () => {
    for (const [recipe, message] of [
      [{ most: 1.5 }, "Cannot use a recipe for faults: most: it is 1.5, expected a whole number, 0 or more"],
      [{ within: [3, 2] }, "Cannot use a recipe for faults: within: it is 2, expected 3 seconds or more"],
      [{ within: [-1, 2] }, "Cannot use a recipe for faults: within: it is -1, expected 0 seconds or more"],
      [{ lasting: 3 as never }, "Cannot use a recipe for faults: lasting: it is 3, expected [least, most]"],
      [
        { kinds: ["fire" as never] },
        `Cannot use a recipe for faults: kinds: it has 'fire', expected ${FAULT_KINDS.join(", ")}`,
      ],
      [{ hosts: ["a", "a"] }, "Cannot use a recipe for faults: hosts: it has 'a' twice, expected it once"],
      [{ hosts: [""] }, "Cannot use a recipe for faults: hosts: it has '', expected names of hosts"],
      [{ hosts: "ab" as never }, "Cannot use a recipe for faults: hosts: it is 'ab', expected a list"],
      [
        { mots: 1 } as never,
        "Cannot use a recipe for faults: there is no 'mots', expected most, kinds, hosts, within, lasting",
      ],
      [null as never, "Cannot use a recipe for faults: it is null, expected an object"],
    ] as const satisfies readonly (readonly [FaultRecipe, string])[]) {
      assert.throws(() => draw(1, recipe), { message });
      assert.throws(() => checkRecipe(recipe), { message });
      if (recipe !== null) assert.throws(() => new SimulatedNetwork({ faults: recipe }), { message });
    }
  });
});

function hostsOf(fault: Fault): readonly string[] {
  if ("host" in fault) return [fault.host];
  return "between" in fault ? fault.between : [...fault.from, ...fault.to];
}

describe("SimulatedNetwork, of a recipe for faults", () => {
  test("draws a plan among its hosts when it first runs, and a list of the same faults is the same run", async () => {
    const run = async (faults: readonly Fault[] | FaultRecipe): Promise<SimulatedNetwork> => {
      const net = new SimulatedNetwork({ seed: 4, faults });
      for (const name of ["x", "y"]) net.host(name);
      assert.deepEqual(net.faults, Array.isArray(faults) ? faults : []);
      await net.run({ for: 50 });
      return net;
    };
    const drawn = await run({ most: 10 });
    assert.ok(drawn.faults.length > 1);
    for (const fault of drawn.faults) for (const host of hostsOf(fault)) assert.ok(["x", "y"].includes(host));
    assert.equal(drawn.events.filter(({ kind }) => kind === "fault").length, drawn.faults.length);
    const listed = await run(drawn.faults);
    assert.equal(listed.hash(), drawn.hash());
  });

  test("refuses lists with something in it that is no fault", () => {
    const faults = [{ kind: "crash", at: 0, host: 7 }] as never;
    assert.throws(() => new SimulatedNetwork({ faults }), /fault 1 of the plan of kind crash: host: it is 7/);
    assert.throws(() => new SimulatedNetwork().inject({ kind: "crash", at: -1, host: "a" }), RangeError);
  });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Turns } from "../../src/clock/turns.ts";
import type { Turn } from "../../src/clock/turns.ts";

test("Turns, gives each member a turn, round after round, in the order in which they joined", () => {
  const turns = new Turns<string>();
  assert.equal(turns.isEmpty, true);
  assert.equal(turns.next(), undefined);
  for (const name of ["a", "b", "c"]) turns.join(name);
  assert.equal(turns.isEmpty, false);
  assert.deepEqual(turns.members(), ["a", "b", "c"]);
  assert.deepEqual(
    Array.from({ length: 7 }, () => turns.next()),
    ["a", "b", "c", "a", "b", "c", "a"],
  );
});

test("Turns, where one leaves who had its turn, pass over the next one until the next round", () => {
  const turns = new Turns<string>();
  const [a] = ["a", "b", "c"].map((name) => turns.join(name));
  assert.equal(turns.next(), "a");
  turns.leave(a!);
  assert.deepEqual([turns.next(), turns.next(), turns.next()], ["c", "b", "c"]);
});

/** What Twisted does: an index into an array that others change. */
class IndexedTurns {
  members: number[] = [];
  #index = 0;

  join(member: number): void {
    this.members.push(member);
  }

  leave(member: number): void {
    this.members.splice(this.members.indexOf(member), 1);
  }

  next(): number | undefined {
    if (this.#index >= this.members.length) this.#index = 0;
    if (this.members.length === 0) return undefined;
    return this.members[this.#index++];
  }

  beginRound(): void {
    this.#index = 0;
  }
}

/** What is done, and with which of those who are there. */
type Action = readonly [op: "join" | "next" | "begin" | "leave", which: number];

const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant("join" as const) },
      { weight: 6, arbitrary: fc.constant("next" as const) },
      { weight: 1, arbitrary: fc.constant("begin" as const) },
      { weight: 3, arbitrary: fc.constant("leave" as const) },
    ),
    fc.nat(20),
  ),
  { maxLength: 60 },
);

test("Turns, give turns in the order of an index that runs over an array, whoever joins and leaves", () => {
  fc.assert(
    fc.property(actions, (program) => {
      const turns = new Turns<number>();
      const model = new IndexedTurns();
      const there: Turn<number>[] = [];
      let joined = 0;
      for (const [op, which] of program) {
        if (op === "join") {
          there.push(turns.join(joined));
          model.join(joined++);
        } else if (op === "next") {
          assert.equal(turns.next(), model.next());
        } else if (op === "begin") {
          turns.beginRound();
          model.beginRound();
        } else if (there.length > 0) {
          const [turn] = there.splice(which % there.length, 1);
          turns.leave(turn!);
          model.leave(turn!.member);
        }
        assert.deepEqual(turns.members(), model.members);
        assert.equal(turns.isEmpty, model.members.length === 0);
      }
    }),
    { numRuns: 2000 },
  );
});

test("Turns, of 100,000 members who leave in the order of their turns, take no longer for that", () => {
  const turns = new Turns<number>();
  const places = Array.from({ length: 100_000 }, (_, member) => turns.join(member));
  const seen = new Set<number>();
  // Each second one is passed over; those left behind have their turn in the next rounds.
  for (let member = turns.next(); member !== undefined; member = turns.next()) {
    seen.add(member);
    turns.leave(places[member]!);
  }
  assert.equal(seen.size, 100_000);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Fifo } from "../../src/deferred/fifo.ts";

test("Fifo, gives what a plain array gives, whatever is pushed and shifted", () => {
  // A number is pushed, null takes one; runs of a hundred go over the place where the gap is cut off.
  const step = fc.oneof(
    fc.integer().map((n) => [n]),
    fc.constant([null]),
    fc.constant(Array.from({ length: 100 }, (_, n) => n)),
    fc.constant(Array.from({ length: 100 }, () => null)),
  );
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const fifo = new Fifo<number>();
      const plain: number[] = [];
      for (const item of steps.flat()) {
        if (item !== null) {
          fifo.push(item);
          plain.push(item);
        } else if (plain.length > 0) {
          assert.equal(fifo.shift(), plain.shift());
        }
        assert.equal(fifo.length, plain.length);
        assert.equal(fifo.first(), plain[0]);
      }
      while (plain.length > 0) assert.equal(fifo.shift(), plain.shift());
      assert.equal(fifo.length, 0);
    }),
  );
});

test("Fifo, keeps undefined and null like anything else", () => {
  const fifo = new Fifo<unknown>();
  for (const item of [undefined, null, 0]) fifo.push(item);
  assert.deepEqual([fifo.shift(), fifo.shift(), fifo.shift(), fifo.length], [undefined, null, 0, 0]);
});

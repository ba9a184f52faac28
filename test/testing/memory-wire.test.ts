import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MemoryWire } from "../../src/testing/memory-wire.ts";

test("put and take, give the same bytes, however they are cut", () => {
  const piece = fc.uint8Array({ maxLength: 20 });
  const step = fc.oneof(piece, fc.integer({ min: 1, max: 30 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const wire = new MemoryWire(Infinity);
      const put: Uint8Array[] = [];
      const taken: Buffer[] = [];
      for (const each of steps) {
        if (typeof each === "number") {
          const before = wire.length;
          const bytes = wire.take(each);
          assert.equal(bytes.length, Math.min(each, before));
          taken.push(bytes);
        } else {
          wire.put(each);
          put.push(each);
        }
      }
      taken.push(wire.take(Infinity));
      assert.deepEqual(Buffer.concat(taken), Buffer.concat(put));
      assert.equal(wire.length, 0);
    }),
  );
});

test("take, joins what was put", () => {
  const wire = new MemoryWire(10);
  wire.put(Buffer.from("ab"));
  wire.put(Buffer.from("cd"));
  assert.equal(wire.take(3).toString(), "abc");
  wire.put(Buffer.from("e"));
  assert.equal(wire.take(Infinity).toString(), "de");
  assert.equal(wire.take(1).length, 0);
});

test("put, copies, so that neither end sees the memory of the other", () => {
  const wire = new MemoryWire(10);
  const bytes = Buffer.from("abc");
  wire.put(bytes);
  bytes.fill("x");
  const taken = wire.take(2);
  assert.equal(taken.toString(), "ab");
  taken.fill("y");
  assert.equal(wire.take(2).toString(), "c");
});

test("room, is what the capacity leaves", () => {
  const wire = new MemoryWire(5);
  assert.equal(wire.room, 5);
  wire.put(Buffer.from("abc"));
  assert.deepEqual([wire.length, wire.room], [3, 2]);
  wire.take(1);
  assert.deepEqual([wire.length, wire.room], [2, 3]);
});

test("clear, drops what is on the wire", () => {
  const wire = new MemoryWire(5);
  wire.put(Buffer.from("abc"));
  wire.clear();
  assert.deepEqual([wire.length, wire.room, wire.take(9).length], [0, 5, 0]);
});

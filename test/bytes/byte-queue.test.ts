import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ByteQueue } from "../../src/bytes/byte-queue.ts";
import type { Wanted } from "../../src/bytes/find-bytes.ts";
import { MANY, assertLinear } from "../support/linear-time.ts";

function queueOf(...chunks: (string | Buffer)[]): ByteQueue {
  const queue = new ByteQueue();
  for (const chunk of chunks) queue.append(Buffer.from(chunk));
  return queue;
}

function wanted(bytes: string | readonly number[]): Wanted {
  const buffer = Buffer.from(bytes as string);
  return { bytes: buffer, text: buffer.toString("latin1") };
}

const CRLF = wanted("\r\n");

test("ByteQueue, gives the bytes back in their order, however they are cut", () => {
  const queue = queueOf("hel", "lo, ", "wor", "ld");
  assert.equal(queue.length, 12);
  assert.equal(queue.take(5).toString(), "hello");
  assert.equal(queue.take(0).toString(), "");
  assert.equal(queue.takeAll().toString(), ", world");
  assert.equal(queue.length, 0);
  assert.equal(queue.takeAll().toString(), "");
});

test("ByteQueue.take, copies nothing, for bytes in one chunk", () => {
  const chunk = Buffer.from("hello, world");
  const queue = new ByteQueue();
  queue.append(chunk);
  const hello = queue.take(5);
  assert.equal(hello.buffer, chunk.buffer);
  assert.equal(hello.byteOffset, chunk.byteOffset);
  queue.append(Buffer.alloc(2000));
  assert.equal(queue.take(7).buffer, chunk.buffer);
});

test("ByteQueue.take, answers the very chunk, for all of it", () => {
  const chunk = Buffer.from("hello");
  const queue = new ByteQueue();
  queue.append(chunk);
  assert.equal(queue.takeAll(), chunk);
});

test("ByteQueue, does not write to what it has given out", () => {
  const queue = queueOf("a", "b", "c");
  const taken = queue.take(2);
  for (const chunk of ["d", "e", "f"]) queue.append(Buffer.from(chunk));
  assert.equal(taken.toString(), "ab");
  assert.equal(queue.takeAll().toString(), "cdef");
});

test("ByteQueue, refuses to take, skip or look at more than there is", () => {
  const queue = queueOf("abc");
  for (const count of [4, -1, Number.NaN]) {
    assert.throws(() => queue.take(count), {
      name: "RangeError",
      message: `Cannot take ${count} bytes: the queue has 3, expected at least as many`,
    });
    assert.throws(() => queue.skip(count), RangeError);
  }
  for (const index of [3, -1, Number.NaN]) assert.throws(() => queue.byteAt(index), RangeError);
  assert.equal(queue.takeAll().toString(), "abc");
});

test("ByteQueue.skip, drops bytes, within a chunk and over several", () => {
  const queue = queueOf("abc", Buffer.alloc(2000, "x"), Buffer.alloc(2000, "y"), "z");
  queue.skip(0);
  queue.skip(1);
  assert.equal(queue.take(2).toString(), "bc");
  queue.skip(2001);
  assert.equal(queue.take(1).toString(), "y");
  queue.skip(1998);
  assert.equal(queue.takeAll().toString(), "z");
});

test("ByteQueue.indexOf, finds bytes, in a chunk, over the ends of chunks, and behind a place", () => {
  const queue = queueOf(Buffer.alloc(2000, "x"), Buffer.from(`\r${"y".repeat(2000)}\r`), `\n${"z".repeat(2000)}\r\n`);
  assert.equal(queue.indexOf(CRLF), 4001);
  assert.equal(queue.indexOf(CRLF, 4001), 4001);
  assert.equal(queue.indexOf(CRLF, 4002), 6003);
  assert.equal(queue.indexOf(CRLF, 6004), -1);
  queue.skip(4002);
  assert.equal(queue.indexOf(CRLF), 2001);
  assert.equal(queue.indexOf(wanted("zz\r\n")), 1999);
});

test("ByteQueue.indexOf, finds bytes, spread over more than two chunks", () => {
  const queue = queueOf(Buffer.alloc(2000, "a"), Buffer.alloc(1024, "b"), Buffer.alloc(2000, "c"));
  assert.equal(queue.indexOf(wanted(`a${"b".repeat(1024)}c`)), 1999);
  assert.equal(queue.indexOf(wanted(`a${"b".repeat(1024)}d`)), -1);
  assert.equal(queue.indexOf(wanted(`b${"c".repeat(2001)}`)), -1);
});

test("ByteQueue.indexOf, does not look at the room behind the bytes, whatever is left there", () => {
  const queue = queueOf(Buffer.alloc(2000, "\r"), "x");
  for (let byte = 0; byte < 256; byte++) assert.equal(queue.indexOf(wanted([13, 120, byte])), -1);
  for (let byte = 0; byte < 256; byte++) assert.equal(queue.indexOf(wanted([120, byte])), -1);
});

test("ByteQueue.trim, keeps the bytes, and gives up the chunk that they came in", () => {
  const chunk = Buffer.alloc(60_000, "x");
  const queue = new ByteQueue();
  queue.append(chunk);
  queue.skip(59_990);
  queue.trim();
  const first = queue.take(4);
  assert.equal(first.toString(), "xxxx");
  assert.notEqual(first.buffer, chunk.buffer);
  queue.append(Buffer.from("y"));
  assert.equal(queue.takeAll().toString(), "xxxxxxy");
});

test("ByteQueue.trim, leaves chunks alone, where a copy would gain little", () => {
  const chunk = Buffer.alloc(60_000, "x");
  const queue = new ByteQueue();
  queue.trim();
  queue.append(chunk);
  queue.skip(10_000);
  queue.trim();
  assert.equal(queue.take(10, true).buffer, chunk.buffer);
  queue.append(Buffer.alloc(2000));
  queue.skip(49_900);
  queue.trim();
  assert.equal(queue.take(10, true).buffer, chunk.buffer);
  assert.notEqual(queue.take(10).buffer, chunk.buffer, "what is kept must not hold all of it");
});

test("ByteQueue, copies a small part of a large piece of memory, rather than to keep that alive", () => {
  const slab = Buffer.alloc(64 * 1024, "x");
  const queue = queueOf(Buffer.alloc(2000));
  queue.append(slab.subarray(0, 2000));
  queue.skip(2000);
  assert.notEqual(queue.takeAll().buffer, slab.buffer);
});

test("ByteQueue, takes time in proportion, for many single bytes", () => {
  const byte = Buffer.from("x");
  const queue = new ByteQueue();
  assertLinear(() => {
    for (let sent = 0; sent < MANY; sent++) {
      queue.append(byte);
      queue.trim();
      assert.equal(queue.indexOf(CRLF, Math.max(queue.length - 2, 0)), -1);
    }
    assert.equal(queue.takeAll().length, MANY);
  });
});

test("ByteQueue, takes time in proportion, for many chunks", () => {
  const chunk = Buffer.alloc(1024, "x");
  const queue = new ByteQueue();
  assertLinear(() => {
    for (let sent = 0; sent < MANY; sent++) {
      queue.append(chunk);
      assert.equal(queue.indexOf(CRLF, Math.max(queue.length - 1025, 0)), -1);
    }
    while (queue.length > 0) queue.skip(1024);
  });
});

test("ByteQueue, takes memory in proportion, for many single bytes", () => {
  const size = 200_000;
  const queue = new ByteQueue();
  for (let sent = 0; sent < size; sent++) queue.append(Buffer.from("x"));
  const blocks = new Set<ArrayBufferLike>();
  while (queue.length > 0) blocks.add(queue.take(1).buffer);
  const memory = [...blocks].reduce((total, block) => total + block.byteLength, 0);
  assert.ok(memory < size * 2, `${memory} bytes`);
});

test("ByteQueue, keeps the order of many chunks, while some are taken and others come", () => {
  const queue = new ByteQueue();
  let appended = 0;
  let taken = 0;
  for (let round = 0; round < 400; round++) {
    for (let chunk = 0; chunk < 3; chunk++) queue.append(Buffer.alloc(1024, appended++ % 256));
    for (let chunk = 0; chunk < 2; chunk++) assert.equal(queue.take(1024)[0], taken++ % 256);
    assert.equal(queue.byteAt(queue.length - 1), (appended - 1) % 256);
  }
  while (queue.length > 0) assert.equal(queue.take(1024)[0], taken++ % 256);
  assert.equal(taken, appended);
});

/** What the queue is asked to do in the next test. */
type Step =
  | { readonly do: "append"; readonly size: number; readonly from: "own" | "slab" | "borrowed" }
  | { readonly do: "take" | "text" | "skip" | "find" | "look"; readonly part: number }
  | { readonly do: "trim" | "takeAll" | "own" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("append" as const),
      size: fc.oneof(fc.nat(40), fc.nat(3000), fc.constantFrom(0, 1, 1023, 1024, 20_000, 70_000)),
      from: fc.constantFrom("own" as const, "slab" as const, "borrowed" as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("take" as const, "text" as const, "skip" as const, "find" as const, "look" as const),
      part: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("trim" as const, "takeAll" as const, "own" as const) }) },
);

test("ByteQueue, does what joining everything does, whatever it is asked", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const slab = Buffer.from("abcdefg\r\n".repeat(8000));
      // Is written to again as soon as it is not borrowed any more.
      const lent = Buffer.alloc(70_000);
      const queue = new ByteQueue();
      let model = Buffer.alloc(0);
      const given: [piece: Buffer, copy: Buffer][] = [];
      const take = (piece: Buffer): void => {
        given.push([piece, Buffer.from(model.subarray(0, piece.length))]);
        model = model.subarray(piece.length);
      };
      for (const [index, now] of steps.entries()) {
        switch (now.do) {
          case "append": {
            const view = slab.subarray(index, index + now.size);
            queue.own();
            lent.fill("#");
            if (now.from === "borrowed") view.copy(lent);
            const chunk = { slab: view, own: Buffer.from(view), borrowed: lent.subarray(0, view.length) }[now.from];
            queue.append(chunk, now.from === "borrowed");
            model = Buffer.concat([model, view]);
            break;
          }
          case "take":
            take(queue.take(Math.floor(model.length * now.part)));
            break;
          case "text": {
            const count = Math.floor(model.length * now.part * now.part);
            const dropped = Math.min(model.length - count, 2);
            const text = queue.takeAscii(count, dropped);
            if (text === undefined) break;
            assert.equal(text, model.toString("latin1", 0, count));
            model = model.subarray(count + dropped);
            break;
          }
          case "own":
            queue.own();
            lent.fill("#");
            break;
          case "takeAll":
            assert.equal(queue.length, model.length);
            take(queue.takeAll());
            break;
          case "skip": {
            const count = Math.floor(model.length * now.part);
            queue.skip(count);
            model = model.subarray(count);
            break;
          }
          case "find": {
            const from = Math.floor(model.length * now.part);
            for (const text of ["\r\n", "g\r\na", "c", "aa"]) {
              assert.equal(queue.indexOf(wanted(text), from), model.indexOf(text, from));
            }
            break;
          }
          case "look":
            if (model.length > 0) {
              const at = Math.min(Math.floor(model.length * now.part), model.length - 1);
              assert.equal(queue.byteAt(at), model[at]);
            }
            break;
          case "trim":
            queue.trim();
            break;
        }
        assert.equal(queue.length, model.length);
      }
      assert.ok(queue.takeAll().equals(model));
      for (const [piece, copy] of given) assert.ok(piece.equals(copy));
    }),
    { numRuns: 300 },
  );
});

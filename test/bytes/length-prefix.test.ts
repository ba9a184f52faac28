import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LengthPrefix } from "../../src/bytes/length-prefix.ts";
import type { PrefixSize } from "../../src/bytes/length-prefix.ts";
import { chunkings } from "../support/chunkings.ts";
import { eventsOf, readsThreeWays } from "../support/three-ways.ts";
import type { Reader } from "../support/three-ways.ts";

/** Reads strings until there is none, or one is too long. */
class Strings implements Reader<string> {
  readonly prefix: LengthPrefix;
  readonly events: string[] = [];

  constructor(size: PrefixSize, maxLength = 1000) {
    this.prefix = new LengthPrefix(size, maxLength);
  }

  receive(chunk: Buffer): void {
    this.prefix.receive(chunk);
    while (!this.events.at(-1)?.startsWith("tooLong")) {
      const string = this.prefix.nextString();
      if (string === "needData") return;
      this.events.push(string === "tooLong" ? `tooLong ${this.prefix.announced}` : string.toString("latin1"));
    }
  }
}

test("LengthPrefix, answers strings without their lengths, three ways", () => {
  readsThreeWays(() => new Strings(1), "\x05hello\0\x01x", ["hello", "", "x"], "\x03ab");
  readsThreeWays(() => new Strings(2), "\0\x05hello\0\0\0\x01x", ["hello", "", "x"], "\0");
  readsThreeWays(() => new Strings(4), "\0\0\0\x05hello\0\0\0\0\0\0\0\x01x", ["hello", "", "x"], "\0\0\0");
});

test("LengthPrefix, reads the highest byte first", () => {
  const long = "x".repeat(0x0102);
  readsThreeWays(() => new Strings(2), `\x01\x02${long}`, [long], "\x01");
  readsThreeWays(() => new Strings(6), Buffer.of(255, 255, 255, 255, 255, 255), [`tooLong ${2 ** 48 - 1}`], "x");
  readsThreeWays(() => new Strings(3), Buffer.of(128, 0, 0), [`tooLong ${2 ** 23}`], "x");
});

test("LengthPrefix, takes a string of the greatest length and none longer, three ways", () => {
  readsThreeWays(() => new Strings(1, 5), "\x05hello", ["hello"], "\x05hell");
  readsThreeWays(() => new Strings(1, 5), "\x05hello\x06", ["hello", "tooLong 6"], "hello!");
});

test("LengthPrefix, answers a string after all, when the limit is raised", () => {
  const prefix = new LengthPrefix(1, 4);
  assert.equal(prefix.announced, undefined);
  prefix.receive(Buffer.from("\x05hell"));
  assert.equal(prefix.nextString(), "tooLong");
  assert.equal(prefix.nextString(), "tooLong");
  assert.equal(prefix.announced, 5);
  prefix.maxLength = 5;
  assert.equal(prefix.nextString(), "needData");
  prefix.receive(Buffer.from("o"));
  assert.equal(prefix.nextString().toString(), "hello");
  assert.equal(prefix.announced, undefined);
});

test("LengthPrefix.clear, drops what has been received", () => {
  const prefix = new LengthPrefix(1, 100);
  prefix.receive(Buffer.from("\x05hel"));
  assert.equal(prefix.nextString(), "needData");
  prefix.clear();
  prefix.receive(Buffer.from("\x02lo"));
  assert.equal(prefix.nextString().toString(), "lo");
});

test("LengthPrefix, refuses lengths of no bytes or of too many", () => {
  for (const size of [0, 7, 1.5]) {
    assert.throws(() => new LengthPrefix(size as PrefixSize, 100), {
      name: "RangeError",
      message: `Cannot read lengths of ${size} bytes: expected 1 to 6`,
    });
  }
});

test("LengthPrefix, answers a view, for a string in one chunk", () => {
  const prefix = new LengthPrefix(1, 100);
  const chunk = Buffer.from("\x05hello\x05");
  prefix.receive(chunk);
  const string = prefix.nextString();
  assert.ok(string instanceof Buffer);
  assert.equal(string.buffer, chunk.buffer);
});

test("LengthPrefix, answers the strings that were sent, however they are cut", () => {
  const strings = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 });
  const sizes = fc.constantFrom<PrefixSize>(1, 2, 3, 4, 5, 6);
  const sent = fc.tuple(sizes, strings).chain(([size, list]) => {
    const bytes = list.flatMap((string) => {
      const length = Buffer.alloc(size);
      length.writeUIntBE(string.length, 0, size);
      return [length, string];
    });
    return chunkings(Buffer.concat(bytes)).map((chunks) => ({ size, list, chunks }));
  });
  fc.assert(
    fc.property(sent, ({ size, list, chunks }) => {
      const expected = list.map((string) => Buffer.from(string).toString("latin1"));
      assert.deepEqual(eventsOf(new Strings(size), chunks), expected);
    }),
    { numRuns: 500 },
  );
});

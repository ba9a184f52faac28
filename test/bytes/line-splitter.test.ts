import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LineSplitter } from "../../src/bytes/line-splitter.ts";
import { chunked } from "../support/chunkings.ts";
import { eventsOf, readsThreeWays } from "../support/three-ways.ts";
import type { Reader } from "../support/three-ways.ts";

function nextLine(splitter: LineSplitter): Buffer | "needData" | "tooLong" {
  const length = splitter.nextLength();
  return typeof length === "number" ? splitter.take(length) : length;
}

/** Reads lines until there is none, and says why if one is too long. */
class Lines implements Reader<string> {
  readonly splitter: LineSplitter;
  readonly events: string[] = [];

  constructor(delimiter: string | Uint8Array = "\r\n", maxLength = 100) {
    this.splitter = new LineSplitter(delimiter, maxLength);
  }

  receive(chunk: Buffer): void {
    this.splitter.receive(chunk);
    while (this.events.at(-1) !== "tooLong") {
      const line = nextLine(this.splitter);
      if (line === "needData") return;
      this.events.push(line.toString());
    }
  }
}

test("LineSplitter, answers lines without their ends, three ways", () => {
  readsThreeWays(() => new Lines(), "one\r\n\r\nthree \n\rfour\r\n", ["one", "", "three \n\rfour"], "five\r");
});

test("LineSplitter, takes any delimiter, as text or as bytes", () => {
  readsThreeWays(() => new Lines("\n"), "one\r\ntwo\n", ["one\r", "two"], "three\r");
  readsThreeWays(() => new Lines(Uint8Array.of(0)), "one\0two\0", ["one", "two"], "three");
  readsThreeWays(() => new Lines("--end--"), "one--en--end--d--end--", ["one--en", "d"], "--end-");
});

test("LineSplitter, finds the first delimiter, where it overlaps with itself", () => {
  readsThreeWays(() => new Lines("aab"), "aaabaabxaab", ["a", "", "x"], "aa");
});

test("LineSplitter, refuses an empty delimiter", () => {
  const refusal = {
    name: "RangeError",
    message: "Cannot end lines with an empty delimiter: expected at least one byte",
  };
  assert.throws(() => new LineSplitter("", 100), refusal);
  const splitter = new LineSplitter("\n", 100);
  assert.throws(() => (splitter.delimiter = new Uint8Array()), refusal);
  assert.equal(splitter.delimiter, "\n");
});

test("LineSplitter, takes a line of the greatest length and none longer, three ways", () => {
  readsThreeWays(() => new Lines("\r\n", 5), "12345\r\n", ["12345"], "12345\r");
  readsThreeWays(() => new Lines("\r\n", 5), "12345\r\n123456\r\n", ["12345", "tooLong"], "x\r\n");
  readsThreeWays(() => new Lines("\r\n", 5), "1234567", ["tooLong"], "890");
});

test("LineSplitter, takes nothing, where a line is too long", () => {
  const splitter = new LineSplitter("\n", 3);
  splitter.receive(Buffer.from("1234\n5\n"));
  assert.equal(nextLine(splitter), "tooLong");
  assert.equal(splitter.length, 7);
  splitter.maxLength = 4;
  assert.equal(nextLine(splitter).toString(), "1234");
});

test("LineSplitter.takeAll, answers what is left", () => {
  const splitter = new LineSplitter("\r\n", 100);
  splitter.receive(Buffer.from("one\r\ntwo"));
  assert.equal(nextLine(splitter).toString(), "one");
  assert.equal(nextLine(splitter), "needData");
  assert.equal(splitter.length, 3);
  assert.equal(splitter.takeAll().toString(), "two");
  assert.equal(splitter.length, 0);
  splitter.receive(Buffer.from("\r\n"));
  assert.equal(nextLine(splitter).length, 0);
});

test("LineSplitter, searches again from the beginning, when the delimiter changes", () => {
  const splitter = new LineSplitter("\r\n", 100);
  splitter.receive(Buffer.from("one\ntwo\nthree"));
  assert.equal(nextLine(splitter), "needData");
  splitter.delimiter = "\n";
  assert.equal(nextLine(splitter).toString(), "one");
  assert.equal(nextLine(splitter).toString(), "two");
});

test("LineSplitter, answers a view, for a line in one chunk", () => {
  const splitter = new LineSplitter("\n", 100);
  const chunk = Buffer.from("one\ntwo\nth");
  splitter.receive(chunk);
  const line = nextLine(splitter);
  assert.ok(line instanceof Buffer);
  assert.equal(line.buffer, chunk.buffer);
});

test("LineSplitter.takeAscii, answers lines of a large chunk as text, and of a window that has other characters none", () => {
  const splitter = new LineSplitter("\r\n", 100);
  const lines = Array.from({ length: 2000 }, (_, n) => `line ${n}`);
  splitter.receive(Buffer.from(`${lines.join("\r\n")}\r\nü\r\nrest`));
  const texts: (string | undefined)[] = [];
  for (let length = splitter.nextLength(); typeof length === "number"; length = splitter.nextLength()) {
    texts.push(splitter.takeAscii(length));
    if (texts.at(-1) === undefined) assert.equal(splitter.take(length).toString(), lines[texts.length - 1] ?? "ü");
  }
  const decoded = texts.findIndex((text) => text === undefined);
  assert.ok(decoded > 500 && decoded < 2000, `the first that is to be decoded is ${decoded}`);
  assert.deepEqual(texts.slice(0, decoded), lines.slice(0, decoded));
  assert.equal(splitter.takeAll().toString(), "rest");
});

test("LineSplitter, answers the same lines as String.split, however the stream is cut", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "\r", "\n", "\r\n"), maxLength: 200 });
  const delimiter = fc.constantFrom("\r\n", "\n", "ab", "\r\n\r\n");
  fc.assert(
    fc.property(chunked(text.map((string) => Buffer.from(string))), delimiter, ({ bytes, chunks }, end) => {
      const lines = new Lines(end, 1000);
      assert.deepEqual(eventsOf(lines, chunks), bytes.toString().split(end).slice(0, -1));
      assert.equal(lines.splitter.takeAll().toString(), bytes.toString().split(end).at(-1));
    }),
    { numRuns: 1000 },
  );
});

test("LineSplitter, finds the same line too long, however the stream is cut", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "aaaa", "\r", "\n", "\r\n"), maxLength: 60 });
  fc.assert(
    fc.property(
      chunked(text.map((string) => Buffer.from(`${string}\r\n`))),
      fc.nat(12),
      ({ bytes, chunks }, maxLength) => {
        const expected = bytes.toString().split("\r\n").slice(0, -1);
        const tooLong = expected.findIndex((line) => line.length > maxLength);
        if (tooLong !== -1) expected.splice(tooLong, Infinity, "tooLong");
        assert.deepEqual(eventsOf(new Lines("\r\n", maxLength), chunks), expected);
      },
    ),
    { numRuns: 1000 },
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NetstringParseError, NetstringSplitter } from "../../src/bytes/netstring-splitter.ts";
import { chunked, chunkings } from "../support/chunkings.ts";
import { eventsOf, readsThreeWays } from "../support/three-ways.ts";
import type { Reader } from "../support/three-ways.ts";

/** Reads strings until there is none, and notes the error of the first thing that is none. */
class Strings implements Reader<string> {
  readonly splitter: NetstringSplitter;
  readonly events: string[] = [];
  #broken = false;

  constructor(maxLength = 1000) {
    this.splitter = new NetstringSplitter(maxLength);
  }

  receive(chunk: Buffer): void {
    this.splitter.receive(chunk);
    while (!this.#broken) {
      const string = this.#next();
      if (string === undefined) return;
      this.events.push(string);
    }
  }

  #next(): string | undefined {
    try {
      const string = this.splitter.nextString();
      return string === "needData" ? undefined : string.toString("latin1");
    } catch (error) {
      assert.ok(error instanceof NetstringParseError);
      assert.equal(error.code, "ERR_NETSTRING_PARSE");
      this.#broken = true;
      return `! ${error.message}`;
    }
  }
}

const NO_LENGTH = "! A netstring does not begin with its length";
const NO_COMMA = "! A netstring does not end with a comma";
const ZERO_FIRST = "! The length of a netstring begins with a zero";

test("NetstringSplitter, answers strings, three ways", () => {
  readsThreeWays(() => new Strings(), "5:hello,0:,1:,,4:4:a,,", ["hello", "", ",", "4:a,"], "12:hello, worl");
  readsThreeWays(() => new Strings(), "5:hello,", ["hello"], "1");
});

test("NetstringSplitter, throws as soon as it is clear, for what is no netstring, three ways", () => {
  readsThreeWays(() => new Strings(), "1:a,x", ["a", NO_LENGTH], "1:b,");
  readsThreeWays(() => new Strings(), ":", [NO_LENGTH], "a,");
  readsThreeWays(() => new Strings(), "1a", [NO_LENGTH], ":");
  readsThreeWays(() => new Strings(), "-", [NO_LENGTH], "1:a,");
  readsThreeWays(() => new Strings(), "1:ab", [NO_COMMA], ",");
  readsThreeWays(() => new Strings(), "0:0", [NO_COMMA], ":,");
  readsThreeWays(() => new Strings(), "01", [ZERO_FIRST], ":a,");
  readsThreeWays(() => new Strings(), "00", [ZERO_FIRST], ":,");
});

test("NetstringSplitter, takes a string of the greatest length and none longer, three ways", () => {
  const tooLong = "! A netstring is longer than the 12 bytes that are allowed";
  readsThreeWays(() => new Strings(12), "12:hello, world,", ["hello, world"], "12:");
  readsThreeWays(() => new Strings(12), "13", [tooLong], ":hello, world!,");
  readsThreeWays(() => new Strings(12), "99999999999999999999", [tooLong], "9");
  readsThreeWays(() => new Strings(0), "0:,1", ["", "! A netstring is longer than the 0 bytes that are allowed"], ":");
});

test("NetstringSplitter, reads no length that a number cannot hold, whatever the limit", () => {
  const tooLong = "! A netstring is longer than the Infinity bytes that are allowed";
  readsThreeWays(() => new Strings(Infinity), "9007199254740992", [tooLong], "9");
  readsThreeWays(() => new Strings(Infinity), "9007199254740991:", [], "x");
});

test("NetstringSplitter.clear, drops what has been received", () => {
  const splitter = new NetstringSplitter(100);
  splitter.receive(Buffer.from("5:hel"));
  assert.equal(splitter.nextString(), "needData");
  splitter.clear();
  splitter.receive(Buffer.from("2:lo,"));
  assert.equal(splitter.nextString().toString(), "lo");
});

test("NetstringSplitter, answers a view, for a string in one chunk", () => {
  const splitter = new NetstringSplitter(100);
  const chunk = Buffer.from("5:hello,5");
  splitter.receive(chunk);
  const string = splitter.nextString();
  assert.ok(string instanceof Buffer);
  assert.equal(string.buffer, chunk.buffer);
});

test("NetstringSplitter, answers the strings that were sent, however they are cut", () => {
  const sent = fc
    .array(fc.string({ unit: fc.constantFrom("a", ",", ":", "1"), maxLength: 30 }), { maxLength: 10 })
    .chain((list) => {
      const bytes = list.map((string) => `${string.length}:${string},`).join("");
      return chunkings(Buffer.from(bytes)).map((chunks) => ({ list, chunks }));
    });
  fc.assert(
    fc.property(sent, ({ list, chunks }) => assert.deepEqual(eventsOf(new Strings(), chunks), list)),
    { numRuns: 500 },
  );
});

test("NetstringSplitter, gives strings or its error, the same ones however any bytes are cut", () => {
  const bytes = fc.string({ unit: fc.constantFrom("0", "1", "2", ":", ",", "x", "1:x,"), maxLength: 40 });
  fc.assert(
    fc.property(chunked(bytes.map((string) => Buffer.from(string))), (stream) => {
      assert.deepEqual(eventsOf(new Strings(15), stream.chunks), eventsOf(new Strings(15), [stream.bytes]));
    }),
    { numRuns: 2000 },
  );
});

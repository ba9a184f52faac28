import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { MalformedReply } from "../../../src/memcache/wire/errors.ts";
import { ReplyReader } from "../../../src/memcache/wire/reply-reader.ts";
import type { ReplyLimits } from "../../../src/memcache/wire/reply-reader.ts";
import { chunked } from "../../support/chunkings.ts";
import { eventsOf, readsThreeWays } from "../../support/three-ways.ts";
import type { Reader } from "../../support/three-ways.ts";

class Recorder implements Reader<string> {
  readonly events: string[] = [];
  readonly #reader: ReplyReader;

  constructor(limits: ReplyLimits = {}) {
    this.#reader = new ReplyReader(limits);
  }

  receive(chunk: Buffer): void {
    this.#reader.receive(chunk);
    try {
      for (;;) {
        const reply = this.#reader.nextEvent();
        if (reply === "needData") return;
        if (reply.kind === "value") {
          const { key, flags, cas, value } = reply;
          this.events.push(`value ${key} ${flags} ${cas} ${value.toString("latin1")}`);
        } else this.events.push(`${reply.kind} ${String(Object.values(reply)[1])}`);
      }
    } catch (error) {
      // Any bytes give replies or this error, nothing else.
      assert.ok(error instanceof MalformedReply, String(error));
      if (this.events.at(-1) !== error.code) this.events.push(error.code);
    }
  }
}

function reads(stream: string, expected: string[], limits: ReplyLimits = {}): void {
  const isBroken = expected.at(-1)?.startsWith("ERR") === true;
  const bytes = Buffer.from(stream, "latin1");
  readsThreeWays(() => new Recorder(limits), bytes, expected, isBroken ? "STORED\r\n" : "VALU");
}

const MALFORMED = "ERR_MEMCACHE_MALFORMED_REPLY";

describe("ReplyReader", () => {
  test("reads replies, one after the other", () => {
    reads("STORED\r\n17\r\nVERSION 1\r\nSTAT a b\r\nEND\r\nSERVER_ERROR no\r\n", [
      "word STORED",
      "number 17",
      "version 1",
      "statistic a",
      "word END",
      "error ServerError: no",
    ]);
  });

  test("reads values, whatever their bytes are", () => {
    reads("VALUE a 1 0\r\n\r\nVALUE b 2 8\r\nEND\r\n\0\xff\r\r\nVALUE c 0 2 99\r\n\r\n\r\nEND\r\n", [
      "value a 1 undefined ",
      "value b 2 undefined END\r\n\0\xff\r",
      "value c 0 99 \r\n",
      "word END",
    ]);
  });

  test("refuses a value that goes on where it should end", () => {
    reads("VALUE a 1 2\r\nxyz\r\n", [MALFORMED]);
    reads("VALUE a 1 2\r\nxy\n\r", [MALFORMED]);
  });

  test("refuses a line that is no reply, also one that ends with a line feed alone", () => {
    reads("OK\r\nhello\r\n", ["word OK", MALFORMED]);
    reads("OK\nOK\r\n", [MALFORMED]);
  });

  test("refuses a line above the limit, before its end has arrived", () => {
    reads("VERSION 89\r\n", ["version 89"], { maxLineLength: 10 });
    reads("VERSION 890\r\n", ["ERR_MEMCACHE_REPLY_TOO_LONG"], { maxLineLength: 10 });
    reads("VERSION 8901", ["ERR_MEMCACHE_REPLY_TOO_LONG"], { maxLineLength: 10 });
    reads("x".repeat(8194), ["ERR_MEMCACHE_REPLY_TOO_LONG"]);
  });

  test("refuses a value above the limit, before it has arrived", () => {
    reads("VALUE a 0 3\r\nabc\r\n", ["value a 0 undefined abc"], { maxValueLength: 3 });
    reads("VALUE a 0 4\r\n", ["ERR_MEMCACHE_VALUE_TOO_LARGE"], { maxValueLength: 3 });
    reads("VALUE a 0 1048577\r\n", ["ERR_MEMCACHE_VALUE_TOO_LARGE"]);
  });

  test("goes on refusing, and keeps nothing", () => {
    const reader = new ReplyReader();
    reader.receive(Buffer.from("nonsense\r\n"));
    assert.throws(() => reader.nextEvent(), MalformedReply);
    reader.receive(Buffer.from("OK\r\n"));
    assert.throws(() => reader.nextEvent(), MalformedReply);
    assert.equal(reader.isInsideValue, false);
  });

  test("isInsideValue, is true between the announcement and the end", () => {
    const reader = new ReplyReader();
    const seen: boolean[] = [];
    for (const piece of ["VALUE a 0 ", "2\r\n", "x", "y", "\r", "\n"]) {
      reader.receive(Buffer.from(piece));
      reader.nextEvent();
      seen.push(reader.isInsideValue);
    }
    assert.deepEqual(seen, [false, true, true, true, true, false]);
  });

  test("refuses limits that are none", () => {
    for (const limit of [-1, Number.NaN, "1" as unknown as number]) {
      assert.throws(() => new ReplyReader({ maxLineLength: limit }), /maxLineLength is .*, expected a number/);
      assert.throws(() => new ReplyReader({ maxValueLength: limit }), RangeError);
    }
  });

  test("any bytes give replies or a MalformedReply, the same however they are cut", () => {
    const value = fc
      .tuple(fc.integer({ min: -1, max: 3 }), fc.string({ maxLength: 5 }))
      .map(([more, text]) => `VALUE k 0 ${Math.max(Buffer.byteLength(text) + (more === 3 ? 1 : 0), 0)}\r\n${text}\r\n`);
    const piece = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom("STORED\r\n", "END\r\n", "12\r\n", "STAT a b\r\n", "ERROR\r\n", "OK\r\n"),
      },
      { weight: 4, arbitrary: value },
      fc.constantFrom("VALUE a 0 9\r\n", "\r", "\n", "\r\n", "VALUE a 0 1 5\r\nx\r\n", "X".repeat(40)),
      fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    );
    const streams = fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join("")));
    const limits = { maxLineLength: 30, maxValueLength: 8 };
    fc.assert(
      fc.property(chunked(streams), ({ bytes, chunks }) => {
        assert.deepEqual(eventsOf(new Recorder(limits), chunks), eventsOf(new Recorder(limits), [bytes]));
      }),
      { numRuns: 3000 },
    );
  });
});

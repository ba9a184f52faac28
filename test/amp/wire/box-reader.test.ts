import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { AmpBox } from "../../../src/amp/wire/amp-box.ts";
import { BoxReader } from "../../../src/amp/wire/box-reader.ts";
import type { BoxLimits } from "../../../src/amp/wire/box-limits.ts";
import { MalformedAmpBox } from "../../../src/amp/wire/errors.ts";
import { chunked } from "../../support/chunkings.ts";
import { eventsOf, readsThreeWays } from "../../support/three-ways.ts";
import type { Reader } from "../../support/three-ways.ts";

type Event = [key: string, value: string][] | string;

class Recorder implements Reader<Event> {
  readonly reader: BoxReader;
  readonly events: Event[] = [];
  /** Whether chunks are lent, and written over afterwards. */
  readonly lends: boolean;

  constructor(limits: BoxLimits = {}, lends = false) {
    this.reader = new BoxReader(limits);
    this.lends = lends;
  }

  receive(chunk: Buffer): void {
    this.reader.receive(chunk, this.lends);
    try {
      for (let box = this.reader.nextBox(); box !== "needData"; box = this.reader.nextBox()) {
        this.events.push([...box].map(([key, value]) => [key, value.toString("latin1")]));
      }
    } catch (error) {
      assert.ok(error instanceof MalformedAmpBox, String(error));
      if (this.events.at(-1) !== error.code) this.events.push(error.code);
    }
    if (!this.lends) return;
    this.reader.own();
    chunk.fill(0xee);
  }
}

const stringOf = (text: string): Buffer =>
  Buffer.concat([Buffer.of(text.length >> 8, text.length & 255), Buffer.from(text, "latin1")]);
const END = Buffer.of(0, 0);
const boxOf = (...strings: string[]): Buffer => Buffer.concat([...strings.map(stringOf), END]);

function reads(stream: Uint8Array, expected: Event[], limits: BoxLimits = {}): void {
  const trailing = typeof expected.at(-1) === "string" ? "anything" : stringOf("unfinished").subarray(0, 7);
  for (const lends of [false, true]) readsThreeWays(() => new Recorder(limits, lends), stream, expected, trailing);
}

describe("BoxReader", () => {
  test("reads boxes, one after the other, three ways", () => {
    reads(Buffer.concat([boxOf("a", "1", "b", ""), boxOf("c", "3")]), [
      [
        ["a", "1"],
        ["b", ""],
      ],
      [["c", "3"]],
    ]);
  });

  test("reads an empty box", () => {
    reads(END, [[]]);
  });

  test("takes the last of two values of a key", () => {
    reads(boxOf("a", "1", "b", "2", "a", "3"), [
      [
        ["a", "3"],
        ["b", "2"],
      ],
    ]);
  });

  test("reads the longest key and value, and those around what is kept as text", () => {
    const lengths = [2047, 2048, 2049, 8190, 8191, 8192, 8193, 65_535];
    const key = "k".repeat(255);
    for (const length of lengths)
      reads(boxOf("a", "1", key, "é".repeat(length)), [
        [
          ["a", "1"],
          [key, "é".repeat(length)],
        ],
      ]);
  });

  test("refuses a key of more than 255 bytes as soon as its length is there", () => {
    reads(Buffer.concat([boxOf("a", "1"), Buffer.of(1, 0)]), [[["a", "1"]], "ERR_AMP_KEY_TOO_LONG"]);
    reads(Buffer.concat([stringOf("a"), stringOf("1"), Buffer.of(255, 255)]), ["ERR_AMP_KEY_TOO_LONG"]);
  });

  test("refuses a value above the limit", () => {
    const limits = { maxValueLength: 3 };
    reads(boxOf("a", "123"), [[["a", "123"]]], limits);
    reads(Buffer.concat([stringOf("a"), Buffer.of(0, 4)]), ["ERR_AMP_VALUE_TOO_LONG"], limits);
  });

  test("refuses more keys than the limit", () => {
    reads(
      boxOf("a", "1", "b", "2"),
      [
        [
          ["a", "1"],
          ["b", "2"],
        ],
      ],
      { maxKeys: 2 },
    );
    reads(boxOf("a", "1", "b", "2", "c", "3"), ["ERR_AMP_TOO_MANY_KEYS"], { maxKeys: 2 });
  });

  test("refuses a box above the limit, before it has arrived", () => {
    const box = boxOf("a", "1".repeat(50));
    reads(box, [[["a", "1".repeat(50)]]], { maxBoxLength: box.length });
    reads(Buffer.concat([stringOf("a"), Buffer.of(0, 50)]), ["ERR_AMP_BOX_TOO_LONG"], { maxBoxLength: box.length - 1 });
    reads(Buffer.concat([box, box]), [[["a", "1".repeat(50)]], [["a", "1".repeat(50)]]], { maxBoxLength: box.length });
  });

  test("goes on refusing", () => {
    const reader = new BoxReader();
    reader.receive(Buffer.of(1, 0));
    assert.throws(() => reader.nextBox(), { code: "ERR_AMP_KEY_TOO_LONG" });
    reader.receive(END);
    assert.throws(() => reader.nextBox(), { code: "ERR_AMP_KEY_TOO_LONG" });
  });

  test("reads what chunks of any size give, lent or not", () => {
    const strings = fc.string({ maxLength: 40 }).map((text) => Buffer.from(text).toString("latin1"));
    const boxes = fc.array(
      fc.array(
        fc.tuple(
          strings.filter((key) => key !== ""),
          strings,
        ),
        { maxLength: 5 },
      ),
      { maxLength: 6 },
    );
    const streams = boxes.map((all) => Buffer.concat(all.map((box) => boxOf(...box.flat()))));
    fc.assert(
      fc.property(chunked(streams), fc.boolean(), ({ bytes, chunks }, lends) => {
        assert.deepEqual(eventsOf(new Recorder({}, lends), chunks), eventsOf(new Recorder(), [bytes]));
      }),
    );
  });

  test("any bytes give boxes or a MalformedAmpBox, nothing else", () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((random) => Buffer.from(random));
    const small = bytes.map((random) => Buffer.from(random.map((byte, index) => (index % 2 === 0 ? 0 : byte % 6))));
    fc.assert(
      fc.property(chunked(fc.oneof(bytes, small)), fc.boolean(), ({ bytes: all, chunks }, lends) => {
        const limits = { maxKeys: 3, maxBoxLength: 60, maxValueLength: 20 };
        const whole = eventsOf(new Recorder(limits), [all]);
        assert.deepEqual(eventsOf(new Recorder(limits, lends), chunks), whole);
      }),
      { numRuns: 2000 },
    );
  });

  test("takeAll, gives what stands behind the last box, of all chunks", () => {
    const reader = new BoxReader();
    const stream = Buffer.concat([boxOf("a", "1"), Buffer.from("rest")]);
    reader.receive(stream, true);
    reader.receive(Buffer.from(" and more"), true);
    assert.ok(reader.nextBox() instanceof AmpBox);
    assert.equal(reader.takeAll().toString(), "rest and more");
    assert.equal(reader.nextBox(), "needData");
    reader.receive(boxOf("b", "2"));
    assert.ok(reader.nextBox() instanceof AmpBox);
  });

  test("isInsideBox, is true between the first byte of a box and its last", () => {
    const reader = new BoxReader();
    assert.equal(reader.isInsideBox, false);
    for (const [index, byte] of [...boxOf("a", "1")].entries()) {
      reader.receive(Buffer.of(byte));
      assert.equal(reader.nextBox() === "needData", index < 7);
      assert.equal(reader.isInsideBox, index < 7, String(index));
    }
  });

  test("keeps what waits while nobody asks", () => {
    const recorder = new BoxReader();
    for (const byte of Buffer.concat([boxOf("a", "1"), boxOf("b", "2")])) {
      const chunk = Buffer.of(byte);
      recorder.receive(chunk, true);
      recorder.own();
      chunk.fill(0);
    }
    const [one, two] = [recorder.nextBox(), recorder.nextBox()];
    assert.ok(one instanceof AmpBox && two instanceof AmpBox);
    assert.deepEqual([one.getByteText("a"), two.getByteText("b"), recorder.nextBox()], ["1", "2", "needData"]);
  });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { jsonFileLogObserver } from "../../src/logger/json-file-log-observer.ts";
import type { BadRecord, JSONLogReaderOptions } from "../../src/logger/json-log-reader.ts";
import { JSONLogReader } from "../../src/logger/json-log-reader.ts";
import type { LogEvent } from "../../src/logger/log-event.ts";

const RS = "\u001e";

interface Outcome {
  events: LogEvent[];
  bad: [reason: string, record: string][];
}

/** What a reader makes of `chunks`. */
function read(chunks: Iterable<string | Uint8Array>, options: Partial<JSONLogReaderOptions> = {}): Outcome {
  const outcome: Outcome = { events: [], bad: [] };
  const badRecord = ({ reason, record }: BadRecord): void => void outcome.bad.push([reason, String(record)]);
  const reader = new JSONLogReader({ maxRecordLength: 1000, badRecord, ...options });
  for (const chunk of chunks) {
    reader.receive(chunk);
    for (let event = reader.nextEvent(); event !== "needData"; event = reader.nextEvent()) outcome.events.push(event);
  }
  const last = reader.lastEvent();
  if (last !== undefined) outcome.events.push(last);
  return outcome;
}

/** What it makes of `text`, whole, byte by byte and in halves: the same. */
function readEveryWay(text: string | Uint8Array, options?: Partial<JSONLogReaderOptions>): Outcome {
  const all = Buffer.from(text);
  const outcome = read([all], options);
  const single = Array.from(all, (byte) => Uint8Array.of(byte));
  assert.deepEqual(read(single, options), outcome, "byte by byte");
  for (let at = 1; at < all.length; at++) {
    assert.deepEqual(read([all.subarray(0, at), all.subarray(at)], options), outcome, `split at ${at}`);
  }
  return outcome;
}

test("JSONLogReader, lines, are events", () => {
  const { events, bad } = readEveryWay('{"a":1}\n{"b":"é😀"}\r\n\n  \n{"c":3}');
  assert.deepEqual(events, [{ a: 1 }, { b: "é😀" }, { c: 3 }]);
  assert.deepEqual(bad, []);
});

test("JSONLogReader, records after RS, are events", () => {
  const { events, bad } = readEveryWay(`${RS}{"a":1}\n${RS}{"b":\n2}\n${RS}${RS}{"c":3}\n`);
  assert.deepEqual(events, [{ a: 1 }, { b: 2 }, { c: 3 }]);
  assert.deepEqual(bad, []);
});

test("JSONLogReader, another separator, is told of", () => {
  const { events, bad } = readEveryWay('--{"a":1}\n--{"b":"-"}\n', { recordSeparator: "--" });
  assert.deepEqual(events, [{ a: 1 }, { b: "-" }]);
  assert.deepEqual(bad, []);
});

test("JSONLogReader, a separator that is told of, is not looked for in the bytes", () => {
  const { events, bad } = readEveryWay(`{"a":1}\n${RS}{"b":2}\n`, { recordSeparator: RS });
  assert.deepEqual(events, [{ a: 1 }, { b: 2 }]);
  assert.deepEqual(bad, []);
  assert.equal(readEveryWay(`${RS}{"a":1}\n`, { recordSeparator: "" }).bad.length, 1);
});

test("JSONLogReader, records cut short, are reported and left out", () => {
  const { events, bad } = readEveryWay(`${RS}{"a":1}\n${RS}{"b":${RS}{"c":3}\n${RS}{"d":4}${RS}{"e":5}`);
  assert.deepEqual(events, [{ a: 1 }, { c: 3 }]);
  assert.deepEqual(bad, [
    ["truncated", '{"b":'],
    ["truncated", '{"d":4}'],
    ["truncated", '{"e":5}'],
  ]);
});

test("JSONLogReader, records that are no events, are reported and left out", () => {
  const { events, bad } = readEveryWay('{"a":1}\nnonsense\n3\n[]\n{"b":2}\n{"c":');
  assert.deepEqual(events, [{ a: 1 }, { b: 2 }]);
  assert.deepEqual(bad, [
    ["invalid", "nonsense"],
    ["invalid", "3"],
    ["invalid", "[]"],
    ["invalid", '{"c":'],
  ]);
});

test("JSONLogReader, bytes that are no UTF-8, are reported and left out", () => {
  const text = Buffer.concat([Buffer.from('{"a":"'), Buffer.of(0xff), Buffer.from('"}\n{"b":2}\n')]);
  const { events, bad } = readEveryWay(text);
  assert.deepEqual(events, [{ b: 2 }]);
  assert.equal(bad.length, 1);
});

test("JSONLogReader, a nesting that no stack holds, is reported and left out", () => {
  const deep = "[".repeat(200_000) + "]".repeat(200_000);
  const { events, bad } = read([`{"a":${deep}}\n{"b":2}\n`], { maxRecordLength: 1_000_000 });
  assert.deepEqual(events, [{ b: 2 }]);
  assert.equal(bad[0]?.[0], "invalid");
});

test("JSONLogReader, records longer than the limit, are reported once and left out", () => {
  const long = JSON.stringify({ long: "x".repeat(100) });
  const options = { maxRecordLength: 50 };
  for (const separator of ["", RS]) {
    const { events, bad } = readEveryWay(`${separator}{"a":1}\n${separator}${long}\n${separator}{"b":2}\n`, options);
    assert.deepEqual(events, [{ a: 1 }, { b: 2 }]);
    assert.equal(bad.length, 1);
    assert.equal(bad[0]?.[0], "tooLong");
    assert.ok(bad[0][1].startsWith('{"long":"xxx'));
  }
  const { events, bad } = readEveryWay(`{"a":1}\n${long}`, options);
  assert.deepEqual(events, [{ a: 1 }]);
  assert.equal(bad.length, 1, "at the end of the file too");
});

test("JSONLogReader, a record of just the limit, is read", () => {
  const record = JSON.stringify({ a: "x".repeat(42) });
  assert.equal(record.length, 50);
  assert.equal(readEveryWay(`${record}\n`, { maxRecordLength: 50 }).events.length, 1);
  assert.equal(readEveryWay(`${record}\n`, { maxRecordLength: 49 }).events.length, 0);
});

test("JSONLogReader, a record without end, is not kept", () => {
  let bad = 0;
  const reader = new JSONLogReader({ maxRecordLength: 1000, badRecord: () => bad++ });
  const chunk = Buffer.alloc(10_000, "x");
  const before = process.memoryUsage().arrayBuffers;
  for (let n = 0; n < 1000; n++) {
    reader.receive(chunk);
    assert.equal(reader.nextEvent(), "needData");
  }
  assert.equal(bad, 1);
  assert.ok(process.memoryUsage().arrayBuffers - before < 5_000_000);
  reader.receive('\n{"a":1}\n');
  assert.deepEqual(reader.nextEvent(), { a: 1 });
});

test("JSONLogReader, a bad record, shows at most 200 bytes of it", () => {
  const { bad } = read([`${"x".repeat(900)}\n`]);
  assert.equal(bad[0]?.[1].length, 200);
});

test("JSONLogReader, nothing, is no event", () => {
  assert.deepEqual(read([]), { events: [], bad: [] });
  assert.deepEqual(read(["", ""]), { events: [], bad: [] });
});

test("JSONLogReader, any bytes in any parts, are events or bad records, the same as whole", () => {
  const part = fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc.constantFrom(RS, "\n", '{"a":1}', `${RS}{"b":2}\n`).map(bytes),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      assert.deepEqual(read(parts, { maxRecordLength: 20 }), read([Buffer.concat(parts)], { maxRecordLength: 20 }));
    }),
  );
});

test("JSONLogReader, any events as they are written, are read in order", () => {
  const events = fc.array(fc.dictionary(fc.constantFrom("a", "b"), fc.string()), { maxLength: 5 });
  fc.assert(
    fc.property(
      events,
      fc.constantFrom(RS, "", "#"),
      fc.integer({ min: 1, max: 20 }),
      (written, recordSeparator, size) => {
        let text = "";
        const observer = jsonFileLogObserver({ write: (more) => void (text += more) }, { recordSeparator });
        const kept = written.map((event) => ({ ...event, a: (event["a"] ?? "").replaceAll("#", "") }));
        const plain = kept.map(({ a }) => ({ a }));
        for (const event of plain) observer(event);
        const all = bytes(text);
        const chunks = Array.from({ length: Math.ceil(all.length / size) }, (_, n) =>
          all.subarray(n * size, (n + 1) * size),
        );
        assert.deepEqual(read(chunks, { recordSeparator }), { events: plain, bad: [] });
      },
    ),
  );
});

function bytes(text: string): Buffer {
  return Buffer.from(text);
}

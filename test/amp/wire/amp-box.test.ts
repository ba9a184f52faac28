import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { AmpBox, checkKey, writeString } from "../../../src/amp/wire/amp-box.ts";
import { parseString } from "../../../src/amp/wire/parse-string.ts";

/** What a box has, as a plain object. */
const contents = (box: AmpBox): Record<string, string> =>
  Object.fromEntries([...box].map(([key, value]) => [key, value.toString("latin1")]));

const keys = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 255,
});
const values = fc.uint8Array({ maxLength: 3000 });

describe("AmpBox", () => {
  test("is a map of keys to bytes", () => {
    const box = new AmpBox([
      ["b", "2"],
      ["a", Buffer.from("1")],
    ]);
    box.set("c", "é").set("a", "one");
    assert.deepEqual([...box.keys()], ["a", "b", "c"]);
    assert.deepEqual([box.get("a")?.toString(), box.get("c")?.toString(), box.get("d")], ["one", "é", undefined]);
    assert.deepEqual(
      [box.has("b"), box.delete("b"), box.delete("b"), box.has("b"), box.size],
      [true, true, false, false, 2],
    );
    assert.deepEqual([box.getByteText("c"), box.getWire("a"), box.getByteText("x")], ["Ã©", "one", undefined]);
  });

  test("does what a Map does, whatever the order", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.constantFrom(...Array.from({ length: 40 }, (_, n) => `k${n}`)), fc.string(), fc.boolean()),
        ),
        (steps) => {
          const [box, map] = [new AmpBox(), new Map<string, string>()];
          for (const [key, value, remove] of steps) {
            if (remove) assert.equal(box.delete(key), map.delete(key));
            else {
              box.set(key, value);
              map.set(key, value);
            }
          }
          assert.deepEqual([...box.keys()], [...map.keys()].sort());
          for (const [key, value] of map) assert.equal(box.get(key)?.toString(), Buffer.from(value).toString());
        },
      ),
    );
  });

  test("serialize, gives what parseString takes", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(keys, values), { maxLength: 20 }), (entries) => {
        const box = new AmpBox(entries);
        const [read, ...others] = parseString(box.serialize());
        assert.equal(others.length, 0);
        assert.deepEqual([...read!], [...box]);
      }),
    );
  });

  test("serialize, writes the keys in the order of their bytes", () => {
    assert.equal(
      new AmpBox({ b: "2", A: "1", _: "" }).serialize().toString("latin1"),
      "\0\x01A\0\x011\0\x01_\0\0\0\x01b\0\x012\0\0",
    );
    assert.deepEqual(new AmpBox().serialize(), Buffer.of(0, 0));
  });

  test("refuses what has no room, when it is made for a key, when it is sent for a value", () => {
    const long = "k".repeat(256);
    assert.throws(() => new AmpBox({ [long]: "" }), { code: "ERR_AMP_TOO_LONG", isKey: true, length: 256 });
    new AmpBox({ ["k".repeat(255)]: Buffer.alloc(65_535) }).serialize();
    const box = new AmpBox({ a: Buffer.alloc(65_536) });
    assert.throws(() => box.serialize(), { code: "ERR_AMP_TOO_LONG", isKey: false, length: 65_536, keyName: "a" });
    const unchecked = new AmpBox();
    unchecked.setWire(long, "");
    assert.throws(() => unchecked.serialize(), { code: "ERR_AMP_TOO_LONG", isKey: true });
  });

  test("refuses what is no key or no value", () => {
    const box = new AmpBox();
    for (const key of ["", "\u0100"]) assert.throws(() => box.set(key, "x"), { code: "ERR_LOCAL_PROTOCOL" });
    assert.throws(() => box.set(1 as never, "x"), TypeError);
    assert.throws(() => box.set("a", 1 as never), {
      name: "TypeError",
      message: /a value of the type number .* as "a"/,
    });
    assert.throws(() => checkKey(""), { code: "ERR_LOCAL_PROTOCOL" });
    assert.equal(box.size, 0);
  });

  test("copy, is a box of its own", () => {
    const box = new AmpBox({ a: "1" });
    const copy = box.copy();
    copy.set("b", "2");
    box.set("a", "3");
    assert.deepEqual([contents(box), contents(copy)], [{ a: "3" }, { a: "1", b: "2" }]);
  });

  test("sendTo, hands itself over", () => {
    const sent: AmpBox[] = [];
    const box = new AmpBox();
    box.sendTo({ sendBox: (one) => void sent.push(one) });
    assert.equal(sent[0], box);
  });

  test("toString, shows the beginning of each value", () => {
    assert.equal(new AmpBox({ a: "1", b: Buffer.of(0) }).toString(), 'AmpBox { a: "1", b: "\\u0000" }');
  });
});

test("writeString, writes the length, then the bytes, short and long, text and not", () => {
  for (const text of ["", "abc", "x".repeat(300)]) {
    for (const value of [text, Buffer.from(text)]) {
      const bytes = Buffer.alloc(400, 0xee);
      const end = writeString(bytes, 1, value);
      assert.equal(end, 3 + text.length);
      assert.equal(bytes.readUInt16BE(1), text.length);
      assert.equal(bytes.toString("latin1", 3, end), text);
      assert.equal(bytes[end], 0xee);
    }
  }
});

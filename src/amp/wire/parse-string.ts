/** Boxes that are not read from a connection. */
import type { AmpBox } from "./amp-box.ts";
import { BoxReader } from "./box-reader.ts";
import { MalformedAmpBox } from "./errors.ts";

/** What is stored or sent elsewhere may be as large as it is. */
const NO_LIMITS = { maxKeys: Infinity, maxBoxLength: Infinity };

/**
 * The boxes that `data` is. Throws `MalformedAmpBox` where it is none, or ends within one.
 *
 * @example
 * const bytes = Buffer.concat([new AmpBox({ a: "1" }).serialize(), new AmpBox({ b: "2" }).serialize()]);
 * assert.deepEqual(parseString(bytes).map((box) => box.keys()), [["a"], ["b"]]);
 */
export function parseString(data: Uint8Array): AmpBox[] {
  const reader = new BoxReader(NO_LIMITS);
  reader.receive(Buffer.from(data));
  const boxes = [...boxesIn(reader)];
  checkEnd(reader);
  return boxes;
}

/**
 * The boxes that `source` gives, piece by piece: a stream that reads a file, for one. Rejects with `MalformedAmpBox` where they are none, or
 * end within one.
 *
 * @example
 * const bytes = new AmpBox({ a: "1" }).serialize();
 * const [box] = await parse([bytes.subarray(0, 3), bytes.subarray(3)]);
 * assert.equal(box?.get("a")?.toString(), "1");
 */
export async function parse(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<AmpBox[]> {
  const reader = new BoxReader(NO_LIMITS);
  const boxes: AmpBox[] = [];
  for await (const piece of source) {
    reader.receive(Buffer.from(piece));
    boxes.push(...boxesIn(reader));
  }
  checkEnd(reader);
  return boxes;
}

function* boxesIn(reader: BoxReader): Generator<AmpBox> {
  for (let box = reader.nextBox(); box !== "needData"; box = reader.nextBox()) yield box;
}

function checkEnd(reader: BoxReader): void {
  if (reader.isInsideBox) throw new MalformedAmpBox("The boxes end within one");
}

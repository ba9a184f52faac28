/** Every reader reads every stream three ways: whole, byte by byte, and with more behind it. */
import assert from "node:assert/strict";

/** Something that takes bytes and answers what it made of them so far. */
export interface Reader<E> {
  receive(chunk: Buffer): void;
  readonly events: readonly E[];
}

/**
 * Checks that `stream` gives `expected`, and that what comes behind it, `trailing`, changes nothing: bytes that begin something and end
 * nothing, or that mean nothing any more.
 */
export function readsThreeWays<E>(
  newReader: () => Reader<E>,
  stream: string | Uint8Array,
  expected: readonly E[],
  trailing: string | Uint8Array,
): void {
  const bytes = Buffer.from(stream);
  assert.deepEqual(eventsOf(newReader(), [bytes]), expected, "whole");
  assert.deepEqual(eventsOf(newReader(), singleBytes(bytes)), expected, "byte by byte");
  assert.deepEqual(
    eventsOf(newReader(), [Buffer.concat([bytes, Buffer.from(trailing)])]),
    expected,
    "with trailing bytes",
  );
}

/** What `reader` makes of `chunks`, each in memory of its own. */
export function eventsOf<E>(reader: Reader<E>, chunks: Iterable<Uint8Array>): readonly E[] {
  for (const chunk of chunks) reader.receive(Buffer.from(chunk));
  return reader.events;
}

function singleBytes(bytes: Buffer): Buffer[] {
  return Array.from(bytes, (byte) => Buffer.of(byte));
}

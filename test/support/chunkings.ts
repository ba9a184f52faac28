/** The ways in which a network may cut a stream. */
import fc from "fast-check";

/** `bytes`, cut anywhere into any number of chunks. */
export function chunkings(bytes: Buffer): fc.Arbitrary<Buffer[]> {
  return fc.uniqueArray(fc.nat({ max: bytes.length }), { maxLength: 12 }).map((cuts) => {
    const ends = [...cuts.toSorted((a, b) => a - b), bytes.length];
    return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
  });
}

/** Bytes that `make` gives, together with a way to cut them. */
export function chunked(make: fc.Arbitrary<Buffer>): fc.Arbitrary<{ bytes: Buffer; chunks: Buffer[] }> {
  return make.chain((bytes) => chunkings(bytes).map((chunks) => ({ bytes, chunks })));
}

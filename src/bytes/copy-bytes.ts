/**
 * Copies of bytes that somebody keeps. Short ones share buffers of 8 KiB, so that whoever keeps ten bytes holds no more than that
 * alive. The pool is our own, for Node's is larger in its newer versions.
 */
import { view } from "./view.ts";

const POOL_SIZE = 8 * 1024;
const POOLED_UP_TO = POOL_SIZE / 2;
/** Below this many bytes a loop is faster than a call of the runtime. */
const SHORT_COPY = 16;

let pool: ArrayBufferLike | undefined;
let used = POOL_SIZE;

/** A copy of what is from `start` to `end` in `source`. */
export function copyBytes(source: Buffer, start: number, end: number): Buffer {
  const length = end - start;
  const copy = length < POOLED_UP_TO ? allocateFromPool(length) : Buffer.allocUnsafeSlow(length);
  if (length > SHORT_COPY) source.copy(copy, 0, start, end);
  else for (let index = 0; index < length; index++) copy[index] = source[start + index]!;
  return copy;
}

function allocateFromPool(length: number): Buffer {
  if (pool === undefined || POOL_SIZE - used < length) {
    pool = Buffer.allocUnsafeSlow(POOL_SIZE).buffer;
    used = 0;
  }
  const start = used;
  used += length;
  return view(pool, start, length);
}

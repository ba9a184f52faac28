/**
 * Moving instead of copying. What is moved is remembered beside the value, so that a marked value is passed and returned like any other
 * and keeps its type.
 */
import { inspect } from "node:util";
import type { Transferable } from "node:worker_threads";

let marked: WeakMap<object, readonly Transferable[]> | undefined;

/**
 * Marks an argument or a result to be moved to the other thread and not copied: afterwards this thread does not have it any more.
 *
 * @param value an object that is passed to a thread or answered by one
 * @param transferables what is moved with it; without it the value itself, or the buffer below it
 *
 * @example
 * const pixels = new Uint8Array(1024);
 * assert.equal(transfer(pixels), pixels);
 */
export function transfer<T extends object>(value: T, transferables?: readonly Transferable[]): T {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`Cannot transfer ${inspect(value, { depth: 0 })}: expected an object`);
  }
  marked ??= new WeakMap();
  const itself = (ArrayBuffer.isView(value) ? value.buffer : value) as Transferable;
  marked.set(value, transferables ?? [itself]);
  return value;
}

const NONE: Transferable[] = [];

/** What is to be moved with these values. */
export function transferablesOf(values: readonly unknown[]): Transferable[] {
  if (marked === undefined) return NONE;
  const found = new Set<Transferable>();
  for (const value of values) {
    if (typeof value !== "object" || value === null) continue;
    for (const transferable of marked.get(value) ?? NONE) found.add(transferable);
  }
  return found.size === 0 ? NONE : [...found];
}

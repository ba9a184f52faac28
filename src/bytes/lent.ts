/**
 * Memory that is lent: whoever is given a view of it in an event may look at it while the event lasts. What such a protocol writes again is
 * copied by the connection, if it cannot be sent at once.
 */
const lent = new WeakSet<ArrayBufferLike>();

/** From now on all views of `memory` are lent. */
export function markAsLent(memory: ArrayBufferLike): void {
  lent.add(memory);
}

/** Whether a view shows memory that is lent. */
export function isLent(view: Uint8Array): boolean {
  return lent.has(view.buffer);
}

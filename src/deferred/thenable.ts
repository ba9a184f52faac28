/** What counts as a promise: whatever has a method `then`, as for `await`. */

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  // In this order a result that is no object costs two questions; this is asked for every result of a callback.
  if (typeof value === "object") return value !== null && hasThen(value);
  return typeof value === "function" && hasThen(value);
}

function hasThen(value: object): boolean {
  return typeof (value as { then?: unknown }).then === "function";
}

/** Global things that are replaced, and put back exactly as they were. */
import { inspect } from "node:util";

export interface Replacement {
  readonly target: object;
  readonly key: PropertyKey;
  /** Makes what takes the place of `original`: the value, or the getter where there is one. */
  readonly replace: (original: never) => unknown;
}

/**
 * What was made for an original, the first time: libraries take functions out of modules, and one that was taken while the globals were replaced
 * must be right the next time as well.
 */
const made = new WeakMap<object, object>();

interface Replaced {
  readonly replacement: Replacement;
  readonly was: PropertyDescriptor;
  readonly is: unknown;
}

/** Replaces all; what it answers puts them back. What is not there, on this version of Node, is left out. */
export function replaceAll(replacements: readonly Replacement[]): () => void {
  const done: Replaced[] = [];
  try {
    for (const replacement of replacements) {
      const replaced = replaceOne(replacement);
      if (replaced !== undefined) done.push(replaced);
    }
  } catch (error) {
    restoreAll(done);
    throw error;
  }
  return () => restoreAll(done);
}

function replaceOne(replacement: Replacement): Replaced | undefined {
  const { target, key } = replacement;
  const was = Object.getOwnPropertyDescriptor(target, key);
  if (was === undefined) return undefined;
  if (was.configurable !== true) {
    throw new TypeError(`Cannot replace ${inspect(key)}: it cannot be changed, expected the runtime's own`);
  }
  const kind = was.get === undefined ? "value" : "get";
  const is = madeFor(was[kind] as object, replacement);
  Object.defineProperty(target, key, { ...was, [kind]: is });
  return { replacement, was, is };
}

function restoreAll(done: readonly Replaced[]): void {
  for (const { replacement, was, is } of done.toReversed()) {
    const now = Object.getOwnPropertyDescriptor(replacement.target, replacement.key);
    // Whoever has put something else there since then has reason to, and ours passes everything on.
    if (now?.value === is || now?.get === is) Object.defineProperty(replacement.target, replacement.key, was);
  }
}

function madeFor(original: object, { replace }: Replacement): object {
  let one = made.get(original);
  if (one === undefined) {
    one = replace(original as never) as object;
    made.set(original, one);
  }
  return one;
}

type AnyFunction = (this: unknown, ...args: never[]) => unknown;

/** Makes `call` look like `original`, with its name and what else it has. */
export function inTheShapeOf<F extends AnyFunction>(
  original: F,
  call: (this: unknown, ...args: never[]) => unknown,
): F {
  for (const key of Reflect.ownKeys(original)) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key)!;
    if (key !== "prototype") Object.defineProperty(call, key, descriptor);
  }
  return call as F;
}

/**
 * Random numbers, which are those of the host whose code draws them.
 *
 * What is a wrong argument the real functions know best: they are called first, and what they answer is overwritten or dropped.
 */
import crypto from "node:crypto";
import type { Replacement } from "./replacement.ts";
import { inTheShapeOf } from "./replacement.ts";
import { inPlaceOf } from "./simulated-globals.ts";
import type { SimulatedGlobals } from "./simulated-globals.ts";

const INSTEAD = "host.random";

type AnyFunction = (this: unknown, ...args: never[]) => unknown;
type Callback = (error: Error | null, value?: unknown) => void;
type Fillable = ArrayBuffer | NodeJS.ArrayBufferView;

export function randomReplacements(): Replacement[] {
  const webCrypto = Object.getPrototypeOf(crypto.webcrypto) as object;
  return [
    { target: Math, key: "random", replace: guardedMathRandom },
    { target: crypto, key: "randomBytes", replace: guardedBytes },
    ...["pseudoRandomBytes", "prng", "rng"].map((key) => ({ target: crypto, key, replace: guardedAlias })),
    { target: crypto, key: "randomFill", replace: guardedFill },
    { target: crypto, key: "randomFillSync", replace: guardedFillSync },
    { target: crypto, key: "randomInt", replace: guardedInt },
    { target: crypto, key: "randomUUID", replace: guardedUUID },
    { target: crypto, key: "randomUUIDv7", replace: guardedUUIDv7 },
    { target: webCrypto, key: "randomUUID", replace: guardedUUID },
    { target: webCrypto, key: "getRandomValues", replace: guardedGetRandomValues },
  ];
}

function guarded(
  original: AnyFunction,
  name: string,
  simulate: (globals: SimulatedGlobals, real: (...args: unknown[]) => unknown, args: unknown[]) => unknown,
): AnyFunction {
  return inTheShapeOf(original, function (this: unknown, ...args: never[]) {
    const globals = inPlaceOf(name, INSTEAD);
    const real = (...others: unknown[]): unknown => Reflect.apply(original, this, others);
    return globals === undefined ? real(...args) : simulate(globals, real, args);
  });
}

function guardedMathRandom(original: AnyFunction): AnyFunction {
  return guarded(original, "Math.random()", (globals) => globals.random.real());
}

function guardedBytes(original: AnyFunction): AnyFunction {
  return guarded(original, "crypto.randomBytes()", (globals, real, args) => {
    const [size, callback] = args as [number, Callback?];
    const bytes = real(size) as Buffer;
    overwrite(globals, bytes);
    return answer(globals, bytes, callback);
  });
}

/** Older names of `randomBytes` come out of getters, until they are first used. */
function guardedAlias(original: AnyFunction): AnyFunction {
  return inTheShapeOf(original, () => crypto.randomBytes);
}

function guardedFillSync(original: AnyFunction): AnyFunction {
  return guarded(original, "crypto.randomFillSync()", (globals, real, args) => {
    const [into, offset, size] = args as [Fillable, number?, number?];
    real(...args);
    overwrite(globals, into, offset, size);
    return into;
  });
}

function guardedFill(original: AnyFunction): AnyFunction {
  return guarded(original, "crypto.randomFill()", (globals, real, args) => {
    const [into, ...others] = args;
    const callback = others.at(-1);
    if (typeof callback !== "function") return real(...args);
    // Which is guarded as well.
    crypto.randomFillSync(into as NodeJS.ArrayBufferView, ...(others.slice(0, -1) as [number, number]));
    return answer(globals, into, callback as Callback);
  });
}

function guardedInt(original: AnyFunction): AnyFunction {
  return guarded(original, "crypto.randomInt()", (globals, real, args) => {
    const last = args.at(-1);
    const callback = typeof last === "function" ? (last as Callback) : undefined;
    const bounds = (callback === undefined ? args : args.slice(0, -1)) as number[];
    real(...bounds);
    const [least, end] = bounds.length > 1 && bounds[1] !== undefined ? [bounds[0]!, bounds[1]] : [0, bounds[0]!];
    return answer(globals, least + Math.floor(globals.random.real() * (end - least)), callback);
  });
}

function guardedUUID(original: AnyFunction): AnyFunction {
  return guarded(original, "crypto.randomUUID()", (globals, real, args) => {
    real(...args);
    return formatUUID(Buffer.from(globals.random.bytes(16)), 4);
  });
}

/** One that begins with the time of day; newer versions of Node have it. */
function guardedUUIDv7(original: AnyFunction): AnyFunction {
  return guarded(original, "crypto.randomUUIDv7()", (globals, real, args) => {
    real(...args);
    const bytes = Buffer.from(globals.random.bytes(16));
    bytes.writeUIntBE(Math.floor(globals.seconds() * 1000), 0, 6);
    return formatUUID(bytes, 7);
  });
}

/** Says the version in the bytes, and the variant of RFC 9562. */
function formatUUID(bytes: Buffer, version: number): string {
  bytes[6] = (bytes[6]! & 0x0f) | (version << 4);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function guardedGetRandomValues(original: AnyFunction): AnyFunction {
  return guarded(original, "crypto.getRandomValues()", (globals, real, args) => {
    const [into] = args as [NodeJS.ArrayBufferView];
    real(into);
    overwrite(globals, into);
    return into;
  });
}

/** Fills with the host's bytes; `offset` and `size` count elements, as in Node. */
function overwrite(globals: SimulatedGlobals, into: Fillable, offset = 0, size?: number): void {
  const { BYTES_PER_ELEMENT: unit = 1 } = into as { BYTES_PER_ELEMENT?: number };
  const all = ArrayBuffer.isView(into)
    ? new Uint8Array(into.buffer, into.byteOffset, into.byteLength)
    : new Uint8Array(into);
  const part = all.subarray(offset * unit, size === undefined ? undefined : (offset + size) * unit);
  part.set(globals.random.bytes(part.length));
}

/** Calls back later, or answers. */
function answer<T>(globals: SimulatedGlobals, value: T, callback: Callback | undefined): T | undefined {
  if (callback === undefined) return value;
  globals.setTimeout(() => callback(null, value), 0);
  return undefined;
}

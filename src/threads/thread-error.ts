/**
 * Errors on their way to another thread. Structured clone keeps of an error little more than its message; here it keeps its class where that
 * is builtin or ours, its name, stack, causes and own properties.
 */
import { inspect } from "node:util";
import { ThreadDataError, ThreadFunctionError } from "./errors.ts";

/** A thrown value, ready to be copied. */
export type ErrorRecord = { readonly value: unknown } | EncodedError;

interface EncodedError {
  readonly kind: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly properties: readonly (readonly [string, unknown])[];
  readonly cause?: ErrorRecord;
  readonly errors?: readonly ErrorRecord[];
}

const MOST_CAUSES = 20;
/** What is not a property like others. */
const OWN_WAY = new Set(["name", "message", "stack", "cause", "errors"]);

type ErrorMaker = new (message?: string) => Error;

/** The classes that both threads have. */
const CLASSES: Readonly<Record<string, ErrorMaker>> = {
  ThreadDataError,
  ThreadFunctionError,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  Error,
};

export function encodeThrown(thrown: unknown, depth: number = 0): ErrorRecord {
  if (!(thrown instanceof Error)) return { value: copyable(thrown) };
  const goDeeper = depth < MOST_CAUSES;
  return {
    kind: kindOf(thrown),
    name: thrown.name,
    message: thrown.message,
    stack: typeof thrown.stack === "string" ? thrown.stack : undefined,
    properties: Object.entries(thrown)
      .filter(([name]) => !OWN_WAY.has(name))
      .map(([name, value]) => [name, copyable(value)] as const),
    ...("cause" in thrown && goDeeper ? { cause: encodeThrown(thrown.cause, depth + 1) } : {}),
    ...(thrown instanceof AggregateError && goDeeper
      ? { errors: thrown.errors.map((error: unknown) => encodeThrown(error, depth + 1)) }
      : {}),
  };
}

export function decodeThrown(record: ErrorRecord): unknown {
  if (!("kind" in record)) return record.value;
  const error = make(record);
  define(error, "stack", record.stack);
  if (error.name !== record.name) define(error, "name", record.name);
  for (const [name, value] of record.properties) define(error, name, value, true);
  if (record.cause !== undefined) define(error, "cause", decodeThrown(record.cause));
  return error;
}

function make({ kind, name, message, errors }: EncodedError): Error {
  if (kind === "AggregateError") return new AggregateError((errors ?? []).map(decodeThrown), message);
  if (kind === "DOMException") return new DOMException(message, name);
  return new CLASSES[kind]!(message);
}

function kindOf(error: Error): string {
  if (error instanceof AggregateError) return "AggregateError";
  if (error instanceof DOMException) return "DOMException";
  return Object.keys(CLASSES).find((kind) => error instanceof CLASSES[kind]!)!;
}

/** The value, or where it cannot be copied, a text that describes it. */
function copyable(value: unknown): unknown {
  if (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol") return value;
  try {
    return structuredClone(value);
  } catch {
    return inspect(value, { depth: 1 });
  }
}

function define(error: Error, name: string, value: unknown, enumerable: boolean = false): void {
  Object.defineProperty(error, name, { value, enumerable, writable: true, configurable: true });
}

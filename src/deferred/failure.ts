/**
 * A `Failure` carries a thrown value through a chain of callbacks: whatever was thrown, an `Error` or not, with the means
 * to ask what it is, to print it and to throw it again.
 *
 * It is not an `Error` itself, so making one costs no stack trace: the stack is that of the value it wraps.
 */
import { inspect } from "node:util";
import { inspectable } from "../inspectable.ts";

/** Any class whose instances can be thrown; abstract classes count, so that a family can be named by its root. */
export type ErrorClass<E = unknown> = abstract new (...args: never[]) => E;

/** What is caught by a class: its instances. (`InstanceType` takes `AggregateError` and its like for mere `Error`s.) */
export type Caught<C extends ErrorClass> = C extends { readonly prototype: infer E }
  ? 0 extends 1 & E
    ? InstanceType<C>
    : E
  : never;

/** How much `getTraceback` and `printTraceback` show. */
export interface TracebackOptions {
  /** `"default"` is the stack with its causes, `"brief"` one line with its causes, `"verbose"` adds the errors' own fields. */
  readonly detail?: "default" | "brief" | "verbose";
}

export class Failure<E = unknown> {
  /** The value that was thrown. */
  readonly value: E;

  /**
   * Wraps `value`. A `Failure` is not wrapped again: `new Failure(failure)` wraps the same value.
   *
   * @example
   * const failure = new Failure(new RangeError("too far"));
   * failure.check(TypeError, RangeError); // RangeError
   */
  constructor(value: E | Failure<E>) {
    this.value = value instanceof Failure ? value.value : value;
  }

  /** The class of the value: its constructor, or `undefined` where it has none (`null`, `undefined`, bare objects). */
  get type(): ErrorClass | undefined {
    const constructor: unknown = (this.value as { constructor?: unknown } | null | undefined)?.constructor;
    return typeof constructor === "function" ? (constructor as unknown as ErrorClass) : undefined;
  }

  /** What the value was made to fail for, where it says so: `value.cause`. */
  get cause(): unknown {
    return this.value instanceof Error ? this.value.cause : undefined;
  }

  /** The first of `types` that the value is an instance of, else `null`. */
  check<C extends readonly ErrorClass[]>(...types: C): C[number] | null {
    for (const type of types) {
      if (isInstance(this.value, type)) return type;
    }
    return null;
  }

  /**
   * Lets only failures of these `types` pass: answers the first that fits, and throws the wrapped value again where none does.
   * Called first in an errback it says which errors the errback is for.
   */
  trap<C extends readonly ErrorClass[]>(...types: C): C[number] {
    return this.check(...types) ?? this.raiseException();
  }

  /**
   * Like `trap`, but answers the error itself, typed by its class.
   *
   * @example
   * class NotFoundError extends Error {
   *   readonly path = "/poems/7";
   * }
   * const page = fail<string>(new NotFoundError()).addErrback((failure) => `no ${failure.trapValue(NotFoundError).path}`);
   * assert.equal(await page, "no /poems/7");
   */
  trapValue<C extends readonly ErrorClass[]>(...types: C): Caught<C[number]> {
    this.trap(...types);
    return this.value as unknown as Caught<C[number]>;
  }

  /** Throws the wrapped value. */
  raiseException(): never {
    throw this.value;
  }

  /** The message of the wrapped error, without its class. */
  getErrorMessage(): string {
    return this.value instanceof Error ? this.value.message : inspect(this.value);
  }

  /** The stack of the wrapped error and of its causes, as text that ends with a line break. */
  getTraceback(options: TracebackOptions = {}): string {
    return describeChain(this.value, options.detail ?? "default");
  }

  /** The class and message of the wrapped error and of its causes, a line each. */
  getBriefTraceback(): string {
    return this.getTraceback({ detail: "brief" });
  }

  /** Writes the traceback to `stream`, standard error unless told otherwise. */
  printTraceback(stream: { write(text: string): unknown } = process.stderr, options: TracebackOptions = {}): void {
    stream.write(this.getTraceback(options));
  }

  toString(): string {
    return `[Failure instance: ${summary(this.value)}]`;
  }

  static {
    inspectable(this.prototype, (failure, depth, options) => {
      // An error may refer to its failure: what is left of the depth has to go down.
      if (depth < 0) return "[Failure]";
      return `[Failure instance: ${inspect(failure.value, { ...options, depth })}]`;
    });
  }
}

function isInstance(value: unknown, type: ErrorClass): boolean {
  if (typeof type !== "function") {
    throw new TypeError(`Cannot check a failure against ${inspect(type)}: expected a class`);
  }
  return value instanceof type;
}

const MAX_CAUSES = 20;

function describeChain(value: unknown, detail: "default" | "brief" | "verbose"): string {
  let text = "";
  let current = value;
  for (let depth = 0; depth < MAX_CAUSES; depth++) {
    text += `${depth === 0 ? "" : "Caused by: "}${describe(current, detail)}\n`;
    if (!(current instanceof Error) || current.cause === undefined) break;
    current = current.cause;
  }
  return text;
}

function describe(value: unknown, detail: "default" | "brief" | "verbose"): string {
  if (!(value instanceof Error) || detail === "brief") return summary(value);
  const stack = value.stack ?? summary(value);
  if (detail === "default") return stack;
  const fields = Object.entries(value).filter(([name]) => name !== "name" && name !== "cause");
  return [stack, ...fields.map(([name, field]) => `  ${name}: ${inspect(field)}`)].join("\n");
}

function summary(value: unknown): string {
  return value instanceof Error ? `${value.name}: ${value.message}` : inspect(value);
}

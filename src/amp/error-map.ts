/** Which errors of a responder go over the wire, and by which code. */
import { inspect } from "node:util";
import { Failure } from "../deferred/failure.ts";
import type { ErrorClass } from "../deferred/failure.ts";
import { RemoteAmpError, UnknownRemoteError } from "./errors.ts";
import { MAX_VALUE_LENGTH } from "./wire/box-limits.ts";

/** An error class that is made of what the other end says, and its code on the wire. */
export type DeclaredError = readonly [errorClass: new (message: string) => Error, code: string];

/** Pairs of error classes and codes: a list of them, or a `Map`. */
export type DeclaredErrors = Iterable<DeclaredError>;

export class ErrorMap {
  readonly #classes: ErrorClass[] = [];
  readonly #codes: Map<ErrorClass, string> = new Map();
  readonly #byCode: Map<string, new (message: string) => Error> = new Map();
  readonly #fatal: Set<ErrorClass> = new Set();

  /** Throws a `TypeError` for what is no pair of an error class and a code. */
  constructor(errors: DeclaredErrors, fatalErrors: DeclaredErrors) {
    for (const declared of errors) this.#add(declared);
    for (const declared of fatalErrors) {
      this.#add(declared);
      this.#fatal.add(declared[0]);
    }
  }

  /** What goes over the wire for what a responder threw, where it is declared. */
  toRemote(thrown: unknown): RemoteAmpError | undefined {
    const failure = new Failure(thrown);
    const errorClass = failure.check(...this.#classes);
    if (errorClass === null) return undefined;
    const fatal = this.#fatal.has(errorClass);
    return new RemoteAmpError(this.#codes.get(errorClass)!, failure.getErrorMessage(), { fatal, cause: thrown });
  }

  /** What a call fails with for what came over the wire. */
  fromRemote(error: RemoteAmpError): Error {
    const Declared = this.#byCode.get(error.errorCode);
    return Declared === undefined
      ? new UnknownRemoteError(error.description, { cause: error })
      : new Declared(error.description);
  }

  #add([errorClass, code]: DeclaredError): void {
    if (typeof errorClass !== "function" || typeof code !== "string" || Buffer.byteLength(code) > MAX_VALUE_LENGTH) {
      throw new TypeError(
        `Cannot declare ${inspect([errorClass, code], { depth: 0 })}: expected an error class and its code, such as [RangeError, "TOO_FAR"]`,
      );
    }
    this.#classes.push(errorClass);
    this.#codes.set(errorClass, code);
    this.#byCode.set(code, errorClass);
  }
}

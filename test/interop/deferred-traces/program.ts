/**
 * The language of the random programs that run on Hawser and on Twisted: plain JSON, so that Python reads it as it is.
 *
 * Deferreds lie in numbered places. A step that names an empty place is skipped, so any step can be taken out of a program and what is
 * left is a program still: that is what makes shrinking simple.
 */

/** The classes of errors that both sides have: `E3` is an `E1`, `E1` and `E2` are an `E0`, `E4` stands alone. */
export type ErrorName =
  | "E0"
  | "E1"
  | "E2"
  | "E3"
  | "E4"
  | "Error"
  | "CancelledError"
  | "AlreadyCalledError"
  | "TimeoutError";

/** An error to make: its class and message. */
export type ErrorSpec = readonly [name: ErrorName, message: string];

/** Where a Deferred lies; `SELF` is the one that a callback hangs on, or that a canceller cancels. */
export type Place = number;

export const SELF: Place = -1;

/** `null` is nothing, `"got"` what the running function was called with, or its generator was sent last. */
export type Value = number | null | "got" | { readonly deferred: Place } | { readonly failure: ErrorSpec };

/** How a function ends. `trap` answers `value` for the errors it lets pass. */
export type End =
  | { readonly end: "return"; readonly value: Value }
  | { readonly end: "raise"; readonly error: ErrorSpec }
  | { readonly end: "reraise" }
  | { readonly end: "trap"; readonly classes: readonly ErrorName[]; readonly value: Value };

/** A function: what it does, then how it ends. */
export interface Script {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly end: End;
}

/** `loose` lets the error of a step end the function that it stands in; otherwise the step catches and traces it. */
export type Step = (
  | { readonly op: "new"; readonly to: Place; readonly canceller?: Script }
  | { readonly op: "succeed"; readonly to: Place; readonly value: Value }
  | { readonly op: "fail"; readonly to: Place; readonly error: ErrorSpec }
  | { readonly op: "execute" | "maybe"; readonly to: Place; readonly script: Script; readonly args: readonly Value[] }
  | { readonly op: "callback"; readonly at: Place; readonly value: Value }
  | { readonly op: "errback"; readonly at: Place; readonly error: ErrorSpec; readonly wrapped: boolean }
  | {
      readonly op: "add";
      readonly at: Place;
      readonly callback?: Script;
      readonly errback?: Script;
      readonly both?: Script;
      readonly args: readonly Value[];
    }
  | { readonly op: "pause" | "unpause" | "cancel" | "state"; readonly at: Place }
  | { readonly op: "chain"; readonly at: Place; readonly other: Place }
  | { readonly op: "timeout"; readonly at: Place; readonly seconds: number; readonly script?: Script }
  | { readonly op: "advance"; readonly seconds: number }
  | {
      readonly op: "list";
      readonly to: Place;
      readonly of: readonly Place[];
      readonly fireOnOneCallback: boolean;
      readonly fireOnOneErrback: boolean;
      readonly consumeErrors: boolean;
    }
  | { readonly op: "gather"; readonly to: Place; readonly of: readonly Place[]; readonly consumeErrors: boolean }
  | { readonly op: "acquire"; readonly to: Place; readonly from: Primitive }
  | { readonly op: "release"; readonly from: Primitive }
  | {
      readonly op: "run";
      readonly to: Place;
      readonly from: Primitive;
      readonly script: Script;
      readonly args: readonly Value[];
    }
  | { readonly op: "put"; readonly value: Value }
  | { readonly op: "get"; readonly to: Place }
  | { readonly op: "check"; readonly classes: readonly ErrorName[] }
  | { readonly op: "message" }
  | { readonly op: "inline"; readonly to: Place; readonly name: string; readonly body: readonly Statement[] }
) & { readonly loose?: boolean };

/** Each program has one of each. */
export type Primitive = "lock" | "semaphore";

/** What a generator does; `except: null` catches everything. */
export type Statement =
  | Step
  | { readonly op: "yield"; readonly value: Value }
  | { readonly op: "raise"; readonly error: ErrorSpec }
  | { readonly op: "return"; readonly value: Value }
  | {
      readonly op: "try";
      readonly body: readonly Statement[];
      readonly except: readonly ErrorName[] | null;
      readonly caught: readonly Statement[];
      readonly last: readonly Statement[];
    };

export interface Program {
  readonly seed: number;
  readonly tokens: number;
  readonly size: number | null;
  readonly backlog: number | null;
  readonly steps: readonly Step[];
}

/** How many steps and functions run before a program that goes in circles is stopped. */
export const STEP_LIMIT = 300;

/** How many places there are. */
export const PLACES = 6;

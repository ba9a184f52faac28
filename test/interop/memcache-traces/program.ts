/**
 * The language of the random programs that run on Hawser's client of memcached and on Twisted's: plain JSON, so that Python reads it as it is.
 * Bytes are strings of characters below 256.
 */

/** A command, with its arguments in the order of Twisted's, and the commands that its end leads to. */
export interface CallStep {
  readonly op: "call";
  readonly name: CallName;
  readonly args: readonly (string | number | boolean | readonly string[])[];
  readonly leadsTo: readonly CallStep[];
}

export type CallName =
  | "set"
  | "add"
  | "replace"
  | "append"
  | "prepend"
  | "checkAndSet"
  | "get"
  | "getMultiple"
  | "increment"
  | "decrement"
  | "delete"
  | "stats"
  | "version"
  | "flushAll";

export type Step =
  | CallStep
  | { readonly op: "data"; readonly bytes: string }
  | { readonly op: "advance"; readonly seconds: number }
  | { readonly op: "cancel"; readonly call: number }
  | { readonly op: "lose" };

export interface Program {
  readonly seed: number;
  readonly steps: readonly Step[];
}

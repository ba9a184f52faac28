/**
 * What a program over clocks, loops and cooperative tasks can say. run-program.ts does it on Hawser, clock_traces.py on Twisted.
 *
 * Things are numbered as they are made. A program names one by any number, which is taken modulo how many there are; with none of
 * that kind the step is left out.
 */

/** Steps that a program may take, those in callbacks included, before it does nothing any more. */
export const STEP_LIMIT = 200;

/** Names a thing. */
export type Which = number;

/** A function: what it does when it is called, and how it ends. */
export interface Script {
  readonly steps: readonly Step[];
  readonly end: End;
}

/** What a function or an iterator gives: nothing; a Deferred that is fired later, or has been, or has failed; or it throws. */
export type End = "nothing" | "deferred" | "fired" | "failed" | "raise";

export type Step =
  // Clock
  | { readonly op: "later"; readonly delay: number; readonly script: Script }
  | { readonly op: "cancel"; readonly call: Which }
  | { readonly op: "delay"; readonly call: Which; readonly seconds: number }
  | { readonly op: "reset"; readonly call: Which; readonly seconds: number }
  | { readonly op: "advance"; readonly seconds: number }
  | { readonly op: "pump"; readonly timings: readonly number[] }
  | { readonly op: "set"; readonly seconds: number }
  | { readonly op: "list" }
  // Deferreds
  | { readonly op: "deferLater"; readonly delay: number; readonly script: Script }
  | { readonly op: "fire"; readonly deferred: Which; readonly fails: boolean }
  | { readonly op: "cancelDeferred"; readonly deferred: Which }
  // LoopingCall; each call of the loop's function takes the next of the scripts, over and over
  | { readonly op: "loop"; readonly counts: boolean; readonly scripts: readonly Script[] }
  | { readonly op: "start"; readonly loop: Which; readonly interval: number; readonly now: boolean }
  | { readonly op: "stop"; readonly loop: Which }
  | { readonly op: "resetLoop"; readonly loop: Which }
  // Cooperator; a task's iterator has a script for each of its steps
  | { readonly op: "cooperator"; readonly stepsPerTick: number; readonly started: boolean }
  | { readonly op: "tick"; readonly cooperator: Which }
  | { readonly op: "startCooperator"; readonly cooperator: Which }
  | { readonly op: "stopCooperator"; readonly cooperator: Which }
  | { readonly op: "cooperate"; readonly cooperator: Which; readonly scripts: readonly Script[] }
  | { readonly op: "coiterate"; readonly cooperator: Which; readonly scripts: readonly Script[] }
  | { readonly op: "pause"; readonly task: Which }
  | { readonly op: "resume"; readonly task: Which }
  | { readonly op: "stopTask"; readonly task: Which }
  | { readonly op: "whenDone"; readonly task: Which };

export interface Program {
  readonly seed: number;
  /** The time at which the clock starts. */
  readonly rightNow: number;
  readonly steps: readonly Step[];
}

/** What happened, in order; numbers are compared exactly. */
export type Trace = readonly (readonly (string | number | boolean)[])[];

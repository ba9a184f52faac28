/** Programs over a client service, and what is noted of them. */

export type Step =
  | { readonly op: "start" }
  /** Stops, and takes the steps when it has stopped. */
  | { readonly op: "stop"; readonly script: readonly Step[] }
  /** Waits for a connection, and takes the steps when there is a result. */
  | { readonly op: "when"; readonly failures: number | null; readonly script: readonly Step[] }
  /** One of those who wait, or have waited, gives up. */
  | { readonly op: "cancel"; readonly which: number }
  /** The attempt that is under way succeeds, or fails. */
  | { readonly op: "connect" | "fail" }
  /** What prepares the connection succeeds, or fails. */
  | { readonly op: "prepared" | "unprepared" }
  /** The peer closes the connection; the connection that we closed is closed. */
  | { readonly op: "lose" | "closed" }
  | { readonly op: "advance"; readonly seconds: number };

export interface Program {
  readonly seed: number;
  /** Whether connections are prepared. */
  readonly prepares: boolean;
  /** Whether a connection that we close is closed at once; else by `closed`. */
  readonly closesAtOnce: boolean;
  /** What becomes of attempts at once, one after the other and round again: `wait` for those that steps decide about. */
  readonly attempts: readonly ("wait" | "connect" | "fail")[];
  /** How long to wait after so many failures; the last one for all others. */
  readonly delays: readonly number[];
  readonly steps: readonly Step[];
}

/** What happened, in order. */
export type Trace = string[];

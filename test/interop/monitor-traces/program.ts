/** Programs over a process monitor, and what is noted of them. */

export type Step =
  | { readonly op: "startService" | "stopService" | "restartAll" }
  | { readonly op: "add" | "remove" | "start" | "stop"; readonly name: string }
  /** The process of that name, where one runs, ends. */
  | { readonly op: "die"; readonly name: string }
  /** It is gone already, but its end has not been told yet. */
  | { readonly op: "vanish"; readonly name: string }
  | { readonly op: "advance"; readonly seconds: number };

export interface Program {
  readonly seed: number;
  readonly threshold: number;
  readonly killTime: number;
  readonly minRestartDelay: number;
  readonly maxRestartDelay: number;
  readonly steps: readonly Step[];
}

/** What happened, in order. */
export type Trace = string[];

/** Programs over policies, as plain data. */

export interface Step {
  readonly op:
    | ("advance" | "connect" | "data" | "write" | "sequence" | "lose" | "producer" | "noProducer" | "lost")
    | ("setTimeout" | "resetTimeout" | "cancelTimeout");
  /** Which connection; for `"connect"`, from which host. */
  readonly who?: number;
  /** How many bytes; for `"advance"` and `"setTimeout"`, how many quarters of a second. */
  readonly size?: number;
}

export type Program = { readonly steps: readonly Step[] } & (
  | {
      readonly kind: "throttle";
      readonly limits: Readonly<Record<"maxConnectionCount" | "readLimit" | "writeLimit", number | null>>;
    }
  | { readonly kind: "timeout"; readonly timeoutPeriod: number | null }
  | { readonly kind: "byPeer" }
  | { readonly kind: "traffic"; readonly lengthLimit: number | null }
  | { readonly kind: "total"; readonly connectionLimit: number | null; readonly overflow: boolean }
);

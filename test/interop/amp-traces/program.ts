/** The language of the random programs that run on Hawser's AMP and on Twisted's: plain JSON. Bytes are strings of characters below 256. */

/** Something that is done to one end of a connection. */
export type Step =
  /** Bytes arrive. */
  | { readonly op: "data"; readonly bytes: string }
  /** A command is called. */
  | { readonly op: "sum"; readonly a: number; readonly b: number | null }
  | { readonly op: "later" | "note"; readonly text: string }
  | { readonly op: "string"; readonly name: string; readonly text: string }
  /** A responder answers that has not yet. */
  | {
      readonly op: "answer";
      readonly index: number;
      readonly how: "value" | "short" | "bad" | "declared" | "fatal" | "unknown";
    };

export interface Program {
  readonly seed: number;
  readonly steps: readonly Step[];
}

/**
 * The language of the random programs that run on Hawser's receivers and on Twisted's: plain JSON, so that Python reads it as it is.
 * Bytes are strings of characters below 256.
 */

export type ReceiverName =
  | "LineReceiver"
  | "LineOnlyReceiver"
  | "NetstringReceiver"
  | "Int8StringReceiver"
  | "Int16StringReceiver"
  | "Int32StringReceiver";

/** Something that is done to a receiver, from outside or in one of its callbacks. */
export type Step =
  | { readonly op: "data"; readonly bytes: string }
  | { readonly op: "pause" | "resume" | "stop" | "lose" | "abort" | "raw" | "clear" | "throw" }
  | { readonly op: "line"; readonly extra: string }
  /** In a callback: `setLineMode` with what the callback was given, from `from` on. */
  | { readonly op: "rest"; readonly from: number }
  | { readonly op: "delimiter"; readonly bytes: string }
  | { readonly op: "maxLength"; readonly length: number }
  | { readonly op: "send"; readonly bytes: string };

export interface Program {
  readonly seed: number;
  readonly receiver: ReceiverName;
  readonly delimiter: string;
  readonly maxLength: number;
  readonly steps: readonly Step[];
  /** What the first callback does, the second, and so on; those that come later do nothing but what is usual. */
  readonly scripts: readonly (readonly Step[])[];
}

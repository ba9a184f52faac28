/** The replies to Postfix: a code of three digits and a text, in a line of at most 4096 bytes. */
import { quote } from "./quote.ts";

/** Found, and here is the value. */
export const FOUND = 200;
/** Nobody knows: Postfix tries again later. */
export const TRY_AGAIN = 400;
/** There is no such key. */
export const NOT_FOUND = 500;

export type ReplyCode = typeof FOUND | typeof TRY_AGAIN | typeof NOT_FOUND;

/** How many bytes a line may have, its end included; Postfix takes no longer ones. */
export const MAX_LINE_LENGTH = 4096;
/** A code, a space, and the end of the line. */
const OVERHEAD = "200 \n".length;

const UNPRINTABLE = /[^ -~]/gu;

/** A line without its end. What would end it too early, or make it too long, is written in another way, or cut off. */
export function replyLine(code: ReplyCode, text = ""): string {
  const safe = text.replace(UNPRINTABLE, "?");
  return `${code} ${safe.slice(0, MAX_LINE_LENGTH - OVERHEAD)}`;
}

/** The line for a value, which cannot be cut: one that is too long is an answer to try again, with the reason. */
export function foundLine(value: string | Uint8Array): string {
  const text = quote(value);
  if (text.length > MAX_LINE_LENGTH - OVERHEAD) {
    return replyLine(
      TRY_AGAIN,
      `The value takes ${text.length} bytes, more than the ${MAX_LINE_LENGTH - OVERHEAD} that a reply has room for`,
    );
  }
  return `${FOUND} ${text}`;
}

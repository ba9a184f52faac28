/** What senders of strings refuse. */
import { LocalProtocolError } from "../errors.ts";

/** The string is longer than the protocol can say. Nothing was sent. */
export class StringTooLongError extends LocalProtocolError {
  override readonly name: string = "StringTooLongError";
  override readonly code: string = "ERR_STRING_TOO_LONG";
}

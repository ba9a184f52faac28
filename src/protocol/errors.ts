/** The errors of protocols and of what works for them. */
import { HawserError, LocalProtocolError } from "../errors.ts";

/** The string is longer than the protocol can say. Nothing was sent. */
export class StringTooLongError extends LocalProtocolError {
  override readonly name: string = "StringTooLongError";
  override readonly code: string = "ERR_STRING_TOO_LONG";
}

/** The consumer takes no more: its connection is gone, most likely. */
export class TransferStoppedError extends HawserError {
  override readonly name: string = "TransferStoppedError";
  readonly code: string = "ERR_TRANSFER_STOPPED";
}

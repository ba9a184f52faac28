/** How the sending of a file ends early. */
import { HawserError } from "../errors.ts";

/** The consumer takes no more: its connection is gone, most likely. */
export class TransferStoppedError extends HawserError {
  override readonly name: string = "TransferStoppedError";
  readonly code: string = "ERR_TRANSFER_STOPPED";
}

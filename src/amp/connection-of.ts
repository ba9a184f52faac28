/** What boxes are sent with, for those who need more than to send boxes. */
import { InvalidStateError } from "../errors.ts";
import type { BoxConnection, BoxSender } from "./box-sender.ts";

/** The connection that `sender` is. Throws `InvalidStateError`, which says what was to be done, where it is none. */
export function connectionOf(sender: BoxSender | undefined, what: string): BoxConnection {
  if (sender !== undefined && "switchTo" in sender && "sendFileDescriptor" in sender) return sender as BoxConnection;
  throw new InvalidStateError(`Cannot ${what}: there is no connection, expected boxes to be sent over one`);
}

/**
 * Descriptors of open files and sockets, over UNIX connections.
 *
 * The box has the number by which both ends count the descriptors that were sent in this direction; the descriptor itself goes beside the bytes.
 */
import { inspect } from "node:util";
import { Argument } from "../argument.ts";
import type { ArgumentOptions } from "../argument.ts";
import { connectionOf } from "../connection-of.ts";
import type { BoxSender } from "../box-sender.ts";

class Descriptor<Optional extends boolean> extends Argument<number, number, Optional> {
  override decode(bytes: Buffer, sender: BoxSender | undefined): number {
    const text = bytes.toString("latin1");
    if (!/^\d{1,15}$/.test(text)) throw new TypeError(`${inspect(text)} does not number a descriptor`);
    return connectionOf(sender, "receive a descriptor").takeFileDescriptor(Number(text));
  }

  override encode(value: number, sender: BoxSender | undefined): string {
    return String(connectionOf(sender, "send a descriptor").sendFileDescriptor(value));
  }
}

/**
 * Descriptors, over UNIX connections on the epoll reactor. A duplicate is sent: the sender may close its own when the call has been answered. Who
 * receives one closes it.
 *
 * @example
 * const Log = command("Log", { arguments: { file: descriptor() } });
 * assert.throws(() => Log.makeArguments({ file: 1 }), { code: "ERR_INVALID_STATE" });
 */
export function descriptor<Optional extends boolean = false>(
  options?: ArgumentOptions<Optional>,
): Argument<number, number, NoInfer<Optional>> {
  return new Descriptor(options);
}

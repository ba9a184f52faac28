/** A box that is the last one. */
import type { BoxSender } from "./box-sender.ts";
import { AmpBox } from "./wire/amp-box.ts";

/**
 * Closes the connection when it has been sent.
 *
 * @example
 * const box = new QuitBox({ _error: "1", _error_code: "UNKNOWN", _error_description: "Unknown Error" });
 * assert.equal(box.size, 3);
 */
export class QuitBox extends AmpBox {
  override sendTo(sender: BoxSender): void {
    super.sendTo(sender);
    sender.loseConnection();
  }
}

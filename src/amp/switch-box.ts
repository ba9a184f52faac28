/** A box behind which the connection belongs to another protocol. */
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { BoxSender } from "./box-sender.ts";
import { connectionOf } from "./connection-of.ts";
import { AmpBox } from "./wire/amp-box.ts";

export class SwitchBox extends AmpBox {
  readonly #protocol: ProtocolLike;

  constructor(protocol: ProtocolLike) {
    super();
    this.#protocol = protocol;
  }

  override sendTo(sender: BoxSender): void {
    const connection = connectionOf(sender, "switch protocols");
    super.sendTo(sender);
    connection.lockForSwitch();
    connection.switchTo(this.#protocol);
  }
}

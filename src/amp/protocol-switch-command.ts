/** Commands that hand the connection over to another protocol. */
import { Failure } from "../deferred/failure.ts";
import type { Deferred } from "../deferred/deferred.ts";
import type { ClientFactoryLike } from "../protocol/factory.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import { ConnectionLost, NoProtocol } from "../transport/errors.ts";
import type { Connector } from "../transport/transport.ts";
import { Command } from "./command.ts";
import type { CallSteps } from "./command.ts";
import { connectionOf } from "./connection-of.ts";
import type { DeclaredErrors } from "./error-map.ts";
import type { Schema } from "./schema.ts";
import type { AmpBox } from "./wire/amp-box.ts";
import { SwitchBox } from "./switch-box.ts";

/** What such a command is declared with. */
export interface ProtocolSwitchOptions<A extends Schema> {
  readonly arguments?: A;
  readonly errors?: DeclaredErrors;
  readonly fatalErrors?: DeclaredErrors;
}

type Nothing = Record<never, never>;

/** A command behind whose answer the connection belongs to the protocol that its responder answers, and to one of the caller's factory. */
export class ProtocolSwitchCommand<A extends Schema = Schema> extends Command<A, Nothing, true, ProtocolLike> {
  override get isPlain(): boolean {
    return false;
  }

  override callWith({ sender, extra, send }: CallSteps): Deferred<unknown> {
    const connection = connectionOf(sender, "switch protocols");
    const factory = extra as ClientFactoryLike;
    if (typeof factory?.buildProtocol !== "function") {
      throw new TypeError(
        `Cannot call ${this.commandName} without a factory: expected one for the protocol to switch to`,
      );
    }
    const answered = send();
    connection.lockForSwitch();
    return answered.addCallbacks(
      (answer) => {
        const protocol = connection.buildProtocol(factory);
        if (protocol === null) throw new NoProtocol(`The factory of ${this.commandName} has made no protocol`);
        connection.switchTo(protocol, factory);
        return answer;
      },
      (failure) => {
        connection.unlockFromSwitch();
        factory.clientConnectionFailed(NO_CONNECTOR, new Failure(new ConnectionLost()));
        return failure;
      },
    );
  }

  protected override newAnswer(protocol: ProtocolLike): AmpBox {
    if (typeof protocol?.makeConnection === "function") return new SwitchBox(protocol);
    throw new TypeError("it is no protocol to switch to");
  }
}

/** Factories are told with whom they were connected; here there was no connector. */
const NO_CONNECTOR = null as unknown as Connector;

/**
 * Declares a command that switches protocols. It is called with a factory behind the values, and its responder answers a protocol.
 *
 * @example
 * import type { Deferred } from "hawser/deferred";
 * import { ClientFactory, Protocol } from "hawser/protocol";
 * const Upgrade = protocolSwitchCommand("Upgrade", { arguments: { name: unicode() } });
 * class Server extends AMP {
 *   static override responders = [Upgrade.responder(() => new Protocol())];
 * }
 * const upgrade = (amp: AMP): Deferred<unknown> => amp.callRemote(Upgrade, { name: "raw" }, ClientFactory.forProtocol(Protocol));
 */
export function protocolSwitchCommand<const A extends Schema = Nothing>(
  name: string,
  options: ProtocolSwitchOptions<A> = {},
): ProtocolSwitchCommand<A> {
  return new ProtocolSwitchCommand(name, options);
}

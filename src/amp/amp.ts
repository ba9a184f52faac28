/** The protocol: boxes over a connection, calls both ways, responders that are found by command or by name. */
import type { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import { Logger } from "../logger/logger.ts";
import type { ClientFactoryLike } from "../protocol/factory.ts";
import type { Transport } from "../transport/transport.ts";
import { BinaryBoxProtocol } from "./binary-box-protocol.ts";
import type { BoxProtocolOptions } from "./binary-box-protocol.ts";
import { BoxDispatcher } from "./box-dispatcher.ts";
import type { CallStringOptions, DispatcherOptions } from "./box-dispatcher.ts";
import type { BoxReceiver, BoxResponder, BoxSender, ResponderLocator } from "./box-sender.ts";
import type { AnyCommand, ArgumentsOf, Command } from "./command.ts";
import { respondersOf } from "./command-locator.ts";
import type { ProtocolSwitchCommand } from "./protocol-switch-command.ts";
import { boxResponder } from "./responder.ts";
import type { Responder } from "./responder.ts";
import type { Given, Received, Schema } from "./schema.ts";
import { methodFor } from "./simple-string-locator.ts";
import { StartTLS } from "./start-tls.ts";
import type { AmpBox, BoxEntries } from "./wire/amp-box.ts";

const log = new Logger({ namespace: "hawser.amp" });

/** What an `AMP` may be told. */
export interface AMPOptions extends BoxProtocolOptions, DispatcherOptions {
  /** Who is given the boxes, in place of this protocol. */
  readonly boxReceiver?: BoxReceiver;
  /** Who finds the responders, in place of this protocol. */
  readonly locator?: ResponderLocator;
}

/**
 * A connection over which both ends call commands of each other. Extend it, and list what it responds to.
 *
 * @example
 * import { connectedPair } from "hawser/testing";
 * const Sum = command("Sum", { arguments: { a: integer(), b: integer() }, response: { total: integer() } });
 * class Calculator extends AMP {
 *   static override responders = [Sum.responder(({ a, b }) => ({ total: a + b }))];
 * }
 * const [client, server] = [new AMP(), new Calculator()];
 * const pair = connectedPair(server, client);
 * const answer = client.callRemote(Sum, { a: 13, b: 81 });
 * pair.flush();
 * assert.deepEqual(await answer, { total: 94 });
 */
export class AMP<T extends Transport = Transport>
  extends BinaryBoxProtocol<T>
  implements BoxReceiver, ResponderLocator
{
  /** What all connections of this class respond to; a class that extends it adds to these. They are called as methods. */
  static responders: readonly Responder[] = [StartTLS.responder(() => ({}))];
  readonly #dispatcher: BoxDispatcher;

  constructor(options: AMPOptions = {}) {
    super(NOBODY, options);
    this.boxReceiver = options.boxReceiver ?? this;
    this.#dispatcher = new BoxDispatcher(options.locator ?? this, options);
  }

  /** Who finds the responders. */
  get locator(): ResponderLocator {
    return this.#dispatcher.locator;
  }

  set locator(locator: ResponderLocator) {
    this.#dispatcher.locator = locator;
  }

  /** Whether calls have no answer yet. */
  get awaitsAnswers(): boolean {
    return this.#dispatcher.awaitsAnswers;
  }

  /** Calls a command that switches protocols: `factory` makes the protocol for this end. */
  callRemote<A extends Schema>(
    command: ProtocolSwitchCommand<A>,
    values: Given<A>,
    factory: ClientFactoryLike,
  ): Deferred<unknown>;
  /**
   * Calls a command of the peer. The Deferred fires with the answer. It fails with an error that the command declares, with `UnknownRemoteError` for
   * another one, with `UnhandledCommand` where the peer does not respond to the command, with `InvalidSignature` or a `TypeError` for values that
   * cannot be sent, and with the reason where the connection ends before there is an answer.
   */
  callRemote<A extends Schema, R extends Schema>(
    command: Command<A, R, true, never>,
    ...values: ArgumentsOf<A>
  ): Deferred<Received<R>>;
  /** Calls a command that wants no answer. Throws where that cannot be sent; once the connection is gone, nothing happens. */
  callRemote<A extends Schema, R extends Schema>(
    command: Command<A, R, false, never>,
    ...values: ArgumentsOf<A>
  ): undefined;
  callRemote(command: AnyCommand, values?: object, extra?: unknown): Deferred<unknown> | undefined {
    return this.#dispatcher.callAny(command, values, extra);
  }

  /** Sends a box as a call of the command `name`, and answers the box that comes back. Errors are `RemoteAmpError` and `UnhandledCommand`. */
  callRemoteString(name: string, values?: BoxEntries, options?: { readonly requiresAnswer?: true }): Deferred<AmpBox>;
  callRemoteString(name: string, values: BoxEntries, options: CallStringOptions): Deferred<AmpBox> | undefined;
  callRemoteString(
    name: string,
    values: BoxEntries = {},
    options: CallStringOptions = {},
  ): Deferred<AmpBox> | undefined {
    return this.#dispatcher.callRemoteString(name, values, options);
  }

  /** The responder that this class lists for the command, else its method `amp_` with the name in capitals. */
  locateResponder(name: string): BoxResponder | undefined {
    const responder = respondersOf(this).get(name);
    return responder === undefined ? methodFor(this, name) : boxResponder(responder, this);
  }

  startReceivingBoxes(sender: BoxSender): void {
    this.#dispatcher.startReceivingBoxes(sender);
  }

  ampBoxReceived(box: AmpBox): void {
    this.#dispatcher.ampBoxReceived(box);
  }

  stopReceivingBoxes(reason: Failure): void {
    this.#dispatcher.stopReceivingBoxes(reason);
  }

  override makeConnection(transport: T): void {
    log.debug("{protocol} connection established ({host} to {peer})", this.#ends(transport));
    super.makeConnection(transport);
  }

  override connectionLost(reason: Failure): void {
    log.debug("{protocol} connection lost ({host} to {peer})", this.#ends(this.transport));
    super.connectionLost(reason);
  }

  #ends(transport: T): Record<string, unknown> {
    return { protocol: this.logPrefix(), host: transport.getHost(), peer: transport.getPeer() };
  }
}

/** Until the constructor of the base is done, nobody is there to receive. */
const NOBODY: BoxReceiver = {
  startReceivingBoxes() {},
  ampBoxReceived() {},
  stopReceivingBoxes() {},
};

/** What makes a protocol for each connection, and keeps what they share. */
import { inspect } from "node:util";
import type { Failure } from "../deferred/failure.ts";
import { Logger } from "../logger/logger.ts";
import type { Address } from "../transport/address.ts";
import type { Connector } from "../transport/transport.ts";
import type { ProtocolLike } from "./protocol.ts";

const log = new Logger({ namespace: "hawser.protocol" });

/** The shape that a port needs of a factory. */
export interface FactoryLike {
  /** A protocol for a connection with `address`, or `null` to refuse it. */
  buildProtocol(address: Address): ProtocolLike | null;
  /** Called by each port and connector when it begins to use this factory. */
  doStart(): void;
  /** Called by each port and connector when it is done with this factory. */
  doStop(): void;
}

/** The shape that a connector needs of a factory. */
export interface ClientFactoryLike extends FactoryLike {
  startedConnecting(connector: Connector): void;
  clientConnectionFailed(connector: Connector, reason: Failure): void;
  clientConnectionLost(connector: Connector, reason: Failure): void;
}

/** What a factory builds. */
export type ProtocolOf<F extends FactoryLike> = NonNullable<ReturnType<F["buildProtocol"]>>;

/** A factory of the class `F` that builds protocols of the class `P`. */
export type FactoryFor<F extends Factory, P extends ProtocolLike> =
  F extends Factory<P>
    ? F
    : Factory extends F
      ? Factory<P>
      : ClientFactory extends F
        ? ClientFactory<P>
        : Factory<P> & F;

/**
 * Makes protocols of the class `protocol`, and tells each which factory made it.
 *
 * @example
 * class Echo extends Protocol {
 *   override dataReceived(data: Buffer): void {
 *     this.transport.write(data);
 *   }
 * }
 * const factory = Factory.forProtocol(Echo);
 * assert.equal(factory.protocol, Echo);
 */
export class Factory<P extends ProtocolLike = ProtocolLike> implements FactoryLike {
  /** The class of the protocols. */
  declare protocol: (new () => P) | undefined;
  /** How many ports and connectors use this factory. */
  numPorts = 0;
  /** Whether starting and stopping is logged. */
  noisy = true;

  /** A factory of this class, made with `args`, for protocols of `protocol`. */
  static forProtocol<F extends Factory, P extends ProtocolOf<F>, A extends unknown[]>(
    this: new (...args: A) => F,
    protocol: new () => P,
    ...args: A
  ): FactoryFor<F, P> {
    const factory = new this(...args);
    factory.protocol = protocol;
    return factory as FactoryFor<F, P>;
  }

  doStart(): void {
    if (this.numPorts === 0) {
      if (this.noisy) log.info("Starting factory {factory}", { factory: this });
      this.startFactory();
    }
    this.numPorts++;
  }

  doStop(): void {
    if (this.numPorts === 0) return;
    this.numPorts--;
    if (this.numPorts > 0) return;
    if (this.noisy) log.info("Stopping factory {factory}", { factory: this });
    this.stopFactory();
  }

  /** Called before the first port or connector uses this factory: the place to open what the protocols share. */
  startFactory(): void {}

  /** Called after the last port or connector is done with this factory. */
  stopFactory(): void {}

  buildProtocol(_address: Address): P | null {
    if (this.protocol === undefined) {
      throw new TypeError(
        `Cannot build a protocol: ${inspect(this, { depth: 0 })} has no protocol class, expected one, or buildProtocol to be overridden`,
      );
    }
    const protocol = new this.protocol();
    (protocol as { factory?: unknown }).factory = this;
    return protocol;
  }

  logPrefix(): string {
    return this.constructor.name;
  }

  toString(): string {
    return `<${this.constructor.name}>`;
  }
}

/** A factory for ports. */
export class ServerFactory<P extends ProtocolLike = ProtocolLike> extends Factory<P> {}

/** A factory for connectors: it is also told how connecting goes, and may call `connector.connect()` to try again. */
export class ClientFactory<P extends ProtocolLike = ProtocolLike> extends Factory<P> implements ClientFactoryLike {
  startedConnecting(_connector: Connector): void {}

  clientConnectionFailed(_connector: Connector, _reason: Failure): void {}

  clientConnectionLost(_connector: Connector, _reason: Failure): void {}
}

/**
 * What turns the events of a connector into one Deferred.
 *
 * The reactor is given a factory that wraps the caller's, and wraps each protocol that this builds, for nothing else says that a
 * protocol is connected. Whatever ends the attempt fires the Deferred, so that nobody waits for ever.
 */
import { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import type { ClientFactoryLike } from "../protocol/factory.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Address } from "../transport/address.ts";
import { ConnectingCancelledError, NoProtocol } from "../transport/errors.ts";
import type { Connector, Transport } from "../transport/transport.ts";
import type { FactoryOf } from "./endpoint.ts";

/** Makes one attempt: `connect` hands the factory that it is given to the reactor, and answers the connector. */
export function connectOnce<P extends ProtocolLike>(
  factory: FactoryOf<P>,
  connect: (factory: ClientFactoryLike) => Connector,
): Deferred<P> {
  let connector: Connector;
  const connected = new Deferred<P>((deferred, cause) => {
    // First, so that what the connector says about being stopped comes too late.
    deferred.errback(cancelled(connector.getDestination(), cause));
    if (connector.state === "connected") connector.disconnect();
    else connector.stopConnecting();
  });
  try {
    connector = connect(new WrappingFactory(factory, connected));
  } catch (error) {
    fireFailure(connected, error);
  }
  return connected;
}

/** The error for an attempt that was cancelled for `cause`, if for any. */
export function cancelled(address: Address, cause: unknown): ConnectingCancelledError {
  return new ConnectingCancelledError(address, cause === undefined ? undefined : { cause });
}

class WrappingFactory<P extends ProtocolLike> implements ClientFactoryLike {
  readonly #wrapped: FactoryOf<P>;
  readonly #connected: Deferred<P>;

  constructor(wrapped: FactoryOf<P>, connected: Deferred<P>) {
    this.#wrapped = wrapped;
    this.#connected = connected;
  }

  doStart(): void {
    this.#wrapped.doStart();
  }

  doStop(): void {
    this.#wrapped.doStop();
  }

  startedConnecting(): void {}

  buildProtocol(address: Address): ProtocolLike | null {
    // Cancelled, and the system connected all the same.
    if (this.#connected.called) return null;
    try {
      const protocol = this.#wrapped.buildProtocol(address);
      if (protocol == null)
        throw new NoProtocol(`The factory has no protocol for a connection to ${address.toString()}`);
      // Building it may have taken the wish away.
      return this.#connected.called ? null : new WrappingProtocol(protocol, this.#connected);
    } catch (error) {
      fireFailure(this.#connected, error);
      return null;
    }
  }

  clientConnectionFailed(_connector: Connector, reason: Failure): void {
    fireFailure(this.#connected, reason);
  }

  clientConnectionLost(_connector: Connector, reason: Failure): void {
    fireFailure(this.#connected, reason);
  }
}

class WrappingProtocol<P extends ProtocolLike> implements ProtocolLike {
  readonly #wrapped: P;
  readonly #connected: Deferred<P>;
  // A transport looks at whether they are there.
  declare readConnectionLost?: () => void;
  declare writeConnectionLost?: () => void;
  declare handshakeCompleted?: () => void;
  declare fileDescriptorReceived?: (fd: number) => void;
  declare takeUndelivered?: () => Uint8Array;

  constructor(wrapped: P, connected: Deferred<P>) {
    this.#wrapped = wrapped;
    this.#connected = connected;
    if (wrapped.readConnectionLost !== undefined) this.readConnectionLost = () => wrapped.readConnectionLost?.();
    if (wrapped.writeConnectionLost !== undefined) this.writeConnectionLost = () => wrapped.writeConnectionLost?.();
    if (wrapped.handshakeCompleted !== undefined) this.handshakeCompleted = () => wrapped.handshakeCompleted?.();
    if (wrapped.fileDescriptorReceived !== undefined) {
      this.fileDescriptorReceived = (fd) => wrapped.fileDescriptorReceived!(fd);
    }
    if (wrapped.takeUndelivered !== undefined) this.takeUndelivered = () => wrapped.takeUndelivered!();
  }

  /** The promise is that of the protocol, which may change its mind. */
  get borrowsData(): boolean {
    return this.#wrapped.borrowsData === true;
  }

  makeConnection(transport: Transport): void {
    try {
      this.#wrapped.makeConnection(transport);
    } catch (error) {
      fireFailure(this.#connected, error);
      throw error;
    }
    if (!this.#connected.called) this.#connected.callback(this.#wrapped);
  }

  dataReceived(data: Buffer): void {
    this.#wrapped.dataReceived(data);
  }

  connectionLost(reason: Failure): void {
    this.#wrapped.connectionLost(reason);
  }

  logPrefix(): string {
    return this.#wrapped.logPrefix?.() ?? this.#wrapped.constructor.name;
  }
}

function fireFailure(deferred: Deferred<unknown>, reason: unknown): void {
  if (!deferred.called) deferred.errback(reason);
}

/**
 * A factory whose connections are TLS from the start. It stands before another one, and its protocols before that one's: only until
 * they are connected, then they are gone.
 */
import type { Failure } from "../deferred/failure.ts";
import type { ClientFactoryLike, FactoryLike } from "../protocol/factory.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Address } from "../transport/address.ts";
import type { StartTLSOptions, TLSContextFactory } from "../transport/secure-stream.ts";
import type { StreamConnection } from "../transport/stream-connection.ts";
import type { Connector, Transport } from "../transport/transport.ts";

export class SecuringFactory implements ClientFactoryLike {
  readonly #secured: FactoryLike & Partial<ClientFactoryLike>;
  readonly #contextFactory: TLSContextFactory;
  readonly #options: StartTLSOptions;

  constructor(secured: FactoryLike, contextFactory: TLSContextFactory, options: StartTLSOptions) {
    this.#secured = secured;
    this.#contextFactory = contextFactory;
    this.#options = options;
  }

  doStart(): void {
    this.#secured.doStart();
  }

  doStop(): void {
    this.#secured.doStop();
  }

  buildProtocol(address: Address): ProtocolLike | null {
    const protocol = this.#secured.buildProtocol(address);
    return protocol === null ? null : new SecuringProtocol(protocol, this.#contextFactory, this.#options);
  }

  startedConnecting(connector: Connector): void {
    this.#secured.startedConnecting?.(connector);
  }

  clientConnectionFailed(connector: Connector, reason: Failure): void {
    this.#secured.clientConnectionFailed?.(connector, reason);
  }

  clientConnectionLost(connector: Connector, reason: Failure): void {
    this.#secured.clientConnectionLost?.(connector, reason);
  }
}

class SecuringProtocol implements ProtocolLike {
  readonly #secured: ProtocolLike;
  readonly #contextFactory: TLSContextFactory;
  readonly #options: StartTLSOptions;

  constructor(secured: ProtocolLike, contextFactory: TLSContextFactory, options: StartTLSOptions) {
    this.#secured = secured;
    this.#contextFactory = contextFactory;
    this.#options = options;
  }

  makeConnection(transport: Transport): void {
    const connection = transport as StreamConnection;
    connection.startTLS(this.#contextFactory, this.#options);
    connection.protocol = this.#secured;
    this.#secured.makeConnection(connection);
  }

  dataReceived(): void {}

  /** TLS could not be started. */
  connectionLost(reason: Failure): void {
    this.#secured.connectionLost(reason);
  }

  logPrefix(): string {
    return this.#secured.logPrefix?.() ?? this.#secured.constructor.name;
  }
}

/**
 * A factory whose connections are TLS from the start, over any transport: a connection of a reactor puts TLS into itself, and what is
 * between is gone when it is made; over other transports, TLS is a layer of its own.
 */
import type { Failure } from "../deferred/failure.ts";
import type { FactoryLike } from "../protocol/factory.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import { TLSMemoryBIOProtocol } from "../tls/tls-memory-bio.ts";
import type { Address } from "../transport/address.ts";
import type { StartTLSOptions, TLSContextFactory } from "../transport/secure-stream.ts";
import { StreamConnection } from "../transport/stream-connection.ts";
import type { Transport } from "../transport/transport.ts";

/** A factory of protocols of the type `P`, or of any. */
interface Wrapped<P extends ProtocolLike> extends FactoryLike {
  buildProtocol(address: Address): P | null;
}

export class LayeringFactory<P extends ProtocolLike> implements FactoryLike {
  readonly #wrapped: Wrapped<P>;
  readonly #contextFactory: TLSContextFactory;
  readonly #options: StartTLSOptions;

  constructor(wrapped: Wrapped<P>, contextFactory: TLSContextFactory, options: StartTLSOptions) {
    this.#wrapped = wrapped;
    this.#contextFactory = contextFactory;
    this.#options = options;
  }

  doStart(): void {
    this.#wrapped.doStart();
  }

  doStop(): void {
    this.#wrapped.doStop();
  }

  buildProtocol(address: Address): LayeredProtocol<P> | null {
    const protocol = this.#wrapped.buildProtocol(address);
    return protocol === null ? null : new LayeredProtocol(protocol, this.#contextFactory, this.#options);
  }
}

export class LayeredProtocol<P extends ProtocolLike> implements ProtocolLike {
  /** The protocol above TLS. */
  readonly protocol: P;
  readonly #contextFactory: TLSContextFactory;
  readonly #options: StartTLSOptions;
  /** What the transport below talks to. */
  #below: ProtocolLike;

  constructor(protocol: P, contextFactory: TLSContextFactory, options: StartTLSOptions) {
    this.protocol = protocol;
    this.#below = protocol;
    this.#contextFactory = contextFactory;
    this.#options = options;
  }

  makeConnection(transport: Transport): void {
    if (transport instanceof StreamConnection) {
      transport.startTLS(this.#contextFactory, this.#options);
      transport.protocol = this.protocol;
      this.protocol.makeConnection(transport);
      return;
    }
    const { isClient = false, ...options } = this.#options;
    this.#below = new TLSMemoryBIOProtocol(this.protocol, this.#contextFactory, isClient, options);
    this.#below.makeConnection(transport);
  }

  dataReceived(data: Buffer): void {
    this.#below.dataReceived(data);
  }

  readConnectionLost(): void {
    this.#below.readConnectionLost?.();
  }

  writeConnectionLost(): void {
    this.#below.writeConnectionLost?.();
  }

  connectionLost(reason: Failure): void {
    this.#below.connectionLost(reason);
  }

  logPrefix(): string {
    return this.protocol.logPrefix?.() ?? this.protocol.constructor.name;
  }
}

/**
 * A factory whose connections are watched: whoever makes it learns of the beginning and the end of each.
 *
 * Each protocol is wrapped, for nothing else says when its connection ends. The wrapper has the optional methods that the protocol has, since a
 * transport looks at whether they are there.
 */
import type { Failure } from "../deferred/failure.ts";
import type { FactoryLike } from "../protocol/factory.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Address } from "../transport/address.ts";
import type { Transport } from "../transport/transport.ts";

/** A connection that is watched. */
export interface WatchedConnection<P = ProtocolLike> {
  readonly protocol: P;
  readonly transport: Pick<Transport, "abortConnection" | "loseConnection">;
}

/** Who watches. */
export interface ConnectionWatcher<P> {
  /** There is a connection; its protocol is told next. */
  connectionMade(connection: WatchedConnection<P>): void;
  /** It has ended; its protocol has been told. */
  connectionLost(connection: WatchedConnection<P>, reason: Failure): void;
}

/** A factory of protocols of the type `P`. */
interface Wrapped<P extends ProtocolLike> extends FactoryLike {
  buildProtocol(address: Address): P | null;
}

export class WatchedFactory<P extends ProtocolLike> implements FactoryLike {
  readonly #wrapped: Wrapped<P>;
  readonly #watcher: ConnectionWatcher<P>;

  constructor(wrapped: Wrapped<P>, watcher: ConnectionWatcher<P>) {
    this.#wrapped = wrapped;
    this.#watcher = watcher;
  }

  doStart(): void {
    this.#wrapped.doStart();
  }

  doStop(): void {
    this.#wrapped.doStop();
  }

  buildProtocol(address: Address): WatchedProtocol<P> | null {
    // Written with `==`, for a factory in JavaScript may forget to answer anything.
    const protocol = this.#wrapped.buildProtocol(address);
    return protocol == null ? null : new WatchedProtocol(protocol, this.#watcher);
  }

  toString(): string {
    return String(this.#wrapped);
  }
}

export class WatchedProtocol<P extends ProtocolLike> implements ProtocolLike {
  /** The protocol itself. */
  readonly protocol: P;
  readonly #watcher: ConnectionWatcher<P>;
  #connection: WatchedConnection<P> | undefined = undefined;
  declare readConnectionLost?: () => void;
  declare writeConnectionLost?: () => void;
  declare fileDescriptorReceived?: (fd: number) => void;
  declare handshakeCompleted?: () => void;
  declare takeUndelivered?: () => Uint8Array;

  constructor(protocol: P, watcher: ConnectionWatcher<P>) {
    this.protocol = protocol;
    this.#watcher = watcher;
    if (protocol.readConnectionLost !== undefined) this.readConnectionLost = () => protocol.readConnectionLost!();
    if (protocol.writeConnectionLost !== undefined) this.writeConnectionLost = () => protocol.writeConnectionLost!();
    if (protocol.fileDescriptorReceived !== undefined)
      this.fileDescriptorReceived = (fd) => protocol.fileDescriptorReceived!(fd);
    if (protocol.handshakeCompleted !== undefined) this.handshakeCompleted = () => protocol.handshakeCompleted!();
    if (protocol.takeUndelivered !== undefined) this.takeUndelivered = () => protocol.takeUndelivered!();
  }

  /** The promise is that of the protocol, which may change its mind. */
  get borrowsData(): boolean {
    return this.protocol.borrowsData === true;
  }

  makeConnection(transport: Transport): void {
    this.#connection = { protocol: this.protocol, transport };
    this.#watcher.connectionMade(this.#connection);
    this.protocol.makeConnection(transport);
  }

  dataReceived(data: Buffer): void {
    this.protocol.dataReceived(data);
  }

  connectionLost(reason: Failure): void {
    const connection = this.#connection;
    this.#connection = undefined;
    try {
      this.protocol.connectionLost(reason);
    } finally {
      if (connection !== undefined) this.#watcher.connectionLost(connection, reason);
    }
  }

  logPrefix(): string {
    return this.protocol.logPrefix?.() ?? this.protocol.constructor.name;
  }
}

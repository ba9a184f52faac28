/** What receives the events of a connection. */
import type { Failure } from "../deferred/failure.ts";
import type { Transport } from "../transport/transport.ts";

/** The shape that a transport needs of a protocol; extending `Protocol` is the everyday way to have it. */
export interface ProtocolLike {
  /** Called once, with the transport, before anything else. */
  makeConnection(transport: Transport): void;
  /** Called with bytes as they arrive: any number of them, cut anywhere. */
  dataReceived(data: Buffer): void;
  /** Called once, last, with the reason why the connection ended: `ConnectionDone` for a clean end. */
  connectionLost(reason: Failure): void;
  /** For a protocol that knows half-closed connections: the peer will send no more. Without it, that ends the connection. */
  readConnectionLost?(): void;
  /** For a protocol that knows half-closed connections: we can send no more. */
  writeConnectionLost?(): void;
  /** A descriptor has come over a UNIX connection, before the bytes that it came with. It is this protocol's, which closes it. Without this, it is closed. */
  fileDescriptorReceived?(fd: number): void;
  /** For a protocol over TLS that wants to know: the handshake is done, and the peer is who it should be. */
  handshakeCompleted?(): void;
  /**
   * For a protocol that keeps what it cannot deliver yet: gives that up. Asked by `startTLS`, for what stands behind the request for TLS is TLS,
   * and must never be taken for something that came over it.
   */
  takeUndelivered?(): Uint8Array;
  /** Says that `dataReceived` keeps nothing of what it is given: it may then get views of memory that is used again. */
  readonly borrowsData?: boolean;
  /** What log messages about this protocol begin with. */
  logPrefix?(): string;
}

/** A protocol that goes on when one direction of its connection is closed. */
export type HalfCloseableProtocol = Required<Pick<ProtocolLike, "readConnectionLost" | "writeConnectionLost">> &
  ProtocolLike;

/** The part of a protocol that is the same for every kind of transport. */
export abstract class BaseProtocol<T = Transport> {
  /** Whether `connectionMade` has been called. */
  connected = false;
  /** What this protocol runs over; set before `connectionMade` is called. */
  declare transport: T;

  /** Connects this protocol to its transport. To be overridden only by those who wrap transports. */
  makeConnection(transport: T): void {
    this.connected = true;
    this.transport = transport;
    this.connectionMade();
  }

  /** Called when there is a connection: the place to send a greeting. */
  connectionMade(): void {}

  logPrefix(): string {
    return this.constructor.name;
  }
}

/**
 * The base of protocols over streams: override what you need.
 *
 * @example
 * class Echo extends Protocol {
 *   override dataReceived(data: Buffer): void {
 *     this.transport.write(data);
 *   }
 * }
 * new Echo();
 */
export class Protocol<T extends Transport = Transport> extends BaseProtocol<T> implements ProtocolLike {
  /** The factory that built this protocol, if one did; `declare factory: MyFactory` in a class of your own gives it its type. */
  declare factory: object | undefined;

  dataReceived(_data: Buffer): void {}

  connectionLost(_reason: Failure): void {}
}

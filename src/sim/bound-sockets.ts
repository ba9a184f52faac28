/** What a machine knows of the sockets that are bound on it, and they of what comes to them. */
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Address, InternetAddress } from "../transport/address.ts";
import type { ConnectionOwner, StreamConnection } from "../transport/stream-connection.ts";
import type { WriteBatch } from "../transport/write-batch.ts";

/** Something bound to an address and a port. */
export interface BoundSocket {
  readonly address: string;
  readonly port: number;
  /** Whether it takes IPv4 on an IPv6 address. */
  readonly takesBoth?: boolean;
  /** Whether others who say so too may be bound there. */
  readonly shares?: boolean;
}

/** A connection that somebody has made to a listener. */
export interface IncomingStream {
  readonly peer: Address;
  /** The transport for a protocol. */
  connect(protocol: ProtocolLike, owner: ConnectionOwner, batch: WriteBatch): StreamConnection;
  /** Nobody wants it. */
  refuse(): void;
}

/** A stream that a program has open. */
export interface OpenStream {
  /** The machine at the other end, as far as it is known. */
  readonly other: { readonly machine: { readonly name: string }; wasReset(): void } | undefined;
  /** The programs of the machine have ended: its system closes what they left open. */
  abandon(): void;
  /** The power is gone: nothing more is sent, nobody is told. */
  vanish(): void;
  /** Somebody on the way has reset the connection: both ends hear of it. */
  wasReset(): void;
  /** Reads go on. */
  deliverSoon(): void;
}

/** Who listens for streams on a port, or on a path. */
export interface StreamListener extends BoundSocket {
  readonly path: string;
  /** How many connections may wait to be accepted. */
  readonly backlog: number;
  /** How many wait. */
  waiting: number;
  readonly listens: boolean;
  accept(stream: IncomingStream): void;
}

/** Who takes datagrams on a port. */
export interface DatagramReceiver extends BoundSocket {
  /** Whether it is a member of a multicast group. */
  isMember(group: string): boolean;
  /** Whether datagrams from there are for it: it may be connected to somebody else. */
  accepts(address: string, port: number): boolean;
  /** Whether there is room for so many bytes. */
  hasRoom(size: number): boolean;
  arrived(data: Buffer, from: InternetAddress): void;
  /** A datagram to `address` found nobody. */
  refused(address: string, port: number): void;
}

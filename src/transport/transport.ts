/** What a protocol sees of the connection it runs over. */
import type { X509Certificate } from "node:crypto";
import type { Deferred } from "../deferred/deferred.ts";
import type { Address, HostAndPort, InternetAddress, UNIXAddress } from "./address.ts";
import type { SendFileOptions } from "./file-transfer.ts";
import type { Consumer, PushProducer } from "./producer.ts";
import type { SecurityFacts, StartTLSOptions, TLSContextFactory } from "./secure-stream.ts";

/**
 * A stream of bytes to and from a peer. As a consumer it takes what is written, as a push producer it can be told to hold what the peer
 * sends.
 */
export interface Transport extends Consumer, PushProducer {
  /** Sends `data`, strings as UTF-8. Never blocks and keeps the order; after `loseConnection` it does nothing. */
  write(data: string | Uint8Array): void;
  /** Sends all pieces, one after the other. */
  writeSequence(pieces: Iterable<string | Uint8Array>): void;
  /** Closes the connection when everything written before has been sent and the producer, if there is one, is done. */
  loseConnection(): void;
  /** Closes the connection now: what has not been sent is dropped, and the peer sees a reset where the network knows one. */
  abortConnection(): void;
  /** The address of the other end. */
  getPeer(): Address;
  /** The address of this end. */
  getHost(): Address;
  /** Whether `loseConnection` or `abortConnection` has been called and the connection is not closed yet. */
  readonly disconnecting: boolean;
}

/** A transport that can close its sending half alone. */
export interface HalfCloseableTransport extends Transport {
  /** Says that we will send no more, when everything written before has been sent; what the peer sends still arrives. */
  loseWriteConnection(): void;
}

/** A transport over a socket, which can send files. */
export interface FileTransport extends HalfCloseableTransport {
  /**
   * Sends a piece of the regular file `fd`, in order with what is written before and after, as fast as the peer takes it. Keep the file open until the
   * Deferred fires: with the number of bytes, when they are all with the system. It fails with `FileEndedError` where the file is too short,
   * with the system's error where it cannot be read, and with the reason where the connection ends before. Cancelling drops the rest.
   */
  sendFile(fd: number, options?: SendFileOptions): Deferred<number>;
}

/** Who is at the other end of a UNIX connection: who connected, or who listened. */
export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/** A UNIX connection. On the node reactor the following refuse with `NotSupportedByReactorError`. */
export interface UNIXTransport extends FileTransport {
  getPeerCredentials(): PeerCredentials;
  /**
   * Sends a duplicate of a descriptor: the peer gets it before the next bytes that go out, which may have been written already. Without any bytes
   * it waits, and is dropped when the connection closes; 64 may wait. The peer's protocol hears of it in `fileDescriptorReceived`.
   */
  sendFileDescriptor(fd: number): void;
}

/** A stream that can be secured: with TLS from some point on, or from the start. */
export interface TLSTransport extends HalfCloseableTransport {
  /**
   * From now on, everything is TLS. What was written before is sent as it is; what is written from now on is kept until the handshake is done.
   * Bytes that have arrived and have not been delivered, in a receiver of lines for one, belong to TLS. Throws `InvalidStateError` unless the
   * connection is open both ways.
   */
  startTLS(contextFactory: TLSContextFactory, options?: StartTLSOptions): void;
  /** What the handshake has come to; `undefined` before it is done, and where there is no TLS. */
  readonly security: SecurityFacts | undefined;
  /** The protocol that both ends agreed on (ALPN), if they did. */
  readonly negotiatedProtocol: string | undefined;
  /** `"TLSv1.2"` or `"TLSv1.3"`; `undefined` before the handshake is done. */
  getTLSVersion(): string | undefined;
  /** The certificate that the peer has shown in the handshake, if it has. */
  getPeerCertificate(): X509Certificate | undefined;
  /** Bytes that only the two ends of this connection know (RFC 5705). Throws `InvalidStateError` before the handshake is done. */
  exportKeyingMaterial(length: number, label: string, context?: Uint8Array): Buffer;
}

/** A TCP connection. */
export interface TCPTransport extends FileTransport {
  getTcpNoDelay(): boolean;
  /** Whether small pieces are sent at once, without waiting to be put together with later ones; so they are from the beginning of TLS on. */
  setTcpNoDelay(enabled: boolean): void;
  getTcpKeepAlive(): boolean;
  /** Whether the system probes a connection on which nothing happens. */
  setTcpKeepAlive(enabled: boolean): void;
  getPeer(): InternetAddress;
  getHost(): InternetAddress;
}

/** A port that listens, of any kind. */
export interface ListeningPort {
  /** Opens the port again after `stopListening`. */
  startListening(): void;
  /** Closes the port; the Deferred fires when it is closed. Connections that came through it stay. */
  stopListening(): Deferred<void>;
  /** The address the port is bound to. Throws `NotListeningError` where it is not bound yet. */
  getHost(): Address;
  /** A Deferred that fires with this port when it listens, and fails with `CannotListenError` if it never does. */
  whenListening(): Deferred<ListeningPort>;
}

/** Something that is connected, or is to be, as a client. */
export interface Connector {
  readonly state: "disconnected" | "connecting" | "connected";
  /** Connects, or connects again. Throws `InvalidStateError` unless disconnected. */
  connect(): void;
  /** Closes the connection, or gives up making it. */
  disconnect(): void;
  /** Gives up making the connection. Throws `NotConnectingError` where none is being made. */
  stopConnecting(): void;
  /** Where the connection goes. */
  getDestination(): Address;
}

/** A port for datagrams, which is also what they are sent with. */
export interface UDPTransport extends ListeningPort {
  /** Sends a datagram; `address` is needed unless this is connected. Throws `MessageLengthError` where it is too long. */
  write(packet: string | Uint8Array, address?: HostAndPort): void;
  writeSequence(pieces: Iterable<string | Uint8Array>, address?: HostAndPort): void;
  /** Sends to, and takes from, this address alone. `host` is an IP address, not a name. */
  connect(host: string, port: number): void;
  getHost(): InternetAddress;
  /** Closes the port. */
  loseConnection(): void;
  setBroadcastAllowed(enabled: boolean): void;
  getBroadcastAllowed(): boolean;
}

/** A port for datagrams over a UNIX socket, which is also what they are sent with. */
export interface UNIXDatagramTransport extends ListeningPort {
  /** Sends a datagram; `address`, a path or what a datagram came from, is needed unless this is connected. */
  write(packet: string | Uint8Array, address?: string | UNIXAddress): void;
  /** The address this is bound to; its name is `null` where it is bound to none. */
  getHost(): UNIXAddress;
  /** The address this is connected to. Throws `InvalidStateError` where it is not connected. */
  getPeer(): UNIXAddress;
  /** Closes the port. */
  loseConnection(): void;
}

/** A port for datagrams that can be a member of multicast groups. */
export interface MulticastTransport extends UDPTransport {
  /** Fires when `group` is joined, on the interface of the address `interface`, else on the system's choice. Fails with `MulticastJoinError`. */
  joinGroup(group: string, networkInterface?: string): Deferred<void>;
  leaveGroup(group: string, networkInterface?: string): Deferred<void>;
  getTTL(): number;
  /** How many networks a datagram to a group may cross. */
  setTTL(ttl: number): void;
  getLoopbackMode(): boolean;
  /** Whether datagrams to a group come back to members on this machine. */
  setLoopbackMode(enabled: boolean): void;
  getOutgoingInterface(): string;
  /** The address of the interface that datagrams to a group leave by. */
  setOutgoingInterface(address: string): Deferred<void>;
}

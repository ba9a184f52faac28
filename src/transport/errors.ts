/**
 * How connections begin and end badly, by cause. The system's own error, where there is one, is the `cause`.
 *
 * Three families: `ConnectError` says why there is no connection, `ConnectionClosed` how one ended (`ConnectionDone` is the clean
 * end), `BindError` why there is no port.
 */
import { HawserError, InvalidStateError } from "../errors.ts";
import type { Address } from "./address.ts";

/** A connection has ended. */
export abstract class ConnectionClosed extends HawserError {}

/** The connection ended cleanly: the peer closed it, or we did. */
export class ConnectionDone extends ConnectionClosed {
  override readonly name: string = "ConnectionDone";
  readonly code: string = "ERR_CONNECTION_DONE";

  constructor(message = "Connection was closed cleanly", options?: ErrorOptions) {
    super(message, options);
  }
}

/** The connection ended otherwise: it was reset, or the network failed. */
export class ConnectionLost extends ConnectionClosed {
  override readonly name: string = "ConnectionLost";
  readonly code: string = "ERR_CONNECTION_LOST";

  constructor(message = "Connection to the other side was lost in a non-clean fashion", options?: ErrorOptions) {
    super(message, options);
  }
}

/** The connection ended because we called `abortConnection`. */
export class ConnectionAborted extends ConnectionLost {
  override readonly name: string = "ConnectionAborted";
  override readonly code: string = "ERR_CONNECTION_ABORTED";

  constructor(message = "Connection was aborted locally, using abortConnection", options?: ErrorOptions) {
    super(message, options);
  }
}

/** There is no connection. What the system said is the `cause`, its error number `osError`. */
export class ConnectError extends HawserError {
  override readonly name: string = "ConnectError";
  readonly code: string = "ERR_CONNECT";
  /** The system's name for the error, such as `"ECONNRESET"`, where it has one. */
  readonly osError: string | undefined;

  constructor(message = "An error occurred while connecting", options: ErrorOptions = {}) {
    super(message, options);
    this.osError = osErrorOf(options.cause);
  }
}

/** The address to connect from could not be bound. */
export class ConnectBindError extends ConnectError {
  override readonly name: string = "ConnectBindError";
  override readonly code: string = "ERR_CONNECT_BIND";
}

/** The host has no address. */
export class UnknownHostError extends ConnectError {
  override readonly name: string = "UnknownHostError";
  override readonly code: string = "ERR_UNKNOWN_HOST";
}

/** No way leads to the host. */
export class NoRouteError extends ConnectError {
  override readonly name: string = "NoRouteError";
  override readonly code: string = "ERR_NO_ROUTE";
}

/** Nobody listens there. */
export class ConnectionRefusedError extends ConnectError {
  override readonly name: string = "ConnectionRefusedError";
  override readonly code: string = "ERR_CONNECTION_REFUSED";
}

/** The system gave up waiting for the peer to answer. */
export class TCPTimedOutError extends ConnectError {
  override readonly name: string = "TCPTimedOutError";
  override readonly code: string = "ERR_TCP_TIMED_OUT";
}

/** The file is no UNIX socket that can be connected to. */
export class BadFileError extends ConnectError {
  override readonly name: string = "BadFileError";
  override readonly code: string = "ERR_BAD_FILE";
}

/** The caller gave up connecting. */
export class UserError extends ConnectError {
  override readonly name: string = "UserError";
  override readonly code: string = "ERR_USER_ABORTED";
}

/** The caller's time limit for connecting is over. */
export class TimeoutError extends UserError {
  override readonly name: string = "TimeoutError";
  override readonly code: string = "ERR_CONNECT_TIMEOUT";
}

/** `connect` was cancelled before there was a connection. */
export class ConnectingCancelledError extends ConnectError {
  override readonly name: string = "ConnectingCancelledError";
  override readonly code: string = "ERR_CONNECTING_CANCELLED";
  /** Where the connection was to go. */
  readonly address: Address;

  constructor(address: Address, options?: ErrorOptions) {
    super(`Connecting to ${address.toString()} was cancelled`, options);
    this.address = address;
  }
}

/** The name could not be looked up. */
export class DNSLookupError extends ConnectError {
  override readonly name: string = "DNSLookupError";
  override readonly code: string = "ERR_DNS_LOOKUP";
}

/** The factory answered no protocol for a connection that was made for one. */
export class NoProtocol extends ConnectError {
  override readonly name: string = "NoProtocol";
  override readonly code: string = "ERR_NO_PROTOCOL";
}

/** An address could not be bound. */
export class BindError extends HawserError {
  override readonly name: string = "BindError";
  readonly code: string = "ERR_BIND";
}

/** A port could not be opened. */
export class CannotListenError extends BindError {
  override readonly name: string = "CannotListenError";
  override readonly code: string = "ERR_CANNOT_LISTEN";
  /** The interface or path that was to be bound; empty for all interfaces. */
  readonly interface: string;
  /** The port number; `null` where there is none. */
  readonly port: number | null;
  /** The system's name for the error, such as `"EADDRINUSE"`, where it has one. */
  readonly osError: string | undefined;

  constructor(where: { readonly interface: string; readonly port: number | null }, options: ErrorOptions = {}) {
    const place = where.port === null ? where.interface : `${where.interface || "any"}:${where.port}`;
    super(`Cannot listen on ${place}: ${messageOf(options.cause)}`, options);
    this.interface = where.interface;
    this.port = where.port;
    this.osError = osErrorOf(options.cause);
  }
}

/** A file has fewer bytes than were to be sent. */
export class FileEndedError extends HawserError {
  override readonly name: string = "FileEndedError";
  readonly code: string = "ERR_FILE_ENDED";
}

/** A multicast group could not be joined or left. */
export class MulticastJoinError extends HawserError {
  override readonly name: string = "MulticastJoinError";
  readonly code: string = "ERR_MULTICAST_JOIN";
}

/** A datagram is longer than the network takes. */
export class MessageLengthError extends HawserError {
  override readonly name: string = "MessageLengthError";
  readonly code: string = "ERR_MESSAGE_LENGTH";
}

/** What was given as an address is none. */
export class InvalidAddressError extends HawserError {
  override readonly name: string = "InvalidAddressError";
  readonly code: string = "ERR_INVALID_ADDRESS";
  /** What was given. */
  readonly address: unknown;

  constructor(address: unknown, message: string) {
    super(message);
    this.address = address;
  }
}

/** `stopConnecting` where nothing is connecting. */
export class NotConnectingError extends InvalidStateError {
  override readonly name: string = "NotConnectingError";
  override readonly code: string = "ERR_NOT_CONNECTING";
}

/** `stopListening` on a port that does not listen. */
export class NotListeningError extends InvalidStateError {
  override readonly name: string = "NotListeningError";
  override readonly code: string = "ERR_NOT_LISTENING";
}

/** A datagram transport was connected twice. */
export class AlreadyConnectedError extends InvalidStateError {
  override readonly name: string = "AlreadyConnectedError";
  override readonly code: string = "ERR_ALREADY_CONNECTED";
}

type ConnectErrorClass = new (message?: string, options?: ErrorOptions) => ConnectError;

const CONNECT_ERRORS: ReadonlyMap<string | undefined, ConnectErrorClass> = new Map([
  ["ENETUNREACH", NoRouteError],
  ["EHOSTUNREACH", NoRouteError],
  ["ECONNREFUSED", ConnectionRefusedError],
  ["ETIMEDOUT", TCPTimedOutError],
  ["ENOENT", BadFileError],
  ["ENOTSOCK", BadFileError],
  ["EADDRINUSE", ConnectBindError],
  ["EADDRNOTAVAIL", ConnectBindError],
  ["EACCES", ConnectError],
  ["ENOTFOUND", DNSLookupError],
  ["EAI_AGAIN", DNSLookupError],
]);

/** The `ConnectError` for what the system said when a connection was tried. */
export function getConnectError(error: unknown): ConnectError {
  if (error instanceof ConnectError) return error;
  const ConnectErrorClass = CONNECT_ERRORS.get(osErrorOf(error)) ?? ConnectError;
  return new ConnectErrorClass(messageOf(error), { cause: error });
}

function osErrorOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

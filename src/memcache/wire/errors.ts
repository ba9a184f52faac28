/** What a memcached server may answer instead of a result, and what it may not send at all. */
import { HawserError, RemoteProtocolError } from "../../errors.ts";

/** The server says that the command was wrong (`CLIENT_ERROR`); or the command was not sent, for its key cannot be one. */
export class ClientError extends HawserError {
  override readonly name: string = "ClientError";
  readonly code: string = "ERR_MEMCACHE_CLIENT";
}

/** The server could not do what it was asked for (`SERVER_ERROR`): a value is too large, or it has no memory left. */
export class ServerError extends HawserError {
  override readonly name: string = "ServerError";
  readonly code: string = "ERR_MEMCACHE_SERVER";
}

/** The server does not know the command (`ERROR`). */
export class NoSuchCommand extends HawserError {
  override readonly name: string = "NoSuchCommand";
  readonly code: string = "ERR_MEMCACHE_NO_SUCH_COMMAND";
}

/** What an `ERROR` of the server can come to. */
export type AnsweredError = ClientError | ServerError | NoSuchCommand;

/** The server has sent what is no reply, or one that is not taken. */
export class MalformedReply extends RemoteProtocolError {
  override readonly name: string = "MalformedReply";
  override readonly code: string = "ERR_MEMCACHE_MALFORMED_REPLY";
}

/** The server has sent a line that is longer than the limit. */
export class ReplyTooLong extends MalformedReply {
  override readonly name: string = "ReplyTooLong";
  override readonly code: string = "ERR_MEMCACHE_REPLY_TOO_LONG";
}

/** The server has announced a value, or statistics, beyond the limit. */
export class ValueTooLarge extends MalformedReply {
  override readonly name: string = "ValueTooLarge";
  override readonly code: string = "ERR_MEMCACHE_VALUE_TOO_LARGE";
}

/** The server has sent a reply that is none to the command whose turn it is, or that nobody has asked for. */
export class UnexpectedReply extends RemoteProtocolError {
  override readonly name: string = "UnexpectedReply";
  override readonly code: string = "ERR_MEMCACHE_UNEXPECTED_REPLY";
}

/** `hawser/memcache`: a client of memcached. */
export { DEFAULT_PORT, MemCacheProtocol } from "./mem-cache-protocol.ts";
export type { GetOptions, MemCacheOptions } from "./mem-cache-protocol.ts";
export {
  ClientError,
  MalformedReply,
  NoSuchCommand,
  ReplyTooLong,
  ServerError,
  UnexpectedReply,
  ValueTooLarge,
} from "./wire/errors.ts";
export { MAX_KEY_LENGTH } from "./wire/key.ts";
export type { Key } from "./wire/key.ts";
export type { ReplyLimits } from "./wire/reply-reader.ts";
export type { CachedValue, IdentifiedValue } from "./wire/retrieval-command.ts";
export type { StoreOptions } from "./wire/storage-command.ts";

/** `hawser/postfix`: lookup tables for the mail server Postfix, over TCP. */
export { PostfixTCPMapDeferringDictServerFactory } from "./postfix-tcp-map-deferring-dict-server-factory.ts";
export { PostfixTCPMapDictServerFactory } from "./postfix-tcp-map-dict-server-factory.ts";
export type { MapEntries } from "./postfix-tcp-map-dict-server-factory.ts";
export { PostfixTCPMapFactory } from "./postfix-tcp-map-factory.ts";
export { PostfixTCPMapServer } from "./postfix-tcp-map-server.ts";
export type { MapValue, PostfixTCPMap } from "./postfix-tcp-map-server.ts";
export { quote, unquote } from "./wire/quote.ts";
export type { ReplyCode } from "./wire/reply.ts";

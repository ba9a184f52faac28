/** `hawser/ident`: who owns a connection (RFC 1413). */
export { IdentClient } from "./ident-client.ts";
export { IdentServer } from "./ident-server.ts";
export type { IPTransport } from "./ip-transport.ts";
export { ProcServerMixin } from "./proc-server-mixin.ts";
export { HiddenUser, IdentError, InvalidPort, NoUser } from "./wire/errors.ts";
export type { OwnedConnection, SocketAddress } from "./wire/proc-net-tcp.ts";
export type { Owner } from "./wire/response.ts";

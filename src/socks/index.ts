/** `hawser/socks`: SOCKS proxies, versions 4, 4a and 5: servers, and client endpoints that go through one. */
export { SOCKS4ClientEndpoint, SOCKS5ClientEndpoint } from "./socks-client-endpoint.ts";
export type { SOCKS4ClientOptions, SOCKS5ClientOptions } from "./socks-client-endpoint.ts";
export { SOCKSFactory, SOCKSProtocol, SOCKSv4, SOCKSv4Factory, SOCKSv5, SOCKSv5Factory } from "./socks-factory.ts";
export type { SOCKSOptions, SOCKSReactor, SOCKSRequest } from "./socks-options.ts";
export { registerSOCKSEndpoints } from "./socks-strings.ts";
export { SOCKSProtocolError } from "./wire/errors.ts";
export type { SOCKSCommand } from "./wire/server-machine.ts";

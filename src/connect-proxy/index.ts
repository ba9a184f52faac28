/** `hawser/connect-proxy`: client endpoints that go through an HTTP proxy. */
export { ConnectClientEndpoint, registerConnectEndpoints } from "./connect-client-endpoint.ts";
export type { ConnectClientOptions } from "./connect-client-endpoint.ts";
export { ConnectResponseError } from "./wire/connect-machine.ts";

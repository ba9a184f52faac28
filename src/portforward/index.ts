/** `hawser/portforward`: connections that are forwarded to another place. */
export { ProxyClient, ProxyClientFactory, ProxyFactory, ProxyServer } from "./proxy-factory.ts";

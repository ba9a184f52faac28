/** Server endpoints behind a proxy that speaks the PROXY protocol. */
import { ProxyFactory } from "../protocol/haproxy/proxy-factory.ts";
import type { ProxyOptions } from "../protocol/haproxy/proxy-factory.ts";
import type { StreamServerEndpoint } from "./endpoint.ts";
import type { LayeredServerEndpoint } from "./tls.ts";

/**
 * An endpoint whose connections come through a proxy, and begin with a PROXY header of version 1 or 2: `getPeer` and `getHost` of a transport are
 * then those of the connection to the proxy. Whoever can reach the port can say that he is anybody, so let the proxy alone reach it.
 *
 * Over TLS the header comes first, where all proxies send it, then TLS.
 *
 * @example
 * import { MemoryReactor } from "hawser/testing";
 * proxyEndpoint(new TCP4ServerEndpoint(new MemoryReactor(), 8080), { headerTimeout: 5 });
 */
export function proxyEndpoint(endpoint: StreamServerEndpoint, options: ProxyOptions = {}): StreamServerEndpoint {
  const { wrapBelow } = endpoint as Partial<LayeredServerEndpoint>;
  if (wrapBelow !== undefined) return wrapBelow.call(endpoint, (below) => proxyEndpoint(below, options));
  return { listen: (factory) => endpoint.listen(new ProxyFactory(factory, options)) };
}

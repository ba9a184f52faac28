/** Descriptions of client endpoints that go through a SOCKS proxy. */
import { clientFromString, registerClientEndpointParser } from "../endpoint/client-from-string.ts";
import type { EndpointArguments, EndpointDescription } from "../endpoint/description.ts";
import type { StreamClientEndpoint } from "../endpoint/endpoint.ts";
import type { Reactor } from "../reactor/reactor.ts";
import { SOCKS4ClientEndpoint, SOCKS5ClientEndpoint } from "./socks-client-endpoint.ts";

const PORTS = { min: 1, max: 65535 };
const SECONDS = { min: 0, max: Number.MAX_SAFE_INTEGER };

/**
 * Makes descriptions known to `clientFromString`, where `via` describes how to get to the proxy:
 *
 * - `socks5:host:port:via=tcp\:192.0.2.1\:1080`, with `user=`, `password=` and `timeout=` if wanted
 * - `socks4:host:port:via=...`, with `user=` and `timeout=` if wanted
 *
 * Answers a function that makes them unknown again.
 *
 * @example
 * import { clientFromString } from "hawser/endpoint";
 * import { MemoryReactor } from "hawser/testing";
 * registerSOCKSEndpoints();
 * clientFromString(new MemoryReactor() as never, "socks5:www.example.com:80:via=tcp\\:192.0.2.1\\:1080:user=ada:password=secret");
 */
export function registerSOCKSEndpoints(): () => void {
  const forget = [
    registerClientEndpointParser("socks5", parseSOCKS5),
    registerClientEndpointParser("socks4", parseSOCKS4),
  ];
  return () => {
    for (const each of forget) each();
  };
}

function parseSOCKS5(reactor: Reactor, description: EndpointDescription): StreamClientEndpoint {
  const args = description.read({
    positional: ["host", "port"],
    named: ["via", "user", "password", "timeout"],
  });
  if (args.has("password") && !args.has("user")) {
    throw description.wrong("it has password and no user, expected both or neither");
  }
  const who = args.has("user") ? { username: args.text("user"), password: args.text("password", "") } : {};
  return new SOCKS5ClientEndpoint(reactor, viaOf(reactor, args), ...placeOf(args), { ...timeoutOf(args), ...who });
}

function parseSOCKS4(reactor: Reactor, description: EndpointDescription): StreamClientEndpoint {
  const args = description.read({ positional: ["host", "port"], named: ["via", "user", "timeout"] });
  const who = args.has("user") ? { userID: args.text("user") } : {};
  return new SOCKS4ClientEndpoint(reactor, viaOf(reactor, args), ...placeOf(args), { ...timeoutOf(args), ...who });
}

function viaOf(reactor: Reactor, args: EndpointArguments): StreamClientEndpoint {
  return clientFromString(reactor, args.text("via"));
}

function placeOf(args: EndpointArguments): [host: string, port: number] {
  return [args.text("host"), args.integer("port", PORTS)];
}

function timeoutOf(args: EndpointArguments): { timeout?: number } {
  return args.has("timeout") ? { timeout: args.integer("timeout", SECONDS) } : {};
}

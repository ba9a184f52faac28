/** Server endpoints from their descriptions. */
import type { Reactor } from "../reactor/reactor.ts";
import { AdoptedStreamServerEndpoint } from "./adopted.ts";
import type { SocketFamily } from "./adopted.ts";
import type { EndpointArguments, EndpointDescription } from "./description.ts";
import type { StreamServerEndpoint } from "./endpoint.ts";
import { proxyEndpoint } from "./haproxy.ts";
import { inheritedSockets } from "./listen-fds.ts";
import type { ListenFDs } from "./listen-fds.ts";
import { ParserRegistry } from "./parser-registry.ts";
import type { EndpointParser } from "./parser-registry.ts";
import { parseStandardIO } from "./standard-io.ts";
import { BACKLOG } from "./tcp.ts";
import { parseTCP, parseTCP6 } from "./tcp-strings.ts";
import { parseServerSSL, parseServerTLS } from "./tls-strings.ts";
import { UNIXServerEndpoint } from "./unix.ts";

const parsers = new ParserRegistry<StreamServerEndpoint>("server", {
  stdio: parseStandardIO,
  tcp: parseTCP,
  tcp6: parseTCP6,
  unix: parseUNIX,
  ssl: parseServerSSL,
  tls: (reactor, description) => parseServerTLS(reactor, description, serverFromString),
  haproxy: parseHAProxy,
  systemd: (reactor, description) => parseSystemd(reactor, description, inheritedSockets()),
});

/**
 * The server endpoint that `description` describes:
 *
 * - `tcp:port:interface:backlog`, `tcp6:port:backlog:interface`
 * - `unix:address:mode:backlog:lockfile`
 * - `systemd:domain:index` or `systemd:domain:name=...`, for a socket that systemd has opened; the domain is `INET`, `INET6` or `UNIX`
 * - `ssl:port:privateKey=key.pem:certKey=certificate.pem`, with `extraCertChain=`, `interface=`, `backlog=`, `dhParameters=`, and with
 *   `trustRoots=folder` to require certificates of clients
 * - `tls:port:certificates=folder`: certificates chosen by the name that a client asks for, and read again when they change; or
 *   `tls:port:privateKey=key.pem:certKey=certificate.pem`, read again as well; with `interface=`, `backlog=`, `trustRoots=folder`, or with
 *   `endpoint=` and a description in place of the port
 * - `haproxy:` and any of these, for connections that begin with a PROXY header
 * - `stdio:`, standard input and output
 * - and those that `registerServerEndpointParser` has made known
 *
 * Every argument can be given by its place or by name, as in `tcp:80:interface=127.0.0.1`; a backslash takes away the meaning of a `:` or
 * `=` after it. Throws `EndpointDescriptionError` where something is wrong, and says what.
 *
 * @example
 * import { Factory, Protocol } from "hawser";
 * import { MemoryReactor } from "hawser/testing";
 * const endpoint = serverFromString(new MemoryReactor(), "tcp:8080:interface=127.0.0.1:backlog=100");
 * await endpoint.listen(Factory.forProtocol(Protocol));
 * assert.throws(() => serverFromString(new MemoryReactor(), "tcp:http"), /port is "http", expected a number from 0 to 65535/);
 */
export function serverFromString(reactor: Reactor, description: string): StreamServerEndpoint {
  return parsers.parse(reactor, description);
}

/**
 * Makes descriptions that begin with `prefix` known to `serverFromString`. Answers a function that makes them unknown again. Throws
 * `InvalidStateError` where the prefix is known already.
 *
 * @example
 * registerServerEndpointParser("public", (reactor, description) => {
 *   const args = description.read({ positional: ["port"] });
 *   return new TCP6ServerEndpoint(reactor, args.integer("port", { min: 1, max: 65535 }));
 * });
 */
export function registerServerEndpointParser(prefix: string, parser: EndpointParser<StreamServerEndpoint>): () => void {
  return parsers.register(prefix, parser);
}

const BACKLOGS = { min: 0, max: 2 ** 31 - 1 };

function parseUNIX(reactor: Reactor, description: EndpointDescription): StreamServerEndpoint {
  const args = description.read({ positional: ["address", "mode", "backlog", "lockfile"] });
  return new UNIXServerEndpoint(reactor, args.text("address"), {
    mode: args.mode("mode", 0o666),
    backlog: args.integer("backlog", BACKLOGS, BACKLOG),
    wantPID: args.flag("lockfile", true),
  });
}

/** Everything behind the prefix is a description of its own. */
function parseHAProxy(reactor: Reactor, description: EndpointDescription): StreamServerEndpoint {
  const prefix = /^haproxy:/i.exec(description.text);
  if (prefix === null || description.text.length === prefix[0].length) {
    throw description.wrong('it wraps nothing, expected another description behind "haproxy:"');
  }
  return proxyEndpoint(serverFromString(reactor, description.text.slice(prefix[0].length)), { clock: reactor });
}

const FAMILIES: Readonly<Record<"INET" | "INET6" | "UNIX", SocketFamily>> = {
  INET: "ipv4",
  INET6: "ipv6",
  UNIX: "unix",
};

/** The endpoint for one of the `sockets`. */
export function parseSystemd(
  reactor: Reactor,
  description: EndpointDescription,
  sockets: ListenFDs,
): StreamServerEndpoint {
  const args = description.read({ positional: ["domain", "index"], named: ["name"] });
  const family = FAMILIES[args.choice("domain", ["INET", "INET6", "UNIX"])];
  if (args.has("index") && args.has("name")) {
    throw description.wrong("it has both index and name, expected one of them");
  }
  const descriptors = sockets.inheritedDescriptors();
  if (descriptors.length === 0) {
    throw description.wrong(
      "systemd has opened no socket for this process, expected LISTEN_PID and LISTEN_FDS to say so",
    );
  }
  if (args.has("name"))
    return new AdoptedStreamServerEndpoint(reactor, descriptorNamed(args, description, sockets), family);
  const index = args.integer("index", { min: 0, max: descriptors.length - 1 });
  return new AdoptedStreamServerEndpoint(reactor, descriptors[index]!, family);
}

function descriptorNamed(args: EndpointArguments, description: EndpointDescription, sockets: ListenFDs): number {
  const named = sockets.inheritedNamedDescriptors();
  if (named.size === 0) throw description.wrong("no socket of this process has a name, expected an index");
  const name = args.choice("name", [...named.keys()]);
  const [fd, ...others] = named.get(name)!;
  if (others.length > 0) {
    throw description.wrong(
      `name is ${JSON.stringify(name)}, which ${others.length + 1} sockets have, expected an index`,
    );
  }
  return fd!;
}

/** Client endpoints from their descriptions. */
import type { Reactor } from "../reactor/reactor.ts";
import type { EndpointDescription } from "./description.ts";
import type { StreamClientEndpoint } from "./endpoint.ts";
import { ParserRegistry } from "./parser-registry.ts";
import type { EndpointParser } from "./parser-registry.ts";
import { parseStandardIO } from "./standard-io.ts";
import { CONNECT_TIMEOUT, TCP4ClientEndpoint } from "./tcp.ts";
import { parseClientSSL, parseClientTLS } from "./tls-strings.ts";
import { UNIXClientEndpoint } from "./unix.ts";

const parsers = new ParserRegistry<StreamClientEndpoint>("client", {
  stdio: parseStandardIO,
  tcp: parseTCP,
  unix: parseUNIX,
  ssl: parseClientSSL,
  tls: (reactor, description) => parseClientTLS(reactor, description, clientFromString),
});

/**
 * The client endpoint that `description` describes:
 *
 * - `tcp:host:port`, with `timeout=` and `bindAddress=` if wanted
 * - `unix:path`, with `timeout=` and `lockfile=1` (or `checkPID=1`) if wanted
 * - `tls:host:port`, with `timeout=`, `bindAddress=`, `certificate=` and `privateKey=` (files), `trustRoots=` (a folder), or with `endpoint=`
 *   and a description of how to get there
 * - `ssl:host:port`, with `timeout=`, `bindAddress=`, `certKey=`, `privateKey=`, `caCertsDir=`, `hostname=`
 * - `stdio:`, standard input and output
 * - and those that `registerClientEndpointParser` has made known
 *
 * `host`, `port` and `path` can be given by name as well; a backslash takes away the meaning of a `:` or `=` after it. Throws
 * `EndpointDescriptionError` where something is wrong, and says what.
 *
 * @example
 * import { MemoryReactor } from "hawser/testing";
 * clientFromString(new MemoryReactor(), "tcp:www.example.com:80:timeout=10");
 * assert.throws(() => clientFromString(new MemoryReactor(), "tcp:www.example.com"), /port is missing/);
 */
export function clientFromString(reactor: Reactor, description: string): StreamClientEndpoint {
  return parsers.parse(reactor, description);
}

/**
 * Makes descriptions that begin with `prefix` known to `clientFromString`. Answers a function that makes them unknown again. Throws
 * `InvalidStateError` where the prefix is known already.
 *
 * @example
 * registerClientEndpointParser("host", (reactor, description) => {
 *   const args = description.read({ positional: ["name", "port"] });
 *   return new HostnameEndpoint(reactor, args.text("name"), args.integer("port", { min: 1, max: 65535 }));
 * });
 */
export function registerClientEndpointParser(prefix: string, parser: EndpointParser<StreamClientEndpoint>): () => void {
  return parsers.register(prefix, parser);
}

const PORTS = { min: 1, max: 65535 };
const SECONDS = { min: 0, max: Number.MAX_SAFE_INTEGER };

function parseTCP(reactor: Reactor, description: EndpointDescription): StreamClientEndpoint {
  // A single argument beside a host given by name is the port.
  const isPortAlone = description.args.length === 1 && description.keywords.has("host");
  const named = ["timeout", "bindAddress"];
  const args = description.read(
    isPortAlone ? { positional: ["port"], named: ["host", ...named] } : { positional: ["host", "port"], named },
  );
  const host = args.text("host");
  const port = args.integer("port", PORTS);
  const timeout = args.integer("timeout", SECONDS, CONNECT_TIMEOUT);
  const bindAddress = args.has("bindAddress") ? { bindAddress: { host: args.text("bindAddress") } } : undefined;
  return new TCP4ClientEndpoint(reactor, host, port, { timeout, ...bindAddress });
}

function parseUNIX(reactor: Reactor, description: EndpointDescription): StreamClientEndpoint {
  const args = description.read({ positional: ["path"], named: ["timeout", "lockfile", "checkPID"] });
  if (args.has("lockfile") && args.has("checkPID")) {
    throw description.wrong("it has both lockfile and checkPID, which are the same, expected one of them");
  }
  return new UNIXClientEndpoint(reactor, args.text("path"), {
    timeout: args.integer("timeout", SECONDS, CONNECT_TIMEOUT),
    checkPID: args.flag(args.has("lockfile") ? "lockfile" : "checkPID", false),
  });
}

/** Server endpoints of TCP from their descriptions. A file of its own: who wants no other kind need not load all of them. */
import type { Reactor } from "../reactor/reactor.ts";
import type { EndpointDescription } from "./description.ts";
import type { StreamServerEndpoint } from "./endpoint.ts";
import { BACKLOG, TCP4ServerEndpoint, TCP6ServerEndpoint } from "./tcp.ts";

const PORTS = { min: 0, max: 65535 };
const BACKLOGS = { min: 0, max: 2 ** 31 - 1 };

export function parseTCP(reactor: Reactor, description: EndpointDescription): StreamServerEndpoint {
  const args = description.read({ positional: ["port", "interface", "backlog"] });
  return new TCP4ServerEndpoint(reactor, args.integer("port", PORTS), {
    interface: args.text("interface", ""),
    backlog: args.integer("backlog", BACKLOGS, BACKLOG),
  });
}

export function parseTCP6(reactor: Reactor, description: EndpointDescription): StreamServerEndpoint {
  const args = description.read({ positional: ["port", "backlog", "interface"] });
  return new TCP6ServerEndpoint(reactor, args.integer("port", PORTS), {
    interface: args.text("interface", "::"),
    backlog: args.integer("backlog", BACKLOGS, BACKLOG),
  });
}

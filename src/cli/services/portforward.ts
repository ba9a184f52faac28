/** The service `portforward`. */
import type { StreamClientEndpoint } from "../../endpoint/endpoint.ts";
import type { FactoryLike } from "../../protocol/factory.ts";
import type { Reactor } from "../../reactor/reactor.ts";
import { CommandError } from "../errors.ts";
import type { ValuesOf } from "../option.ts";
import { defineService } from "../service-maker.ts";
import type { ServiceMaker } from "../service-maker.ts";

const LIMITS = {
  "max-connections": { type: "integer", min: 1, help: "how many there may be at a time (default: any number)" },
  "max-per-host": { type: "integer", min: 1, help: "how many one host may have (default: any number)" },
  "read-limit": { type: "integer", min: 1, help: "the bytes a second that all clients together may send" },
  "write-limit": { type: "integer", min: 1, help: "the bytes a second that are sent to all clients together" },
  timeout: { type: "number", value: "SECONDS", help: "close connections on which nothing happens for so long" },
} as const;

export const portforward: ServiceMaker = defineService({
  name: "portforward",
  summary: "Forwards each connection to another place",
  example: {
    command: "hawser portforward --listen tcp:8080 --to tcp:192.0.2.1:80",
    does: "passes on what comes to port 8080 to port 80 of 192.0.2.1, and the answers back",
  },
  listen: ["tcp:0:interface=127.0.0.1"],
  options: {
    to: {
      type: "endpoint",
      required: true,
      help: "where to, such as tcp:HOST:PORT, unix:PATH or socks5:host=HOST:port=PORT:via=PROXY",
    },
    ...LIMITS,
  },
  make: async ({ to, ...limits }, context) => {
    const { ProxyFactory } = await import("../../portforward/proxy-factory.ts");
    const factory = new ProxyFactory(await readEndpoint(context.reactor, to));
    return context.listen(await limited(factory, limits, context.reactor));
  },
});

async function readEndpoint(reactor: Reactor, text: string): Promise<StreamClientEndpoint> {
  const [{ clientFromString }, { registerSOCKSEndpoints }, { registerConnectEndpoints }] = await Promise.all([
    import("../../endpoint/client-from-string.ts"),
    import("../../socks/socks-strings.ts"),
    import("../../connect-proxy/connect-client-endpoint.ts"),
  ]);
  registerSOCKSEndpoints();
  registerConnectEndpoints();
  try {
    return clientFromString(reactor, text);
  } catch (error) {
    throw new CommandError(`--to: ${(error as Error).message}`);
  }
}

/** `factory`, with a policy around it for each limit that is given. */
async function limited(factory: FactoryLike, limits: ValuesOf<typeof LIMITS>, reactor: Reactor): Promise<FactoryLike> {
  if (Object.values(limits).every((limit) => limit === undefined)) return factory;
  const [{ LimitConnectionsByPeer }, { ThrottlingFactory }, { TimeoutFactory }] = await Promise.all([
    import("../../policies/limit-connections-by-peer.ts"),
    import("../../policies/throttling-factory.ts"),
    import("../../policies/timeout-factory.ts"),
  ]);
  const { timeout } = limits;
  let around = factory;
  if (timeout !== undefined) around = new TimeoutFactory(around, reactor, { timeoutPeriod: timeout });
  around = new ThrottlingFactory(around, reactor, {
    maxConnectionCount: limits["max-connections"] ?? Infinity,
    readLimit: limits["read-limit"] ?? Infinity,
    writeLimit: limits["write-limit"] ?? Infinity,
  });
  const perHost = limits["max-per-host"];
  if (perHost === undefined) return around;
  const byPeer = new LimitConnectionsByPeer(around);
  byPeer.maxConnectionsPerPeer = perHost;
  return byPeer;
}

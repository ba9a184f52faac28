/** Two hosts that are connected, for tests of what happens to their connection. */
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";
import type { SimulatedNetworkOptions } from "../../src/sim/simulated-network.ts";
import type { SimulatedHost } from "../../src/sim/simulated-host.ts";
import { Recorder, RecordingClientFactory, RecordingFactory } from "../conformance/stream-fixtures.ts";

export const PORT = 4000;

export interface ConnectedHosts {
  readonly net: SimulatedNetwork;
  readonly hosts: { readonly server: SimulatedHost; readonly client: SimulatedHost };
  readonly server: Recorder;
  readonly client: Recorder;
}

/** Runs until the hosts "server" and "client" are connected. */
export async function connectedHosts(
  options: SimulatedNetworkOptions = {},
  setUp: (protocol: Recorder) => void = () => {},
  Class: new () => Recorder = Recorder,
): Promise<ConnectedHosts> {
  const net = new SimulatedNetwork(options);
  const hosts = { server: net.host("server"), client: net.host("client") };
  const servers = new RecordingFactory(setUp, Class);
  const clients = new RecordingClientFactory(setUp, Class);
  let isDialled = false;
  hosts.server.spawn(({ reactor }) => {
    if (servers.protocols.length === 0) reactor.listenTCP(PORT, servers);
  });
  hosts.client.spawn(({ reactor }) => {
    if (!isDialled) reactor.connectTCP("10.0.0.1", PORT, clients);
    isDialled = true;
  });
  await net.run({ until: () => servers.protocols.length === 1 && clients.protocols.length === 1, for: 60 });
  return { net, hosts, server: servers.only, client: clients.only };
}

/** What the system said of the end of a connection. */
export function causeOf(protocol: Recorder): string | undefined {
  const { cause } = (protocol.lost?.value ?? {}) as { readonly cause?: NodeJS.ErrnoException };
  return cause?.code;
}

/** The texts of the events of one kind. */
export function eventsOf(net: SimulatedNetwork, kind: string): string[] {
  return net.events.filter((event) => event.kind === kind).map(({ host, text }) => `${host} ${text}`.trim());
}

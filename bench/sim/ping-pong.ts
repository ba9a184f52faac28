/** Two hosts that answer each other, as datagrams or as lines over streams, until 200,000 events are in the log. Each is sent, and arrives. */
import { ClientFactory, Factory } from "../../src/protocol/factory.ts";
import { DatagramProtocol } from "../../src/protocol/datagram-protocol.ts";
import { LineReceiver } from "../../src/protocol/line-receiver.ts";
import type { SimulatedHost } from "../../src/sim/simulated-host.ts";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import { report } from "../lib/measure.ts";
import { processorSeconds } from "./processor-time.ts";

const EVENTS = 200_000;
const SIDE_BY_SIDE = 50;
const LINE = "x".repeat(64);

class Answerer extends LineReceiver {
  override lineReceived(): void {
    this.sendLine(LINE);
  }
}

class Beginner extends Answerer {
  override connectionMade(): void {
    this.sendLine(LINE);
  }
}

class DatagramAnswerer extends DatagramProtocol {
  override noisy = false;

  override datagramReceived(datagram: Buffer, address: InternetAddress): void {
    this.transport.write(datagram, address);
  }
}

const SET_UP: Readonly<Record<string, (a: SimulatedHost, b: SimulatedHost) => void>> = {
  streams: (a, b) => {
    const [servers, clients] = [new Factory<Answerer>(), new ClientFactory<Beginner>()];
    servers.protocol = Answerer;
    clients.protocol = Beginner;
    servers.noisy = false;
    clients.noisy = false;
    a.spawn(({ reactor }) => void reactor.listenTCP(7, servers));
    b.spawn(({ reactor }) => {
      for (let n = 0; n < SIDE_BY_SIDE; n++) reactor.connectTCP("10.0.0.1", 7, clients);
    });
  },
  datagrams: (a, b) => {
    a.spawn(({ reactor }) => void reactor.listenUDP(7, new DatagramAnswerer()));
    b.spawn(({ reactor }) => {
      const protocol = new DatagramAnswerer();
      reactor.listenUDP(7, protocol);
      for (let n = 0; n < SIDE_BY_SIDE; n++) protocol.transport.write(LINE, { host: "10.0.0.1", port: 7 });
    });
  },
};

async function work(): Promise<void> {
  const net = new SimulatedNetwork({ seed: 1 });
  SET_UP[process.argv[2]!]!(net.host("a"), net.host("b"));
  await net.run({ until: () => net.eventCount >= EVENTS });
}

// Once to get warm.
await work();
report({ seconds: await processorSeconds(work) });

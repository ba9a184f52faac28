/** Hosts that tell each other something once a second, for some virtual seconds. */
import { DatagramProtocol } from "../../src/protocol/datagram-protocol.ts";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";
import { report } from "../lib/measure.ts";
import { processorSeconds } from "./processor-time.ts";

const hosts = Number(process.argv[2]);
const lasts = Number(process.argv[3]);

class Gossip extends DatagramProtocol {
  override noisy = false;
}

const seconds = await processorSeconds(async () => {
  const net = new SimulatedNetwork({ seed: 1 });
  const addresses = Array.from({ length: hosts }, (_, n) => net.host(`host${n}`).addresses[0]!);
  for (const host of net.hosts) {
    host.spawn(({ reactor, random }) => {
      const protocol = new Gossip();
      reactor.listenUDP(9000, protocol);
      const tell = (): void => {
        protocol.transport.write("did you hear?", { host: random.pick(addresses), port: 9000 });
        reactor.callLater(1, tell);
      };
      reactor.callLater(random.real(), tell);
    });
  }
  await net.run({ for: lasts });
});
report({ seconds });

/** Takes over descriptors that it has inherited: 3 listens, 4 is connected. Both echo. */
import { EpollReactor } from "../../../src/reactor/epoll/epoll-reactor.ts";
import { Factory } from "../../../src/protocol/factory.ts";
import { Protocol } from "../../../src/protocol/protocol.ts";

class Echo extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

const reactor = new EpollReactor();
const echoes = Factory.forProtocol(Echo);
echoes.noisy = false;
const port = reactor.adoptStreamPort(3, "ipv4", echoes);
reactor.adoptStreamConnection(4, "ipv4", {
  doStart() {},
  doStop() {},
  buildProtocol(address) {
    console.log(`port ${port.getHost()} peer ${address}`);
    return new Echo();
  },
});
await reactor.run();

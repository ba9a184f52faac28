/** Takes over descriptors that it has inherited: 3 listens, the others are connected. 3, 4 and 6 echo, 5 gets no protocol. */
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
    console.log(`port ${String(port.getHost())} peer ${String(address)}`);
    return new Echo();
  },
});
const none = new Factory();
none.buildProtocol = () => null;
reactor.adoptStreamConnection(5, "ipv4", none);
reactor.adoptStreamConnection(6, "unix", echoes);
await reactor.run();

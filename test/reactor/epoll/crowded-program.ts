/** A server with few descriptors (`ulimit -n`): says what it logs, and how many connections it has had when told to stop. */
import { EpollReactor } from "../../../src/reactor/epoll/epoll-reactor.ts";
import { globalLogBeginner } from "../../../src/logger/global-log.ts";
import { Factory } from "../../../src/protocol/factory.ts";
import { Protocol } from "../../../src/protocol/protocol.ts";
import type { InternetAddress } from "../../../src/transport/address.ts";

globalLogBeginner.beginLoggingTo([
  (event) => {
    const { error } = event as { error?: string };
    if (error !== undefined) console.log(`logged ${error}`);
  },
]);

const reactor = new EpollReactor();
const factory = Factory.forProtocol(
  class Echo extends Protocol {
    override dataReceived(data: Buffer): void {
      this.transport.write(data);
    }
  },
);
const port = reactor.listenTCP(0, factory, { interface: "127.0.0.1", backlog: 1000 });
console.log(`port ${(port.getHost() as InternetAddress).port}`);
await reactor.run();

/** The echo server on Hawser's reactor; prints its port. */
import { Factory, Protocol, reactor } from "hawser";
import type { InternetAddress } from "hawser/transport";

class Echo extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

const factory = Factory.forProtocol(Echo);
const port = reactor.listenTCP(0, factory, { interface: "127.0.0.1", backlog: 8192 });
port.whenListening().addCallback(() => console.log((port.getHost() as InternetAddress).port));
await reactor.run();

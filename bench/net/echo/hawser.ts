/** Sends back what it receives; prints its port. The environment says on which reactor. */
import { Factory, Protocol, reactor } from "hawser";
import type { InternetAddress } from "hawser/transport";

class Echo extends Protocol {
  /** Nothing is kept: what arrives may be lent. */
  readonly borrowsData = true;

  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

const port = reactor.listenTCP(0, Factory.forProtocol(Echo), { interface: "127.0.0.1", backlog: 8192 });
port.whenListening().addCallback(() => console.log((port.getHost() as InternetAddress).port));
await reactor.run();

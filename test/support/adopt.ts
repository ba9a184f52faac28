/** A program that serves the port it has inherited as descriptor 3: it echoes. */
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";

class Echo extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

const reactor = new NodeReactor();
const port = reactor.adoptStreamPort(3, "ipv4", Factory.forProtocol(Echo));
port.whenListening().addCallback(() => console.log(port.getHost().toString()));
await reactor.run();

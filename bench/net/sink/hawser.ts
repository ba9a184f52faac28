/** Receives a stream and answers a byte for each UNIT bytes; prints its port. Argument: UNIT. The environment says on which reactor. */
import { Factory, Protocol, reactor } from "hawser";
import type { InternetAddress } from "hawser/transport";

const UNIT = Number(process.argv[2]);

class Sink extends Protocol {
  readonly borrowsData = true;
  #received = 0;

  override dataReceived(data: Buffer): void {
    this.#received += data.length;
    for (; this.#received >= UNIT; this.#received -= UNIT) this.transport.write(".");
  }
}

const port = reactor.listenTCP(0, Factory.forProtocol(Sink), { interface: "127.0.0.1" });
port.whenListening().addCallback(() => console.log((port.getHost() as InternetAddress).port));
await reactor.run();

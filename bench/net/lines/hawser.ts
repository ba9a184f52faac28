/** Receives lines and answers a byte for each UNIT of them; prints its port. Argument: UNIT. The environment says on which reactor. */
import { Factory, reactor } from "hawser";
import { LineReceiver } from "hawser/protocol";
import type { InternetAddress } from "hawser/transport";

const UNIT = Number(process.argv[2]);

class Counter extends LineReceiver {
  override delimiter = "\n";
  #lines = 0;

  override lineReceived(_line: Buffer): void {
    if (++this.#lines % UNIT === 0) this.transport.write(".");
  }
}

const port = reactor.listenTCP(0, Factory.forProtocol(Counter), { interface: "127.0.0.1" });
port.whenListening().addCallback(() => console.log((port.getHost() as InternetAddress).port));
await reactor.run();

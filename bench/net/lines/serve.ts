/** Listens with a protocol, and prints the port. */
import { Factory, reactor } from "hawser";
import type { Protocol } from "hawser";
import type { InternetAddress } from "hawser/transport";

export function serve(Receiver: new () => Protocol): Promise<void> {
  const port = reactor.listenTCP(0, Factory.forProtocol(Receiver), { interface: "127.0.0.1" });
  port.whenListening().addCallback(() => console.log((port.getHost() as InternetAddress).port));
  return reactor.run();
}

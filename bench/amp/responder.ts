/** Responds to `Sum`; prints its port. Ends with its standard input. */
import { Factory, reactor } from "hawser";
import { AMP } from "hawser/amp";
import type { Responder } from "hawser/amp";
import type { InternetAddress, TCPTransport } from "hawser/transport";
import { Sum } from "./sum.ts";

class Calculator extends AMP<TCPTransport> {
  static override responders: readonly Responder[] = [Sum.responder(({ a, b }) => ({ total: a + b }))];

  override connectionMade(): void {
    this.transport.setTcpNoDelay(true);
  }
}

const port = reactor.listenTCP(0, Factory.forProtocol(Calculator), { interface: "127.0.0.1" });
port.whenListening().addCallback(() => console.log((port.getHost() as InternetAddress).port));
process.stdin.on("end", () => reactor.stop()).resume();
await reactor.run();

/**
 * Over TLS, sends back what it receives, or answers a byte for each UNIT bytes of it; prints its port. Arguments: the files of the certificate and of
 * its key, UNIT (0 sends back). The environment says on which reactor and with which engine.
 */
import { readFileSync } from "node:fs";
import { Factory, Protocol, reactor } from "hawser";
import { ContextFactory, TLSContext } from "hawser/tls";
import type { InternetAddress } from "hawser/transport";

const [certificate = "", key = "", unit = "0"] = process.argv.slice(2);
const UNIT = Number(unit);

class Echo extends Protocol {
  /** Nothing is kept: what arrives may be lent. */
  readonly borrowsData = true;

  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

class Sink extends Protocol {
  readonly borrowsData = true;
  #received = 0;

  override dataReceived(data: Buffer): void {
    this.#received += data.length;
    for (; this.#received >= UNIT; this.#received -= UNIT) this.transport.write(".");
  }
}

const context = new TLSContext({ certificateChain: readFileSync(certificate), privateKey: readFileSync(key) });
const factory = UNIT === 0 ? Factory.forProtocol(Echo) : Factory.forProtocol(Sink);
const port = reactor.listenSSL(0, factory, new ContextFactory(context), { interface: "127.0.0.1", backlog: 8192 });
port.whenListening().addCallback(() => console.log((port.getHost() as InternetAddress).port));
await reactor.run();

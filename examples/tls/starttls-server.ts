/** Speaks lines, and TLS from the line STARTTLS on. Arguments: the folder of the certificates, the port. */
import { join } from "node:path";
import { Factory, reactor } from "hawser";
import { serverFromString } from "hawser/endpoint";
import { TextLineReceiver } from "hawser/protocol";
import { PrivateCertificate } from "hawser/tls";
import type { TLSTransport } from "hawser/transport";

const [folder = ".", port = "8000"] = process.argv.slice(2);
const contextFactory = PrivateCertificate.fromFiles(join(folder, "server.pem")).options();

class Server extends TextLineReceiver<TLSTransport> {
  override lineReceived(line: string): void {
    console.log(`${this.transport.security === undefined ? "In plain text" : "Over TLS"}: ${line}`);
    if (line === "STARTTLS") {
      this.sendLine("READY");
      // What the client has sent behind the line is TLS, or nothing.
      this.transport.startTLS(contextFactory);
    } else {
      this.sendLine(line.toUpperCase());
    }
  }
}

serverFromString(reactor, `tcp:${port}:interface=127.0.0.1`)
  .listen(Factory.forProtocol(Server))
  .addCallback((open) => console.log(`Lines on ${open.getHost().toString()}`));
await reactor.run();

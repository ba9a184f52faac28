/** Sends back what it receives, to clients that show a certificate of the authority. Arguments: the folder of the certificates, the port. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Factory, Protocol, reactor } from "hawser";
import { SSL4ServerEndpoint } from "hawser/endpoint";
import { Certificate, PrivateCertificate } from "hawser/tls";

const [folder = ".", port = "8000"] = process.argv.slice(2);

class Echo extends Protocol {
  handshakeCompleted(): void {
    const client = Certificate.peerFromTransport(this.transport);
    console.log(`Hello, ${client.getSubject().commonName}`);
  }

  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

const certificate = PrivateCertificate.fromFiles(join(folder, "server.pem"));
const authority = Certificate.loadPEM(readFileSync(join(folder, "authorities", "authority.pem")));
const contextFactory = certificate.options(authority);
const endpoint = new SSL4ServerEndpoint(reactor, Number(port), contextFactory, { interface: "127.0.0.1" });
endpoint
  .listen(Factory.forProtocol(Echo))
  .addCallback((open) => console.log(`Echo over TLS on ${open.getHost().toString()}`));
await reactor.run();

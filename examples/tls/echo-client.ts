/**
 * Says hello to the echo server, which must be who it should be, and ends with its answer. Arguments: the folder of the certificates, the port,
 * and `anonymous` to show no certificate.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Protocol, react } from "hawser";
import { connectProtocol, HostnameEndpoint, wrapClientTLS } from "hawser/endpoint";
import { Certificate, optionsForClientTLS, PrivateCertificate } from "hawser/tls";
import type { Failure } from "hawser";
import type { TLSTransport } from "hawser/transport";

const [folder = ".", port = "8000", who] = process.argv.slice(2);

class EchoClient extends Protocol<TLSTransport> {
  readonly over: Promise<void>;
  #end!: () => void;

  constructor() {
    super();
    this.over = new Promise((resolve) => (this.#end = resolve));
  }

  override connectionMade(): void {
    this.transport.write("Hello, world!");
  }

  handshakeCompleted(): void {
    const server = Certificate.peerFromTransport(this.transport);
    console.log(`${this.transport.getTLSVersion()} with ${server.getSubject().commonName}`);
  }

  override dataReceived(data: Buffer): void {
    console.log("Server said:", data.toString());
    this.transport.loseConnection();
  }

  override connectionLost(reason: Failure): void {
    console.log(`Connection lost: ${(reason.value as Error).name}`);
    this.#end();
  }
}

await react(async (reactor) => {
  const contextFactory = optionsForClientTLS("localhost", {
    trustRoot: Certificate.loadPEM(readFileSync(join(folder, "authorities", "authority.pem"))),
    ...(who === "anonymous" ? {} : { clientCertificate: PrivateCertificate.fromFiles(join(folder, "client.pem")) }),
  });
  const endpoint = wrapClientTLS(contextFactory, new HostnameEndpoint(reactor, "127.0.0.1", Number(port)));
  const client = await connectProtocol(endpoint, new EchoClient());
  await client.over;
});

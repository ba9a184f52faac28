/** Asks the server for TLS in the middle of a conversation. Arguments: the folder of the certificates, the port. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { react } from "hawser";
import { clientFromString, connectProtocol } from "hawser/endpoint";
import { TextLineReceiver } from "hawser/protocol";
import { Certificate, optionsForClientTLS } from "hawser/tls";
import type { Failure } from "hawser";
import type { TLSTransport } from "hawser/transport";

const [folder = ".", port = "8000"] = process.argv.slice(2);
const authority = Certificate.loadPEM(readFileSync(join(folder, "authorities", "authority.pem")));
const contextFactory = optionsForClientTLS("localhost", { trustRoot: authority });

class Client extends TextLineReceiver<TLSTransport> {
  readonly over: Promise<void>;
  #end!: () => void;

  constructor() {
    super();
    this.over = new Promise((resolve) => (this.#end = resolve));
  }

  override connectionMade(): void {
    this.sendLine("hello");
    this.sendLine("STARTTLS");
  }

  handshakeCompleted(): void {
    console.log(`Now it is ${this.transport.getTLSVersion()}`);
  }

  override lineReceived(line: string): void {
    console.log(`Server said: ${line}`);
    if (line === "READY") {
      this.transport.startTLS(contextFactory);
      this.sendLine("a secret");
    } else if (line === "A SECRET") {
      this.transport.loseConnection();
    }
  }

  override connectionLost(reason: Failure): void {
    console.log(`Connection lost: ${(reason.value as Error).name}`);
    this.#end();
  }
}

await react(async (reactor) => {
  const endpoint = clientFromString(reactor, `tcp:127.0.0.1:${port}`);
  await (
    await connectProtocol(endpoint, new Client())
  ).over;
});

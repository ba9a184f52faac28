/** Says hello to the echo server and ends with its answer. Argument: the port, 8000 unless given. */
import { ClientFactory, Protocol, reactor } from "hawser";

class EchoClient extends Protocol {
  override connectionMade(): void {
    this.transport.write("Hello, world!");
  }

  override dataReceived(data: Buffer): void {
    console.log("Server said:", data.toString());
    this.transport.loseConnection();
  }
}

class EchoFactory extends ClientFactory<EchoClient> {
  override startedConnecting(): void {
    console.log("Started to connect.");
  }

  override buildProtocol(): EchoClient {
    console.log("Connected.");
    return new EchoClient();
  }

  override clientConnectionFailed(): void {
    console.log("Connection failed.");
    reactor.stop();
  }

  override clientConnectionLost(): void {
    console.log("Connection lost.");
    reactor.stop();
  }
}

reactor.connectTCP("localhost", Number(process.argv[2] ?? 8000), new EchoFactory());
await reactor.run();

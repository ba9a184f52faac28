/** Sends back what it receives. Argument: the port, 8000 unless given. */
import { Factory, Protocol, reactor } from "hawser";

class Echo extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

class EchoFactory extends Factory<Echo> {
  override buildProtocol(): Echo {
    return new Echo();
  }
}

const port = reactor.listenTCP(Number(process.argv[2] ?? 8000), new EchoFactory(), { interface: "127.0.0.1" });
port.whenListening().addCallback((open) => console.log(`Echo on ${open.getHost().toString()}`));
await reactor.run();

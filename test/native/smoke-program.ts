/** One echo through two reactors, for tools that are slow: says what came back. */
import { ClientFactory, Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import type { InternetAddress } from "../../src/transport/address.ts";

const SIZE = 200_000;

class Echo extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

class Caller extends Protocol {
  #received = 0;

  override connectionMade(): void {
    this.transport.write(Buffer.alloc(SIZE, 1));
  }

  override dataReceived(data: Buffer): void {
    this.#received += data.length;
    if (this.#received === SIZE) this.transport.loseConnection();
  }

  override connectionLost(): void {
    console.log(`${this.#received} bytes came back`);
    server.stop();
    client.stop();
  }
}

const server = new EpollReactor();
const client = new EpollReactor();
const port = server.listenTCP(0, Factory.forProtocol(Echo), { interface: "127.0.0.1" });
client.connectTCP("127.0.0.1", (port.getHost() as InternetAddress).port, ClientFactory.forProtocol(Caller));
await Promise.all([server.run({ installSignalHandlers: false }), client.run({ installSignalHandlers: false })]);

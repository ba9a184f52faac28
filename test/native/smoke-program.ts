/** One echo through two reactors, and one of each of the rarer calls, for tools that are slow: says what came back. */
import { closeSync, openSync } from "node:fs";
import { ClientFactory, Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { Socket } from "../../src/reactor/epoll/socket.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import type { UNIXTransport } from "../../src/transport/transport.ts";

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

/** Sends a file and its descriptor over a UNIX stream. */
class Passer extends Protocol<UNIXTransport> {
  override connectionMade(): void {
    const file = openSync(process.execPath, "r");
    console.log(`the peer is ${this.transport.getPeerCredentials().pid === process.pid ? "us" : "somebody else"}`);
    this.transport.sendFileDescriptor(file);
    this.transport.write("x");
    this.transport.sendFile(file, { length: 1000 }).addCallback((count) => {
      console.log(`${count} bytes of a file`);
      closeSync(file);
      this.transport.loseConnection();
    });
  }
}

class Taker extends Protocol {
  fileDescriptorReceived(fd: number): void {
    console.log("a descriptor came");
    closeSync(fd);
  }
}

const listener = new Socket("inet");
listener.bind({ host: "127.0.0.1", port: 0 });
listener.setsockopt("keepAlive", true);
listener.listen(listener.getsockopt("keepAlive"));
const dialer = new Socket("inet");
dialer.connect(listener.getsockname() as InternetAddress);
const accepted = listener.accept();
if (accepted !== "wouldBlock") {
  dialer.send("hello");
  console.log(`a socket received ${String(accepted.recv(10))}`);
  accepted.close();
}
dialer.close();
listener.close();

const server = new EpollReactor();
const client = new EpollReactor();
const port = server.listenTCP(0, Factory.forProtocol(Echo), { interface: "127.0.0.1" });
client.connectTCP("127.0.0.1", (port.getHost() as InternetAddress).port, ClientFactory.forProtocol(Caller));
const path = `\0hawser-smoke-${process.pid}`;
server.listenUNIX(path, Factory.forProtocol(Taker));
client.connectUNIX(path, ClientFactory.forProtocol(Passer));
await Promise.all([server.run({ installSignalHandlers: false }), client.run({ installSignalHandlers: false })]);

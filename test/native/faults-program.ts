/** An echo over one reactor, of what `process.argv` says: "tcp", "unix", "file" or "udp". Says what came back and how it ended. */
import { openSync } from "node:fs";
import type { Failure } from "../../src/deferred/failure.ts";
import { DatagramProtocol } from "../../src/protocol/datagram-protocol.ts";
import { ClientFactory, Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import type { HostAndPort, InternetAddress } from "../../src/transport/address.ts";
import type { TCPTransport } from "../../src/transport/transport.ts";

const SIZE = 100_000;
const kind = process.argv[2] ?? "tcp";
const reactor = new EpollReactor();

function say(who: string, { value }: Failure): void {
  const { name, cause } = value as Error & { cause?: NodeJS.ErrnoException };
  console.log(`${who} ${name}${cause?.code === undefined ? "" : ` ${cause.code}`}`);
}

class Echo extends Protocol<TCPTransport> {
  override connectionMade(): void {
    if (kind !== "file") return;
    const file = openSync(process.execPath, "r");
    this.transport
      .sendFile(file, { length: SIZE })
      .addCallback((count) => console.log(`file ${count}`))
      .addErrback((failure: Failure) => {
        console.log(`file ${(failure.value as NodeJS.ErrnoException).code}`);
        this.transport.loseConnection();
      });
  }

  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }

  override connectionLost(reason: Failure): void {
    say("server", reason);
  }
}

class Caller extends Protocol {
  #received = 0;

  override connectionMade(): void {
    if (kind !== "file") this.transport.write(Buffer.alloc(SIZE, 1));
  }

  override dataReceived(data: Buffer): void {
    this.#received += data.length;
    if (this.#received === SIZE) this.transport.loseConnection();
  }

  override connectionLost(reason: Failure): void {
    say("client", reason);
    console.log(`${this.#received} bytes`);
    setImmediate(() => reactor.stop());
  }
}

class Datagrams extends DatagramProtocol {
  override datagramReceived(data: Buffer, address: HostAndPort): void {
    console.log(`datagram ${data.toString()}`);
    if (data.toString() === "ping") this.transport.write("pong", address);
    else reactor.stop();
  }
}

const factory = ClientFactory.forProtocol(Caller);
const servers = Factory.forProtocol(Echo);
factory.noisy = servers.noisy = false;
if (kind === "udp") {
  const server = reactor.listenUDP(0, new Datagrams(), { interface: "127.0.0.1" });
  const client = reactor.listenUDP(0, new Datagrams(), { interface: "127.0.0.1" });
  const { host, port } = server.getHost();
  client.write("ping", { host, port });
} else if (kind === "unix") {
  const path = `\0hawser-faults-${process.pid}`;
  reactor.listenUNIX(path, servers);
  reactor.connectUNIX(path, factory);
} else {
  const port = reactor.listenTCP(0, servers, { interface: "127.0.0.1" });
  reactor.connectTCP("127.0.0.1", (port.getHost() as InternetAddress).port, factory);
}
await reactor.run({ installSignalHandlers: false });

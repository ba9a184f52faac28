/** Says hello to an echo server through a SOCKS proxy. Arguments: the ports of the proxy and of the server, both on this machine. */
import { Deferred, Protocol, react } from "hawser";
import { HostnameEndpoint, connectProtocol } from "hawser/endpoint";
import { SOCKS5ClientEndpoint } from "hawser/socks";

class Hello extends Protocol {
  readonly over: Deferred<void> = new Deferred();

  override connectionMade(): void {
    this.transport.write("hello");
  }

  override dataReceived(data: Buffer): void {
    console.log(`The server says: ${data.toString()}`);
    this.transport.loseConnection();
  }

  override connectionLost(): void {
    this.over.callback();
  }
}

await react(async (reactor, proxyPort, serverPort) => {
  const proxy = new HostnameEndpoint(reactor, "127.0.0.1", Number(proxyPort));
  const server = new SOCKS5ClientEndpoint(reactor, proxy, "localhost", Number(serverPort), {
    username: "ada",
    password: "secret",
  });
  const hello = await connectProtocol(server, new Hello());
  await hello.over;
}, process.argv.slice(2));

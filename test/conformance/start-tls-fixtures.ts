/** Two ends that speak lines, and TLS from some point on. */
import { LineReceiver } from "../../src/protocol/line-receiver.ts";
import { ClientFactory, Factory } from "../../src/protocol/factory.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import type { SecureOptions } from "../../src/transport/secure-stream.ts";
import type { TLSTransport } from "../../src/transport/transport.ts";
import type { MakeReactor } from "./running.ts";
import { running, until } from "./running.ts";
import { listening } from "./stream-fixtures.ts";
import { HOST, clientContext, serverContext } from "./tls-fixtures.ts";

export interface LineEnds {
  readonly server: LineServer;
  readonly client: LineClient;
}

export class LineServer extends LineReceiver<TLSTransport> {
  readonly lines: string[] = [];
  secure: SecureOptions = {};
  injected = "";
  isSilent = false;
  lost: string | undefined = undefined;

  override lineReceived(line: Buffer): void {
    this.lines.push(line.toString());
    if (line.toString() === "HELLO") this.sendLine("plain: hello");
    else if (line.toString() === "STARTTLS") {
      if (!this.isSilent) this.transport.write(`plain: go ahead\r\n${this.injected}`);
      this.transport.startTLS(serverContext(), this.secure);
    } else this.sendLine("secured: done");
  }

  override connectionLost(reason: { readonly value: unknown }): void {
    this.lost = (reason.value as Error).name;
  }
}

export class LineClient extends LineReceiver<TLSTransport> {
  readonly lines: string[] = [];
  secure: SecureOptions = {};
  lost: string | undefined = undefined;

  override lineReceived(line: Buffer): void {
    this.lines.push(line.toString());
    if (line.toString() !== "plain: go ahead") return;
    this.transport.startTLS(clientContext(), this.secure);
    this.sendLine("over TLS");
  }

  override connectionLost(reason: { readonly value: unknown }): void {
    this.lost = (reason.value as Error).name;
  }
}

/** The protocols that a factory builds from now on. */
export function keep(factory: Factory<LineServer>): LineServer[] {
  const built: LineServer[] = [];
  const build = factory.buildProtocol.bind(factory);
  factory.buildProtocol = (address) => {
    const protocol = build(address);
    if (protocol !== null) built.push(protocol);
    return protocol;
  };
  return built;
}

/** Two ends that speak lines, in plain text until one asks for TLS. `injected` is sent in plain text behind the answer. */
export async function startTLSOver(
  makeReactor: MakeReactor,
  secure: SecureOptions,
  body: (ends: LineEnds) => Promise<void>,
  injected = "",
): Promise<void> {
  await running(makeReactor, async (reactor) => {
    const servers = Factory.forProtocol(LineServer);
    servers.noisy = false;
    const built = keep(servers);
    const clients = new ClientFactory<LineClient>();
    clients.noisy = false;
    const client = new LineClient();
    clients.buildProtocol = () => client;
    const port = await listening(() => reactor.listenTCP(0, servers, { interface: HOST }));
    reactor.connectTCP(HOST, (port.getHost() as InternetAddress).port, clients);
    await until(() => built.length === 1 && client.connected, "a connection");
    const server = built[0]!;
    server.secure = client.secure = secure;
    server.injected = injected;
    await body({ server, client });
  });
}

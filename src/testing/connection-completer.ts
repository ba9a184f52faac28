/** Connects, or refuses, those who ask a `MemoryReactor` for a connection. */
import { Failure } from "../deferred/failure.ts";
import { InvalidStateError } from "../errors.ts";
import { Protocol } from "../protocol/protocol.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import { ConnectionRefusedError } from "../transport/errors.ts";
import { internetAddress } from "../transport/ports.ts";
import { IOPump } from "./io-pump.ts";
import type { ConnectedPairOptions } from "./io-pump.ts";
import type { MemoryReactor } from "./memory-reactor.ts";
import type { TCPClientRequest } from "./recorded-requests.ts";

/**
 * Makes connections between the TCP clients and servers of a `MemoryReactor`, when a test says so: between the first client and the first
 * server that have the same port number.
 *
 * @example
 * const reactor = new MemoryReactor();
 * reactor.listenTCP(8007, new AccumulatingProtocolFactory());
 * const factory = new AccumulatingProtocolFactory();
 * const connected = factory.protocolConnectionMade!;
 * reactor.connectTCP("192.0.2.1", 8007, factory);
 * const pump = new ConnectionCompleter(reactor).succeedOnce()!;
 * successResultOf(connected).transport.write("hello");
 * pump.flush();
 * assert.equal((pump.server as AccumulatingProtocol).data.toString(), "hello");
 */
export class ConnectionCompleter {
  readonly #reactor: MemoryReactor;
  readonly #options: ConnectedPairOptions;

  /** @param options for the pumps of the connections; the addresses are those of the requests unless they are among the options */
  constructor(reactor: MemoryReactor, options: ConnectedPairOptions = {}) {
    this.#reactor = reactor;
    this.#options = options;
  }

  /**
   * Makes a connection, whose request is then forgotten, and answers its pump, or `undefined` where no client wants to go where a server is. The
   * client's factory hears of the end of the connection. An end whose factory builds no protocol closes the connection.
   */
  succeedOnce(): IOPump | undefined {
    const { tcpClients, tcpServers } = this.#reactor;
    for (const client of tcpClients) {
      const server = tcpServers.find(({ port }) => port === client.port);
      if (server === undefined || client.connector.state !== "connecting") continue;
      tcpClients.splice(tcpClients.indexOf(client), 1);
      return this.#connect(client, server.factory.buildProtocol.bind(server.factory));
    }
    return undefined;
  }

  /** Lets the first connection that is being made fail. Throws `InvalidStateError` where there is none. */
  failOnce(reason: Failure | Error = new ConnectionRefusedError("Connection was refused by a test")): void {
    const { tcpClients } = this.#reactor;
    const index = tcpClients.findIndex(({ connector }) => connector.state === "connecting");
    if (index < 0) throw new InvalidStateError("Cannot let a connection fail: none is being made, expected one");
    const [{ connector, factory }] = tcpClients.splice(index, 1) as [TCPClientRequest];
    connector.state = "disconnected";
    factory.clientConnectionFailed(connector, new Failure(reason));
  }

  #connect(
    { connector, factory, host, port, bindAddress }: TCPClientRequest,
    buildServerProtocol: TCPClientRequest["factory"]["buildProtocol"],
  ): IOPump {
    const serverAddress = this.#options.serverAddress ?? internetAddress("TCP", host, port);
    const clientHost = bindAddress?.host ?? "192.168.1.1";
    const clientAddress = this.#options.clientAddress ?? internetAddress("TCP", clientHost, bindAddress?.port ?? 54321);
    connector.state = "connected";
    const server: ProtocolLike | null = buildServerProtocol(clientAddress);
    const client: ProtocolLike | null = factory.buildProtocol(serverAddress);
    const options = { ...this.#options, serverAddress, clientAddress };
    const pump = new IOPump(server ?? new Protocol(), client ?? new Protocol(), options, {
      connectionClosed: (connection, reason) => {
        if (connection !== pump.clientTransport) return;
        connector.state = "disconnected";
        connector.transport = undefined;
        factory.clientConnectionLost(connector, reason);
      },
    });
    connector.transport = pump.clientTransport;
    if (server === null) pump.serverTransport.loseConnection();
    if (client === null) pump.clientTransport.loseConnection();
    pump.start();
    return pump;
  }
}

/** Kinds of streams over the border to Node's: for the suite, they are like any others. */
import { duplexPair } from "node:stream";
import type { Duplex } from "node:stream";
import type { ClientFactoryLike, FactoryLike } from "../../src/protocol/factory.ts";
import type { ProtocolLike } from "../../src/protocol/protocol.ts";
import { BaseConnector } from "../../src/reactor/base-connector.ts";
import type { Attempt, AttemptResult } from "../../src/reactor/base-connector.ts";
import { StreamPort } from "../../src/reactor/stream-port.ts";
import type { StreamReactor } from "../../src/reactor/stream-reactor.ts";
import { asDuplex } from "../../src/streams/as-duplex.ts";
import { DuplexHandle } from "../../src/streams/duplex-handle.ts";
import { fromDuplex } from "../../src/streams/from-duplex.ts";
import { PipeAddress } from "../../src/transport/address.ts";
import type { Address, InternetAddress } from "../../src/transport/address.ts";
import { StreamConnection } from "../../src/transport/stream-connection.ts";
import type { ConnectionOwner } from "../../src/transport/stream-connection.ts";
import type { Transport } from "../../src/transport/transport.ts";
import type { StreamKind } from "./streams.ts";

/** Two ends that are connected; as with a socket, one that is closed takes the other with it. */
export function connectedDuplexes(): [Duplex, Duplex] {
  const [one, other] = duplexPair();
  for (const [side, peer] of [
    [one, other],
    [other, one],
  ] as const) {
    side.once("close", () => {
      const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
      peer.destroy(peer.readableEnded ? undefined : reset);
    });
  }
  return [one, other];
}

function connectionOver(
  duplex: Duplex,
  protocol: ProtocolLike,
  owner: ConnectionOwner,
  reactor: StreamReactor,
): StreamConnection {
  const handle = new DuplexHandle(duplex, duplex);
  const address = new PipeAddress();
  const connection = new StreamConnection(protocol, handle, { host: address, peer: address }, owner, reactor.batch);
  handle.connect(connection);
  return connection;
}

class PairPort extends StreamPort {
  protected override open(): void {
    this.isOpen(new PipeAddress());
  }

  protected override close(): void {
    process.nextTick(() => this.isClosed());
  }

  accept(duplex: Duplex): void {
    const protocol = this.buildProtocol(new PipeAddress());
    if (protocol === null) duplex.destroy();
    else this.startConnection(connectionOver(duplex, protocol, this, this.reactor as StreamReactor));
  }
}

class PairConnector extends BaseConnector {
  readonly #port: PairPort;

  constructor(reactor: StreamReactor, port: PairPort, factory: ClientFactoryLike) {
    super(reactor, factory, 30);
    this.#port = port;
  }

  override getDestination(): Address {
    return new PipeAddress();
  }

  protected override attempt(result: AttemptResult): Attempt {
    const soon = setImmediate(() => {
      const [client, server] = connectedDuplexes();
      result.connected(new PipeAddress(), (protocol) =>
        connectionOver(client, protocol, this, this.reactor as StreamReactor),
      );
      this.#port.accept(server);
    });
    return { cancel: () => clearImmediate(soon) };
  }
}

/** Two ends of `stream.duplexPair()`. */
export const duplexPairs: StreamKind = {
  name: "stream.duplexPair",
  resets: true,
  listen: (reactor, factory) => {
    const port = new PairPort(factory, reactor as unknown as StreamReactor);
    port.startListening();
    return port;
  },
  connect: (reactor, port, factory) => {
    const connector = new PairConnector(reactor as unknown as StreamReactor, port as PairPort, factory);
    connector.connect();
    return connector;
  },
};

/** TCP, across the border and back: `asDuplex` over a real connection, and `fromDuplex` over that. */
export const thereAndBack: StreamKind = {
  name: "asDuplex and fromDuplex over TCP",
  resets: true,
  listen: (reactor, factory) => reactor.listenTCP(0, bridged(factory, reactor), { interface: "127.0.0.1" }),
  connect: (reactor, port, factory) =>
    reactor.connectTCP("127.0.0.1", (port.getHost() as InternetAddress).port, bridged(factory, reactor)),
};

/** The factory, with each of its protocols at the far end of a Duplex. */
function bridged<F extends FactoryLike>(factory: F, reactor: Parameters<StreamKind["listen"]>[0]): F {
  return new Proxy(factory, {
    get(target, key) {
      if (key !== "buildProtocol") {
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      }
      return (address: Address) => {
        const protocol = target.buildProtocol(address);
        if (protocol === null) return null;
        return {
          makeConnection: (transport: Transport) => {
            const duplex = asDuplex(transport);
            const destroy = duplex.destroy.bind(duplex);
            // Destroyed at once, it would reset a connection that the other end does not have yet.
            duplex.destroy = (error) => {
              setImmediate(() => destroy(error));
              return duplex;
            };
            fromDuplex(duplex, protocol, { reactor });
          },
          dataReceived: () => {},
          connectionLost: () => {},
        };
      };
    },
  });
}

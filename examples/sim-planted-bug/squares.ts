/**
 * A server that knows squares, and a client that asks it for some. Replies come in the order of the requests, so they carry no number.
 *
 * One of the two clients has a bug: what waits for replies outlives the connection on which they were to come.
 */
import { deferLater } from "hawser/clock";
import { ClientFactory, Deferred, Factory } from "hawser";
import type { Failure } from "hawser";
import { NetstringReceiver } from "hawser/protocol";
import type { SimulatedHost, SimulatedNetwork } from "hawser/sim";
import type { Connector } from "hawser/transport";

const PORT = 2000;
const REQUESTS = 20;

class Server extends NetstringReceiver {
  override stringReceived(string: Buffer): void {
    this.sendString(String(Number(string) ** 2));
  }
}

class Connection extends NetstringReceiver {
  readonly #client: Client;

  constructor(client: Client) {
    super();
    this.#client = client;
  }

  override connectionMade(): void {
    this.#client.connection = this;
  }

  override stringReceived(string: Buffer): void {
    this.#client.waiting.shift()?.callback(Number(string));
  }

  override connectionLost(reason: Failure): void {
    this.#client.connection = undefined;
    this.#client.connectionEnded(reason);
  }
}

/** Connects again whenever it has to. */
class Client extends ClientFactory<Connection> {
  connection: Connection | undefined = undefined;
  readonly waiting: Deferred<number>[] = [];
  readonly #host: SimulatedHost;

  constructor(host: SimulatedHost) {
    super();
    this.#host = host;
  }

  square(n: number): Deferred<number> {
    const answer = new Deferred<number>();
    this.waiting.push(answer);
    this.connection!.sendString(String(n));
    return answer;
  }

  /** The bug: the next connection's first reply goes to who waits since the last one. */
  connectionEnded(_reason: Failure): void {}

  override buildProtocol(): Connection {
    return new Connection(this);
  }

  override clientConnectionFailed(connector: Connector): void {
    this.#host.reactor.callLater(1, () => connector.connect());
  }

  override clientConnectionLost(connector: Connector): void {
    this.#host.reactor.callLater(1, () => connector.connect());
  }
}

class CorrectClient extends Client {
  override connectionEnded(reason: Failure): void {
    for (const answer of this.waiting.splice(0)) answer.errback(reason);
  }
}

/** Asks for squares now and then, for 20 seconds. A request may fail, but what answers it must be its own reply. */
function ask(net: SimulatedNetwork, makeClient: (host: SimulatedHost) => Client): void {
  net.host("server").spawn(({ reactor }) => void reactor.listenTCP(PORT, Factory.forProtocol(Server)));
  net.host("client").spawn(async (host) => {
    const { reactor, random } = host;
    const client = makeClient(host);
    reactor.connectTCP("server", PORT, client);
    const requests = Array.from({ length: REQUESTS }, async (_, n) => {
      await deferLater(reactor, random.real() * 20);
      if (client.connection === undefined) return;
      const square = await client.square(n).addErrback(() => undefined);
      if (square !== undefined && square !== n * n) throw new Error(`The square of ${n} is ${n * n}, not ${square}`);
    });
    // What a program of a host fails with ends the run.
    await Promise.all(requests);
  });
}

export function withBug(net: SimulatedNetwork): void {
  ask(net, (host) => new Client(host));
}

export function withoutBug(net: SimulatedNetwork): void {
  ask(net, (host) => new CorrectClient(host));
}

/** Endpoints over real sockets, for any reactor that has them: a suite to be run once for each. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { Failure } from "../../src/deferred/failure.ts";
import { clientFromString } from "../../src/endpoint/client-from-string.ts";
import { connectProtocol } from "../../src/endpoint/connect-protocol.ts";
import type { StreamClientEndpoint } from "../../src/endpoint/endpoint.ts";
import { HostnameEndpoint } from "../../src/endpoint/hostname.ts";
import { quoteStringArgument } from "../../src/endpoint/parse.ts";
import { serverFromString } from "../../src/endpoint/server-from-string.ts";
import { TCP4ClientEndpoint, TCP6ClientEndpoint } from "../../src/endpoint/tcp.ts";
import { UNIXClientEndpoint } from "../../src/endpoint/unix.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { SynchronousResolver } from "../../src/testing/synchronous-resolver.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import {
  CannotListenError,
  ConnectingCancelledError,
  ConnectionDone,
  ConnectionRefusedError,
  NoProtocol,
} from "../../src/transport/errors.ts";
import type { ListeningPort } from "../../src/transport/transport.ts";

class Echo extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

class QuietFactory<P extends Protocol> extends Factory<P> {
  override noisy = false;
}

/** Says hello, hangs up when the answer is there, and knows when it is over. */
class Greeter extends Protocol {
  answer = "";
  readonly over: Promise<Failure>;
  #finish!: (reason: Failure) => void;

  constructor() {
    super();
    this.over = new Promise((resolve) => (this.#finish = resolve));
  }

  override connectionMade(): void {
    this.transport.write("hello");
  }

  override dataReceived(data: Buffer): void {
    this.answer += data.toString();
    if (this.answer === "hello") this.transport.loseConnection();
  }

  override connectionLost(reason: Failure): void {
    this.#finish(reason);
  }
}

/**
 * @param folder for UNIX sockets
 */
export function endpointSuite(name: string, makeReactor: () => Reactor, folder: string): void {
  /** Runs `body` in a reactor with a port that echoes. */
  function withPort(
    server: string,
    body: (reactor: Reactor, port: ListeningPort) => Promise<void>,
  ): () => Promise<void> {
    return async () => {
      const reactor = makeReactor();
      const finished = reactor.run({ installSignalHandlers: false });
      try {
        const port = await serverFromString(reactor, server).listen(QuietFactory.forProtocol(Echo));
        await body(reactor, port);
      } finally {
        reactor.stop();
        await finished;
      }
    };
  }

  async function greet(endpoint: StreamClientEndpoint): Promise<void> {
    const greeter = await connectProtocol(endpoint, new Greeter());
    const reason = await greeter.over;
    assert.equal(greeter.answer, "hello");
    assert.ok(reason.check(ConnectionDone));
  }

  const LOCAL = "tcp:0:interface=127.0.0.1";

  test(
    `${name}: TCP4ClientEndpoint, to a tcp: port, talks to it`,
    withPort(LOCAL, (reactor, port) => greet(new TCP4ClientEndpoint(reactor, "127.0.0.1", portOf(port)))),
  );

  test(
    `${name}: TCP6ClientEndpoint, to a tcp6: port, talks to it`,
    withPort("tcp6:0:interface=\\:\\:1", (reactor, port) =>
      greet(new TCP6ClientEndpoint(reactor, "::1", portOf(port))),
    ),
  );

  const path = join(folder, "a:b");
  test(
    `${name}: UNIXClientEndpoint, to a unix: port, talks to it`,
    withPort(`unix:${quoteStringArgument(path)}:mode=600`, (reactor) => greet(new UNIXClientEndpoint(reactor, path))),
  );

  test(
    `${name}: clientFromString, tcp: and unix:, talk to the port`,
    withPort(LOCAL, async (reactor, port) => {
      await greet(clientFromString(reactor, `tcp:127.0.0.1:${portOf(port)}:timeout=5`));
      const there = join(folder, "c");
      await serverFromString(reactor, `unix:${there}`).listen(QuietFactory.forProtocol(Echo));
      await greet(clientFromString(reactor, `unix:${there}:lockfile=1`));
    }),
  );

  test(
    `${name}: HostnameEndpoint, to localhost, talks to the port`,
    withPort(LOCAL, (reactor, port) => greet(new HostnameEndpoint(reactor, "localhost", portOf(port)))),
  );

  test(
    `${name}: HostnameEndpoint, where some addresses refuse, talks to the one that does not`,
    withPort(LOCAL, async (reactor, port) => {
      reactor.installNameResolver(new SynchronousResolver({ "host.example": ["::1", "127.0.0.2", "127.0.0.1"] }));
      // Addresses that refuse don't use up their head start.
      const endpoint = new HostnameEndpoint(reactor, "host.example", portOf(port), { attemptDelay: 1000 });
      await greet(endpoint);
    }),
  );

  test(
    `${name}: StreamServerEndpoint, a port in use, fails with CannotListenError`,
    withPort(LOCAL, async (reactor, port) => {
      const endpoint = serverFromString(reactor, `tcp:${portOf(port)}:interface=127.0.0.1`);
      await assert.rejects(async () => endpoint.listen(QuietFactory.forProtocol(Echo)), CannotListenError);
    }),
  );

  test(
    `${name}: StreamClientEndpoint, where nobody listens, fails with ConnectionRefusedError`,
    withPort(LOCAL, async (reactor, port) => {
      const number = portOf(port);
      await port.stopListening();
      for (const endpoint of [
        new TCP4ClientEndpoint(reactor, "127.0.0.1", number),
        new HostnameEndpoint(reactor, "127.0.0.1", number),
      ]) {
        await assert.rejects(async () => connectProtocol(endpoint, new Greeter()), ConnectionRefusedError);
      }
    }),
  );

  test(
    `${name}: StreamClientEndpoint, a factory without a protocol, fails with NoProtocol`,
    withPort(LOCAL, async (reactor, port) => {
      const factory = new QuietFactory<Greeter>();
      factory.buildProtocol = () => null;
      const endpoint = new TCP4ClientEndpoint(reactor, "127.0.0.1", portOf(port));
      await assert.rejects(async () => endpoint.connect(factory), NoProtocol);
    }),
  );

  test(
    `${name}: StreamClientEndpoint, cancelled, fails with ConnectingCancelledError and builds no protocol`,
    withPort(LOCAL, async (reactor, port) => {
      const greeter = new Greeter();
      for (const host of ["127.0.0.1", "localhost"]) {
        const connecting = connectProtocol(new HostnameEndpoint(reactor, host, portOf(port)), greeter);
        connecting.cancel();
        await assert.rejects(async () => connecting, ConnectingCancelledError);
      }
      await greet(new TCP4ClientEndpoint(reactor, "127.0.0.1", portOf(port)));
      assert.equal(greeter.connected, false);
    }),
  );
}

function portOf(port: ListeningPort): number {
  return (port.getHost() as InternetAddress).port;
}

/** What is special to TCP: ports, addresses, options, and how connecting fails. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { HostResolution, NameResolver } from "../../src/endpoint/name-resolver.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { IPv4Address, IPv6Address } from "../../src/transport/address.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import { CannotListenError, InvalidAddressError } from "../../src/transport/errors.ts";
import type { ListeningPort } from "../../src/transport/transport.ts";
import type { MakeReactor } from "./running.ts";
import { running, until } from "./running.ts";
import { RecordingClientFactory, RecordingFactory, listening } from "./stream-fixtures.ts";

const HOST = "127.0.0.1";

/** A resolver that answers what the test says, or never. */
function resolver(answers: Readonly<Record<string, readonly string[]>>): NameResolver {
  return {
    resolveHostName: (receiver, name, options): HostResolution => {
      const resolution = { name, cancel: () => {} };
      receiver.resolutionBegan(resolution);
      const hosts = answers[name];
      if (hosts === undefined) return resolution;
      setImmediate(() => {
        for (const host of hosts) {
          const port = options?.port ?? 0;
          receiver.addressResolved(
            host.includes(":") ? new IPv6Address("TCP", host, port) : new IPv4Address("TCP", host, port),
          );
        }
        receiver.resolutionComplete();
      });
      return resolution;
    },
  };
}

function portOf(port: ListeningPort): number {
  return (port.getHost() as InternetAddress).port;
}

export function tcpConformance(name: string, makeReactor: MakeReactor): void {
  const listen = (reactor: Reactor, factory: RecordingFactory): Promise<ListeningPort> =>
    listening(() => reactor.listenTCP(0, factory, { interface: HOST }));

  describe(`${name}: listenTCP`, () => {
    test("binds a free port for 0, and the addresses of both ends agree", async () => {
      await running(makeReactor, async (reactor) => {
        const servers = new RecordingFactory();
        const port = await listen(reactor, servers);
        assert.ok(portOf(port) > 0);
        const clients = new RecordingClientFactory();
        const connector = reactor.connectTCP(HOST, portOf(port), clients);
        await until(() => servers.protocols.length === 1 && clients.protocols.length === 1);
        const server = servers.only.transport;
        const client = clients.only.transport;
        assert.ok(client.getPeer().equals(port.getHost()));
        assert.ok(client.getPeer().equals(connector.getDestination()));
        assert.ok(client.getHost().equals(server.getPeer()));
        assert.ok(server.getHost().equals(port.getHost()));
        assert.equal(String(server.getHost()), `IPv4Address(TCP, '127.0.0.1', ${portOf(port)})`);
      });
    });

    test("without an interface, takes IPv4 connections", async () => {
      await running(makeReactor, async (reactor) => {
        const servers = new RecordingFactory();
        const port = await listening(() => reactor.listenTCP(0, servers));
        reactor.connectTCP(HOST, portOf(port), new RecordingClientFactory());
        await until(() => servers.protocols.length === 1);
        assert.ok(servers.only.transport.getPeer() instanceof IPv4Address);
      });
    });

    test("a port in use, gives CannotListenError, and the reactor goes on", async () => {
      await running(makeReactor, async (reactor) => {
        const first = await listen(reactor, new RecordingFactory());
        const factory = new RecordingFactory();
        await assert.rejects(
          listening(() => reactor.listenTCP(portOf(first), factory, { interface: HOST })),
          (error: CannotListenError) => {
            assert.ok(error instanceof CannotListenError);
            assert.equal(error.osError, "EADDRINUSE");
            assert.equal(error.port, portOf(first));
            assert.match(error.message, new RegExp(`^Cannot listen on 127\\.0\\.0\\.1:${portOf(first)}: `));
            return true;
          },
        );
        assert.deepEqual(factory.events, []);
        await listen(reactor, new RecordingFactory());
      });
    });

    test("refuses what is no port and what is no address", () => {
      const reactor = makeReactor();
      const factory = new RecordingFactory();
      for (const port of [-1, 65536, 1.5, Number.NaN]) {
        assert.throws(() => reactor.listenTCP(port, factory), { name: "RangeError", message: /from 0 to 65535/ });
        assert.throws(() => reactor.connectTCP(HOST, port, new RecordingClientFactory()), RangeError);
      }
      assert.throws(() => reactor.listenTCP("80" as never, factory), TypeError);
      assert.throws(() => reactor.listenTCP(0, factory, { interface: "localhost" }), InvalidAddressError);
      assert.throws(() => reactor.connectTCP("", 80, new RecordingClientFactory()), TypeError);
      assert.throws(
        () => reactor.connectTCP(HOST, 80, new RecordingClientFactory(), { bindAddress: { host: "here" } }),
        InvalidAddressError,
      );
    });
  });

  describe(`${name}: connectTCP`, () => {
    test("to where nobody listens, fails with ConnectionRefusedError", async () => {
      await running(makeReactor, async (reactor) => {
        const port = await listen(reactor, new RecordingFactory());
        const number = portOf(port);
        await port.stopListening();
        const clients = new RecordingClientFactory();
        reactor.connectTCP(HOST, number, clients);
        await until(() => clients.events.includes("stop"));
        assert.equal(clients.error, "ConnectionRefusedError");
        assert.deepEqual(clients.events, ["start", "connecting connecting", "failed disconnected", "stop"]);
      });
    });

    test("by name, looks the name up with the reactor's resolver", async () => {
      await running(makeReactor, async (reactor) => {
        const previous = reactor.installNameResolver(resolver({ "db.example": ["::1", HOST] }));
        assert.ok(previous !== reactor.nameResolver);
        const servers = new RecordingFactory();
        const port = await listen(reactor, servers);
        const clients = new RecordingClientFactory();
        const connector = reactor.connectTCP("db.example", portOf(port), clients);
        assert.equal(String(connector.getDestination()), `HostnameAddress('db.example', ${portOf(port)})`);
        await until(() => clients.protocols.length === 1);
        assert.equal(clients.only.transport.getPeer().host, HOST);
        assert.equal(await reactor.resolve("db.example"), "::1");
      });
    });

    test("by a name that nobody knows, fails with DNSLookupError", async () => {
      await running(makeReactor, async (reactor) => {
        reactor.installNameResolver(resolver({ "nobody.example": [] }));
        const clients = new RecordingClientFactory();
        reactor.connectTCP("nobody.example", 80, clients);
        await until(() => clients.events.includes("stop"));
        assert.equal(clients.error, "DNSLookupError");
        await assert.rejects(reactor.resolve("nobody.example").toPromise(), { name: "DNSLookupError" });
      });
    });

    test("that takes longer than its timeout, fails with TimeoutError", async () => {
      await running(makeReactor, async (reactor) => {
        reactor.installNameResolver(resolver({}));
        const clients = new RecordingClientFactory();
        reactor.connectTCP("slow.example", 80, clients, { timeout: 0.01 });
        await until(() => clients.events.includes("stop"));
        assert.equal(clients.error, "TimeoutError");
        assert.equal(reactor.getDelayedCalls().length, 0);
      });
    });

    test("stopped while the name is looked up, fails with UserError and leaves nothing behind", async () => {
      await running(makeReactor, async (reactor) => {
        reactor.installNameResolver(resolver({}));
        const clients = new RecordingClientFactory();
        reactor.connectTCP("slow.example", 80, clients).stopConnecting();
        assert.equal(clients.error, "UserError");
        assert.equal(reactor.getDelayedCalls().length, 0);
      });
    });

    test("stopped by startedConnecting, does not connect", async () => {
      await running(makeReactor, async (reactor) => {
        const servers = new RecordingFactory();
        const port = await listen(reactor, servers);
        const clients = new RecordingClientFactory();
        clients.startedConnecting = (connector) => connector.stopConnecting();
        reactor.connectTCP(HOST, portOf(port), clients);
        assert.deepEqual(clients.events, ["start", "failed disconnected", "stop"]);
      });
    });

    test("bindAddress, is where the connection comes from", async () => {
      await running(makeReactor, async (reactor) => {
        const servers = new RecordingFactory();
        const port = await listen(reactor, servers);
        const clients = new RecordingClientFactory();
        reactor.connectTCP(HOST, portOf(port), clients, { bindAddress: { host: "127.0.0.2" } });
        await until(() => servers.protocols.length === 1);
        assert.equal(servers.only.transport.getPeer().host, "127.0.0.2");
      });
    });

    test("bindAddress, that cannot be bound, fails with ConnectBindError", async () => {
      await running(makeReactor, async (reactor) => {
        const port = await listen(reactor, new RecordingFactory());
        const clients = new RecordingClientFactory();
        reactor.connectTCP(HOST, portOf(port), clients, { bindAddress: { host: "192.0.2.1" } });
        await until(() => clients.events.includes("stop"));
        assert.equal(clients.error, "ConnectBindError");
      });
    });

    test("options of TCP, can be set and read", async () => {
      await running(makeReactor, async (reactor) => {
        const servers = new RecordingFactory();
        const port = await listen(reactor, servers);
        reactor.connectTCP(HOST, portOf(port), new RecordingClientFactory());
        await until(() => servers.protocols.length === 1);
        const { transport } = servers.only;
        assert.deepEqual([transport.getTcpNoDelay(), transport.getTcpKeepAlive()], [false, false]);
        transport.setTcpNoDelay(true);
        transport.setTcpKeepAlive(true);
        assert.deepEqual([transport.getTcpNoDelay(), transport.getTcpKeepAlive()], [true, true]);
      });
    });
  });
}

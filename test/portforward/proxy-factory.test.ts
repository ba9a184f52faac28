import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { TCP4ClientEndpoint, TCP4ServerEndpoint } from "../../src/endpoint/tcp.ts";
import { HostnameEndpoint } from "../../src/endpoint/hostname.ts";
import { connectProtocol } from "../../src/endpoint/connect-protocol.ts";
import { ProxyClient, ProxyClientFactory, ProxyFactory, ProxyServer } from "../../src/portforward/proxy-factory.ts";
import { ClientFactory, Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { explore } from "../../src/sim/explore/explore.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import { running, until } from "../conformance/running.ts";
import { RecordingFactory } from "../conformance/stream-fixtures.ts";
import "../support/quiet-logs.ts";
import { Talker, checkConversation, talk } from "../support/relayed-conversation.ts";

const HOST = "127.0.0.1";
const address = new IPv4Address("TCP", "192.0.2.1", 7);

describe("ProxyFactory", () => {
  test("reads nothing until there is somewhere to send it to", () => {
    const reactor = new MemoryReactor();
    const factory = new ProxyFactory(new TCP4ClientEndpoint(reactor, "192.0.2.2", 80));
    const incoming = new StringTransport();
    const server = factory.buildProtocol(address)!;
    server.makeConnection(incoming);
    assert.equal(incoming.producerState, "paused");
    const outgoing = new StringTransport();
    const client = reactor.tcpClients[0]!.factory.buildProtocol(address)!;
    client.makeConnection(outgoing);
    assert.equal(incoming.producerState, "producing");
    server.dataReceived(Buffer.from("there"));
    client.dataReceived(Buffer.from("back"));
    assert.deepEqual([incoming.value(), outgoing.value()], ["back", "there"]);
  });

  test("classes of one's own may stand for both ends", () => {
    class Shouting extends ProxyClient {
      override dataReceived(data: Buffer): void {
        super.dataReceived(Buffer.from(data.toString().toUpperCase()));
      }
    }
    class ShoutingFactory extends ProxyClientFactory {
      override protocol = Shouting;
    }
    const reactor = new MemoryReactor();
    const server = new ProxyFactory(new TCP4ClientEndpoint(reactor, "192.0.2.2", 80)).buildProtocol(address)!;
    server.clientProtocolFactory = ShoutingFactory;
    const incoming = new StringTransport();
    server.makeConnection(incoming);
    const client = reactor.tcpClients[0]!.factory.buildProtocol(address)!;
    client.makeConnection(new StringTransport());
    client.dataReceived(Buffer.from("back"));
    assert.equal(incoming.value(), "BACK");
  });

  test("an outgoing end without an incoming one does nothing", () => {
    const client = new ProxyClientFactory().buildProtocol(address)!;
    client.makeConnection(new StringTransport());
    client.dataReceived(Buffer.from("x"));
    assert.ok(new ProxyClientFactory() instanceof ClientFactory);
  });
});

const reactors = [["node", () => new NodeReactor()] as const, ["epoll", () => new EpollReactor()] as const].filter(
  ([kind]) => kind === "node" || loadNativeCore() !== null,
);

async function listen(reactor: Reactor, factory: Factory): Promise<TCP4ClientEndpoint> {
  const port = await new TCP4ServerEndpoint(reactor, 0, { interface: HOST }).listen(factory);
  return new TCP4ClientEndpoint(reactor, HOST, (port.getHost() as InternetAddress).port);
}

for (const [kind, makeReactor] of reactors) {
  describe(`ProxyFactory, on the ${kind} reactor`, () => {
    test("forwards bytes and their ends, both ways", () =>
      running(makeReactor, async (reactor) => {
        const bytes = [Buffer.alloc(3_000_000, "there"), Buffer.alloc(2_000_000, "back")] as const;
        const far = new Talker(bytes[1]);
        const there = await listen(reactor, Object.assign(new Factory(), { buildProtocol: () => far }));
        const near = await connectProtocol(await listen(reactor, new ProxyFactory(there)), new Talker(bytes[0]));
        await until(() => near.lost !== undefined && far.lost !== undefined, "both ends");
        assert.ok(near.endedCleanly && far.endedCleanly);
        checkConversation(near, far);
      }));

    test("a connection to nowhere is closed", () =>
      running(makeReactor, async (reactor) => {
        const port = await new TCP4ServerEndpoint(reactor, 0, { interface: HOST }).listen(new RecordingFactory());
        const nowhere = new TCP4ClientEndpoint(reactor, HOST, (port.getHost() as InternetAddress).port);
        await port.stopListening();
        const near = await (await listen(reactor, new ProxyFactory(nowhere))).connect(new RecordingFactory());
        await until(() => near.lost !== undefined, "the end");
      }));

    test("a connection that is lost before gives up connecting", () =>
      running(makeReactor, async (reactor) => {
        let cancelled = 0;
        const never = { connect: () => new Deferred<never>(() => cancelled++) };
        const near = await (await listen(reactor, new ProxyFactory(never))).connect(new RecordingFactory());
        near.transport.abortConnection();
        await until(() => near.lost !== undefined, "the end");
        // What is paused hears of a reset when something is done with it, at the latest when the reactor stops.
        reactor.stop();
        await until(() => cancelled === 1, "the cancelling");
      }));

    test("a connection that somebody closes, as a time-out does, takes the other with it", () =>
      running(makeReactor, async (reactor) => {
        const far = new RecordingFactory();
        const proxy = new ProxyFactory(await listen(reactor, far));
        const servers: ProxyServer[] = [];
        proxy.protocol = class extends ProxyServer {
          override connectionMade(): void {
            servers.push(this);
            super.connectionMade();
          }
        };
        const near = await (await listen(reactor, proxy)).connect(new RecordingFactory());
        await until(() => far.protocols[0]?.events.length === 1, "the outgoing end");
        servers[0]!.transport.loseConnection();
        await until(() => near.lost !== undefined && far.protocols[0]!.lost !== undefined, "both ends");
        assert.deepEqual([near.reason, far.protocols[0]!.reason], ["ConnectionDone", "ConnectionDone"]);
      }));

    test("a slow reader does not grow memory, in either direction", () =>
      running(makeReactor, async (reactor) => {
        for (const direction of ["there", "back"]) {
          let written = 0;
          let resumed = 0;
          class Flood extends Protocol {
            override connectionMade(): void {
              this.transport.registerProducer(this, false);
            }
            resumeProducing(): void {
              resumed++;
              written += 65_536;
              this.transport.write(Buffer.alloc(65_536));
            }
            stopProducing(): void {}
          }
          class Stubborn extends Protocol {
            override connectionMade(): void {
              this.transport.pauseProducing();
            }
          }
          const [Near, Far] = direction === "there" ? [Flood, Stubborn] : [Stubborn, Flood];
          const forward = await listen(reactor, new ProxyFactory(await listen(reactor, Factory.forProtocol(Far))));
          const near = await connectProtocol(forward, new Near());
          let [before, quiet] = [-1, 0];
          await until(() => {
            quiet = resumed === before && resumed > 0 ? quiet + 1 : 0;
            before = resumed;
            return quiet > 300;
          }, "the flood to stand still");
          // What is under way is in the buffers of the system, on four sockets; the relay itself keeps next to nothing.
          assert.ok(written < 64 * 1024 * 1024, `${written} bytes`);
          near.transport.abortConnection();
        }
      }));
  });
}

test("ProxyFactory, in 200 simulated networks with faults: what arrives is the beginning of what was sent, and both connections end", async () => {
  const clean = { count: 0 };
  await explore({
    seeds: 200,
    faults: { most: 4, within: [0, 10], lasting: [0.05, 8] },
    run: { for: 4000 },
    program: (net) => {
      const ends: { near: Talker | undefined; far: Talker | undefined } = { near: undefined, far: undefined };
      net.host("server").spawn(({ reactor, random }) => {
        const factory = Object.assign(new Factory(), { buildProtocol: () => (ends.far = new Talker(talk(random))) });
        reactor.listenTCP(7, factory);
      });
      const proxies: ProxyFactory[] = [];
      net.host("proxy").spawn(({ reactor }) => {
        const factory = new ProxyFactory(new HostnameEndpoint(reactor, "server", 7));
        proxies.push(factory);
        reactor.listenTCP(8, factory);
      });
      let begun = false;
      net.host("client").spawn(({ reactor, random }) => {
        if (begun) return;
        begun = true;
        ends.near = new Talker(talk(random));
        connectProtocol(new HostnameEndpoint(reactor, "proxy", 8), ends.near).addErrback(() => (ends.near = undefined));
        // Whoever is gone without a word is not waited for for ever.
        reactor.callLater(1000, () => ends.near?.transport.abortConnection());
      });
      return () => {
        checkConversation(ends.near, ends.far);
        if (ends.near?.endedCleanly === true && ends.far?.endedCleanly === true) clean.count++;
        if (ends.near !== undefined && net.faults.every(({ kind }) => kind !== "crash")) {
          assert.notEqual(ends.near.lost, undefined, "the near connection has ended");
          const crossed =
            ends.far?.lost !== undefined ||
            ends.far === undefined ||
            net.faults.some(({ kind }) => kind === "partition");
          assert.ok(crossed, "the far connection has ended");
        }
      };
    },
  });
  assert.ok(clean.count > 50, `${clean.count} of the conversations were whole`);
});

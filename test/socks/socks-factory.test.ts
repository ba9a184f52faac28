import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Clock } from "../../src/clock/clock.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { connectProtocol } from "../../src/endpoint/connect-protocol.ts";
import type { StreamClientEndpoint } from "../../src/endpoint/endpoint.ts";
import { HostnameEndpoint } from "../../src/endpoint/hostname.ts";
import { TCP4ClientEndpoint, TCP4ServerEndpoint } from "../../src/endpoint/tcp.ts";
import { ProxyAuthenticationError, ProxyConnectError } from "../../src/endpoint/tunnel.ts";
import { DatagramProtocol } from "../../src/protocol/datagram-protocol.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { explore } from "../../src/sim/explore/explore.ts";
import { SOCKS4ClientEndpoint, SOCKS5ClientEndpoint } from "../../src/socks/socks-client-endpoint.ts";
import { SOCKSFactory, SOCKSv4, SOCKSv4Factory, SOCKSv5, SOCKSv5Factory } from "../../src/socks/socks-factory.ts";
import type { SOCKSOptions, SOCKSRequest } from "../../src/socks/socks-options.ts";
import { formatDatagram, parseDatagram } from "../../src/socks/wire/datagram.ts";
import { SOCKSClientMachine } from "../../src/socks/wire/client-machine.ts";
import type { ClientEvent } from "../../src/socks/wire/client-machine.ts";
import type { SOCKSCommand } from "../../src/socks/wire/server-machine.ts";
import { MemoryReactorClock } from "../../src/testing/memory-reactor-clock.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import { running, until } from "../conformance/running.ts";
import { RecordingFactory } from "../conformance/stream-fixtures.ts";
import type { Recorder } from "../conformance/stream-fixtures.ts";
import { chunked } from "../support/chunkings.ts";
import "../support/quiet-logs.ts";
import { Talker, checkConversation, talk } from "../support/relayed-conversation.ts";

const HOST = "127.0.0.1";
const reactors = [["node", () => new NodeReactor()] as const, ["epoll", () => new EpollReactor()] as const].filter(
  ([kind]) => kind === "node" || loadNativeCore() !== null,
);

async function listen(reactor: Reactor, factory: Factory): Promise<number> {
  const port = await new TCP4ServerEndpoint(reactor, 0, { interface: HOST }).listen(factory);
  return (port.getHost() as InternetAddress).port;
}

function echo(): RecordingFactory {
  return new RecordingFactory((protocol) => (protocol.onData = ({ transport }, data) => transport.write(data)));
}

/** A server, and the endpoint of its port. */
async function serve(
  reactor: Reactor,
  options: SOCKSOptions,
): Promise<{ proxy: StreamClientEndpoint; factory: SOCKSFactory }> {
  const factory = new SOCKSFactory(reactor, options);
  return { proxy: new TCP4ClientEndpoint(reactor, HOST, await listen(reactor, factory)), factory };
}

async function reasonOf(connecting: PromiseLike<unknown>): Promise<string> {
  try {
    await connecting;
    return "connected";
  } catch (error) {
    assert.ok(error instanceof ProxyConnectError, String(error));
    return error instanceof ProxyAuthenticationError ? "authentication" : error.reply;
  }
}

for (const [kind, makeReactor] of reactors) {
  describe(`SOCKSFactory, on the ${kind} reactor`, () => {
    test("connects clients of all versions, by address and by name", () =>
      running(makeReactor, async (reactor) => {
        const port = await listen(reactor, echo());
        const { proxy, factory } = await serve(reactor, { allowPrivate: true });
        for (const endpoint of [
          new SOCKS4ClientEndpoint(reactor, proxy, HOST, port),
          new SOCKS4ClientEndpoint(reactor, proxy, "localhost", port, { userID: "ada" }),
          new SOCKS5ClientEndpoint(reactor, proxy, HOST, port),
          new SOCKS5ClientEndpoint(reactor, proxy, "localhost", port, { username: "ada", password: "x" }),
        ]) {
          const client = await endpoint.connect(new RecordingFactory());
          client.transport.write("hello");
          await until(() => client.text === "hello", "the echo");
          assert.equal(factory.connectionCount, 1);
          client.transport.loseConnection();
          await until(() => client.lost !== undefined && factory.connectionCount === 0, "the end");
        }
      }));

    test("forwards what comes behind the request, and the ends of both directions", () =>
      running(makeReactor, async (reactor) => {
        const far = new Talker(Buffer.alloc(400_000, "back"));
        const port = await listen(reactor, Object.assign(new Factory(), { buildProtocol: () => far }));
        const { proxy } = await serve(reactor, { allowPrivate: true });
        const raw = await proxy.connect(new RecordingFactory());
        raw.transport.write(Buffer.from([4, 1, port >> 8, port & 255, 127, 0, 0, 1, 0, 104, 105]));
        await until(() => raw.received.length === 400_008, "all that comes back");
        await until(() => far.received.length > 0, "what goes there");
        assert.equal(far.received.toString(), "hi");
        assert.equal(raw.received[1], 90);
        raw.transport.loseWriteConnection();
        await until(() => far.lost !== undefined && raw.lost !== undefined, "the end");
        assert.ok(far.endedCleanly);
      }));

    test("tells who may come in", () =>
      running(makeReactor, async (reactor) => {
        const port = await listen(reactor, echo());
        const asked: string[] = [];
        const { proxy, factory } = await serve(reactor, {
          allowPrivate: true,
          authenticate: async (username, password) => {
            asked.push(`${username}:${password}`);
            await Promise.resolve();
            if (username === "broken") throw new Error("no database");
            return password === "secret" || username === "four";
          },
        });
        const five = (options: object): PromiseLike<unknown> =>
          new SOCKS5ClientEndpoint(reactor, proxy, HOST, port, options).connect(new RecordingFactory());
        const four = (userID: string): PromiseLike<unknown> =>
          new SOCKS4ClientEndpoint(reactor, proxy, HOST, port, { userID }).connect(new RecordingFactory());
        assert.equal(await reasonOf(five({ username: "ada", password: "secret" })), "connected");
        assert.equal(await reasonOf(five({ username: "ada", password: "wrong" })), "authentication");
        assert.equal(await reasonOf(five({ username: "broken" })), "authentication");
        assert.equal(await reasonOf(five({})), "authentication");
        assert.equal(await reasonOf(four("four")), "connected");
        assert.equal(await reasonOf(four("ada")), "failed");
        assert.deepEqual(asked, ["ada:secret", "ada:wrong", "broken:", "four:", "ada:"]);
        await until(() => factory.connectionCount === 2, "the end of those who were refused");
      }));

    test("refuses what is not allowed, and says so", () =>
      running(makeReactor, async (reactor) => {
        const port = await listen(reactor, echo());
        const usual = await serve(reactor, {});
        for (const host of [HOST, "localhost", "10.0.0.1", "169.254.169.254"]) {
          const endpoint = new SOCKS5ClientEndpoint(reactor, usual.proxy, host, port);
          assert.equal(await reasonOf(endpoint.connect(new RecordingFactory())), "not allowed", host);
        }
        const requests: SOCKSRequest[] = [];
        const ruled = await serve(reactor, {
          allowPrivate: true,
          commands: ["connect"],
          allows: (request) => {
            requests.push(request);
            return request.host === HOST;
          },
        });
        const by = (host: string): PromiseLike<unknown> =>
          new SOCKS5ClientEndpoint(reactor, ruled.proxy, host, port).connect(new RecordingFactory());
        assert.equal(await reasonOf(by(HOST)), "connected");
        assert.equal(await reasonOf(by("localhost")), "not allowed");
        const { client, ...first } = requests[0]!;
        assert.deepEqual(first, { version: 5, command: "connect", host: HOST, port, address: HOST, username: "" });
        assert.equal((client as InternetAddress).host, HOST);
        const raw = await ask(ruled.proxy, "bind", { host: HOST, port: 1 });
        await until(() => raw.replies.length > 0, "the reply");
        assert.equal((raw.replies[0] as { outcome: string }).outcome, "command not supported");
      }));

    test("says why there is no connection", () =>
      running(makeReactor, async (reactor) => {
        const { proxy } = await serve(reactor, { allowPrivate: true });
        const closed = await new TCP4ServerEndpoint(reactor, 0, { interface: HOST }).listen(echo());
        const { port } = closed.getHost() as InternetAddress;
        await closed.stopListening();
        const endpoint = new SOCKS5ClientEndpoint(reactor, proxy, HOST, port);
        assert.equal(await reasonOf(endpoint.connect(new RecordingFactory())), "connection refused");
      }));

    test("binds a port for whom the client names, and for nobody else", () =>
      running(makeReactor, async (reactor) => {
        const { proxy } = await serve(reactor, { allowPrivate: true });
        const raw = await ask(proxy, "bind", { host: HOST, port: 1 });
        await until(() => raw.replies.length === 1, "the first reply");
        const { host, port, outcome } = raw.replies[0] as ClientEvent & { type: "reply" };
        assert.deepEqual([host, outcome], [HOST, "succeeded"]);
        const caller = await new TCP4ClientEndpoint(reactor, HOST, port).connect(new RecordingFactory());
        await until(() => raw.replies.length === 2, "the second reply");
        assert.equal((raw.replies[1] as { port: number }).port, caller.transport.getHost().port);
        caller.transport.write("from outside");
        raw.protocol.transport.write("from inside");
        await until(() => raw.rest() === "from outside" && caller.text === "from inside", "both");
        const other = await ask(proxy, "bind", { host: "127.0.0.9", port: 1 });
        await until(() => other.replies.length === 1, "the first reply");
        const wrong = (other.replies[0] as { port: number }).port;
        // It may be reset before it knows that it is connected.
        new TCP4ClientEndpoint(reactor, HOST, wrong).connect(new RecordingFactory()).addErrback(() => undefined);
        await until(() => other.replies.length === 2, "the refusal");
        assert.equal((other.replies[1] as { outcome: string }).outcome, "not allowed");
      }));

    test("relays datagrams of the client, and answers to it", () =>
      running(makeReactor, async (reactor) => {
        const { proxy } = await serve(reactor, { allowPrivate: true });
        class EchoDatagrams extends DatagramProtocol {
          override datagramReceived(datagram: Buffer, address: InternetAddress): void {
            this.transport.write(Buffer.concat([datagram, Buffer.from("!")]), address);
          }
        }
        class Heard extends DatagramProtocol {
          readonly datagrams: Buffer[] = [];
          override datagramReceived(datagram: Buffer): void {
            this.datagrams.push(Buffer.from(datagram));
          }
        }
        const target = reactor.listenUDP(0, new EchoDatagrams(), { interface: HOST });
        const heard = new Heard();
        const own = reactor.listenUDP(0, heard, { interface: HOST });
        const stranger = reactor.listenUDP(0, new Heard(), { interface: HOST });
        for (const port of [target, own, stranger]) await port.whenListening();
        const raw = await ask(proxy, "udp associate", { host: "0.0.0.0", port: 0 });
        await until(() => raw.replies.length === 1, "the reply");
        const relay = raw.replies[0] as ClientEvent & { type: "reply" };
        assert.equal(relay.outcome, "succeeded");
        const { port } = target.getHost();
        for (const host of [HOST, "localhost"]) {
          heard.datagrams.length = 0;
          own.write(formatDatagram({ address: { host, port }, payload: Buffer.from("hello") }), relay);
          await until(() => heard.datagrams.length === 1, "the answer");
          const answer = parseDatagram(heard.datagrams[0]!);
          assert.deepEqual(answer.address, { host: HOST, port });
          assert.equal(answer.payload.toString(), "hello!");
        }
        // Nonsense, and strangers, are dropped; the echo of a last one shows that they are.
        own.write("?", relay);
        stranger.write("let me in", relay);
        own.write(formatDatagram({ address: { host: HOST, port }, payload: Buffer.from("last") }), relay);
        await until(() => heard.datagrams.length === 2, "the last answer");
        assert.equal(parseDatagram(heard.datagrams[1]!).payload.toString(), "last!");
        raw.protocol.transport.loseConnection();
        await until(() => raw.protocol.lost !== undefined, "the end");
      }));
  });
}

interface Asked {
  readonly protocol: Recorder;
  readonly replies: ClientEvent[];
  /** What came behind the replies. */
  rest(): string;
}

/** Asks a proxy of version 5 for something, by hand. */
async function ask(
  proxy: StreamClientEndpoint,
  command: SOCKSCommand,
  place: { host: string; port: number },
): Promise<Asked> {
  const machine = new SOCKSClientMachine(5);
  const replies: ClientEvent[] = [];
  const expected = command === "bind" ? 2 : 1;
  const rest: Buffer[] = [];
  const factory = new RecordingFactory((protocol) => {
    protocol.onData = ({ transport }, data) => {
      if (replies.length === expected) {
        rest.push(Buffer.from(data));
        return;
      }
      machine.receive(data);
      while (replies.length < expected) {
        const event = machine.nextEvent();
        if (event === "needData") return;
        if (event.type === "method") transport.write(machine.send({ type: "request", command, ...place }));
        else replies.push(event);
      }
      rest.push(machine.takeRest());
    };
  });
  const protocol = await proxy.connect(factory);
  protocol.transport.write(machine.send({ type: "methods", methods: [0] }));
  return { protocol, replies, rest: () => Buffer.concat(rest).toString() };
}

describe("SOCKSFactory", () => {
  const address = new IPv4Address("TCP", "192.0.2.1", 7);

  test("waits for the request so long and no longer", () => {
    const reactor = new MemoryReactorClock();
    const factory = new SOCKSFactory(reactor, { negotiationTimeout: 5 });
    const transport = new StringTransport();
    const protocol = factory.buildProtocol(address)!;
    protocol.makeConnection(transport);
    reactor.advance(3);
    protocol.dataReceived(Buffer.of(5));
    reactor.advance(1);
    assert.equal(transport.aborting, false);
    reactor.advance(1);
    assert.equal(transport.aborting, true);
  });

  test("waits for the address of a name to bind for so long and no longer", () => {
    const reactor = new MemoryReactorClock();
    let cancelled = 0;
    const resolution = { name: "name", cancel: () => void cancelled++ };
    reactor.nameResolver = {
      resolveHostName: (receiver) => {
        receiver.resolutionBegan(resolution);
        return resolution;
      },
    };
    const transport = new StringTransport();
    const protocol = new SOCKSv4Factory(reactor, { connectTimeout: 5 }).buildProtocol(address)!;
    protocol.makeConnection(transport);
    protocol.dataReceived(Buffer.from("\x04\x02\0\x07\0\0\0\x01\0name\0", "latin1"));
    reactor.advance(4);
    assert.deepEqual([transport.disconnecting, cancelled], [false, 0]);
    reactor.advance(1);
    assert.deepEqual([transport.disconnecting, cancelled, transport.written()[1]], [true, 1, 91]);
    assert.equal(reactor.tcpServers.length, 0);
    assert.deepEqual(reactor.getDelayedCalls(), []);
  });

  test("any bytes give a request, an answer, the end, or nothing yet", () => {
    const byte = fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 5), fc.nat({ max: 255 }));
    const streams = fc.array(byte, { maxLength: 60 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(chunked(streams), fc.boolean(), ({ chunks }, asks) => {
        const reactor = new MemoryReactorClock();
        const options = asks ? { allowPrivate: true, authenticate: () => true, anonymous: true } : {};
        const transport = new StringTransport();
        const protocol = new SOCKSFactory(reactor, options).buildProtocol(address)!;
        protocol.makeConnection(transport);
        for (const chunk of chunks) {
          if (!transport.disconnecting && transport.producerState === "producing") protocol.dataReceived(chunk);
        }
        protocol.connectionLost(new Failure(new ConnectionDone()));
        assert.deepEqual(reactor.getDelayedCalls(), []);
      }),
      { numRuns: 500 },
    );
  });

  test("takes so many connections and no more", () => {
    const factory = new SOCKSFactory(new MemoryReactorClock(), { maxConnections: 1 });
    assert.notEqual(factory.buildProtocol(address), null);
    assert.equal(factory.buildProtocol(address), null);
  });

  test("the factories for one version speak that one", () => {
    for (const [Make, Protocol, wrong] of [
      [SOCKSv4Factory, SOCKSv4, 5],
      [SOCKSv5Factory, SOCKSv5, 4],
    ] as const) {
      const protocol = new Make(new MemoryReactorClock()).buildProtocol(address)!;
      assert.ok(protocol instanceof Protocol);
      const transport = new StringTransport();
      protocol.makeConnection(transport);
      protocol.dataReceived(Buffer.of(wrong));
      assert.equal(transport.disconnecting, true);
      assert.equal(transport.value(), "");
    }
  });

  test("waits for a connection to a port so long and no longer", async () => {
    const clock = new Clock();
    await running(
      () => new NodeReactor(),
      async (reactor) => {
        const timed = {
          callLater: clock.callLater.bind(clock),
          seconds: () => clock.seconds(),
          getDelayedCalls: () => clock.getDelayedCalls(),
          listenTCP: reactor.listenTCP.bind(reactor),
          connectTCP: reactor.connectTCP.bind(reactor),
          listenUDP: reactor.listenUDP.bind(reactor),
          nameResolver: reactor.nameResolver,
        };
        const factory = new SOCKSFactory(timed, { allowPrivate: true, bindTimeout: 9 });
        const raw = await ask(new TCP4ClientEndpoint(reactor, HOST, await listen(reactor, factory)), "bind", {
          host: HOST,
          port: 1,
        });
        await until(() => raw.replies.length === 1, "the first reply");
        clock.advance(9);
        await until(() => raw.replies.length === 2, "the second reply");
        assert.equal((raw.replies[1] as { outcome: string }).outcome, "time to live expired");
      },
    );
  });
});

for (const version of [4, 5] as const) {
  test(`SOCKS ${version}, in 200 simulated networks with faults: what arrives is the beginning of what was sent, and both connections end`, async () => {
    let clean = 0;
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
        const factories: SOCKSFactory[] = [];
        net.host("proxy").spawn(({ reactor }) => {
          const factory = new SOCKSFactory(reactor, { allowPrivate: true });
          factories.push(factory);
          reactor.listenTCP(1080, factory);
        });
        let begun = false;
        net.host("client").spawn(({ reactor, random }) => {
          if (begun) return;
          begun = true;
          const near = new Talker(talk(random));
          ends.near = near;
          const proxy = new HostnameEndpoint(reactor, "proxy", 1080);
          const endpoint =
            version === 4
              ? new SOCKS4ClientEndpoint(reactor, proxy, "server", 7)
              : new SOCKS5ClientEndpoint(reactor, proxy, "server", 7);
          connectProtocol(endpoint, near).addErrback(() => {
            if (!near.connected) ends.near = undefined;
          });
          reactor.callLater(1000, () => near.connected && near.transport.abortConnection());
        });
        return () => {
          checkConversation(ends.near, ends.far);
          if (ends.near?.endedCleanly === true && ends.far?.endedCleanly === true) clean++;
          if (net.faults.some(({ kind }) => kind === "crash" || kind === "partition")) return;
          assert.ok(ends.near === undefined || ends.near.lost !== undefined, "the near connection has ended");
          assert.ok(ends.far === undefined || ends.far.lost !== undefined, "the far connection has ended");
          assert.equal(factories.at(-1)!.connectionCount, 0, "the proxy has no connection left");
        };
      },
    });
    assert.ok(clean > 50, `${clean} of the conversations were whole`);
  });
}

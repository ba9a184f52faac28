/** Programs under the guard of a network: our own, and clients of npm that live in virtual time. */
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { once } from "node:events";
import { test } from "node:test";
import { ReconnectingClientFactory } from "../../src/protocol/reconnecting-client-factory.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { SimulationError } from "../../src/sim/errors.ts";
import type { ForeignSocket } from "../../src/sim/foreign/foreign-socket.ts";
import { installGlobals } from "../../src/sim/globals.ts";
import type { SimulatedHost } from "../../src/sim/simulated-host.ts";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";
import { loadNativeTLSEngine } from "../../src/tls/native-engine.ts";
import "../support/quiet-logs.ts";
import { RecordingClientFactory, RecordingFactory } from "../conformance/stream-fixtures.ts";
import { clientContext, serverContext } from "../conformance/tls-fixtures.ts";
import { RedisProtocol } from "./foreign/servers/redis-protocol.ts";

// Libraries take functions out of modules when they are loaded: under a guard, they take guarded ones.
const uninstall = installGlobals("simulate", () => undefined);
const { WebSocket, WebSocketServer } = await import("ws");
const { Redis } = await import("ioredis");
uninstall();

test("SimulatedNetwork, guard throw, ends the run where a program touches the real world", async () => {
  const touches: ((host: SimulatedHost) => unknown)[] = [
    () => Date.now(),
    () => new Promise((resolve) => setTimeout(resolve, 1)),
    async ({ reactor }) => {
      await new Promise<void>((resolve) => void reactor.callLater(1, resolve));
      await Promise.resolve();
      Math.random();
    },
    // Nobody hears of what is thrown here, but the log.
    ({ reactor }) => reactor.callLater(5, () => crypto.randomUUID()),
  ];
  const touched: unknown[] = [];
  for (const touch of touches) {
    const network = new SimulatedNetwork({ guard: "throw" });
    network.host("db1").spawn(touch);
    await network.run({ for: 10 }).catch((error: unknown) => {
      assert.ok(error instanceof SimulationError);
      touched.push((error.cause as { touched?: string }).touched);
    });
  }
  assert.deepEqual(touched, ["Date.now()", "setTimeout", "Math.random()", "crypto.randomUUID()"]);
});

test("SimulatedNetwork, guard throw, lets programs of ours run, and has none of it outside of them", async () => {
  const network = new SimulatedNetwork({ guard: "throw", link: { latency: 0.1 } });
  const answers: string[] = [];
  class Echo extends Protocol {
    override dataReceived(data: Buffer): void {
      this.transport.write(data);
    }
  }
  class Caller extends Protocol {
    override connectionMade(): void {
      this.transport.write("hello");
    }
    override dataReceived(data: Buffer): void {
      answers.push(data.toString());
    }
  }
  network.host("server").spawn(({ reactor }) => void reactor.listenTCP(7, Factory.forProtocol(Echo)));
  network.host("client").spawn(({ reactor, random }) => {
    const factory = ReconnectingClientFactory.forProtocol(Caller, reactor);
    factory.random = () => random.real();
    reactor.connectTCP("server", 7, factory);
  });
  network.at(0.5, () => assert.ok(Date.now() > 1_500_000_000_000));
  await network.run({ until: () => answers.join("") === "hello", for: 60 });
  assert.ok(Date.now() > 1_500_000_000_000);
});

test("SimulatedNetwork, guard that is none, is refused", () => {
  assert.throws(
    () => new SimulatedNetwork({ guard: "some" as never }),
    /it is 'some', expected one of 'none', 'throw', 'simulate'/,
  );
});

/** What a WebSocket that is masked with random numbers, and pinged by a timer, sends through the network. */
async function chat(seed: number): Promise<{ bytes: Buffer; log: string; heard: unknown[]; seconds: number }> {
  const network = new SimulatedNetwork({ seed, guard: "simulate", record: "bytes", link: { latency: 0.02 } });
  const heard: unknown[] = [];
  network.host("server").spawn(async (host) => {
    const { createServer } = await import("node:http");
    const http = createServer();
    const sockets = new WebSocketServer({ server: http });
    sockets.on("connection", (socket) => {
      setInterval(() => socket.ping(new Date().toISOString()), 30_000);
      socket.on("message", (data) => socket.send(data, { binary: false }));
    });
    host.createServer((socket: ForeignSocket) => http.emit("connection", socket)).listen(80);
  });
  network.host("client").spawn(async (host) => {
    const socket = new WebSocket("ws://server/", {
      createConnection: () => host.connect(80, "server") as never,
      // By default it takes from a pool that all connections share, also those of the run before.
      generateMask: (mask) => void crypto.randomFillSync(mask),
    });
    socket.on("ping", (data) => heard.push(String(data)));
    await once(socket, "open");
    socket.send(`it is ${Date.now()}`);
    const [answer] = (await once(socket, "message")) as [Buffer];
    heard.push(String(answer));
  });
  await network.run({ until: () => heard.length === 4, for: 3600, turns: 2 });
  const sent = network.events.filter(({ kind, host }) => kind === "sent" && host === "client");
  const bytes = Buffer.concat(sent.map(({ packet }) => packet?.payload ?? Buffer.alloc(0)));
  return { bytes, log: network.log(), heard, seconds: network.seconds() };
}

test("SimulatedNetwork, guard simulate, ws lives in virtual time, and sends the same bytes for the same seed", async () => {
  const [one, two, other] = [await chat(1), await chat(1), await chat(2)];
  assert.match(String(one.heard[0]), /^it is 9466848000\d\d$/);
  for (const [index, at] of one.heard.slice(1).entries()) {
    assert.match(String(at), new RegExp(`^2000-01-01T00:0${["0:3", "1:0", "1:3"][index]}0`));
  }
  assert.ok(one.seconds > 90 && one.seconds < 91);
  // What was recorded is what was sent, though the server takes the mask off in place.
  const frame = one.bytes.subarray(one.bytes.indexOf("\r\n\r\n") + 4);
  const mask = frame.subarray(2, 6);
  const text = frame.subarray(6, 24).map((byte, index) => byte ^ mask[index % 4]!);
  assert.equal(String(Buffer.from(text)), one.heard[0]);
  assert.deepEqual([two.heard, two.log, two.bytes], [one.heard, one.log, one.bytes]);
  assert.notEqual(other.bytes, one.bytes);
});

test("SimulatedNetwork, guard simulate, ioredis comes back after hours, which are nothing", async () => {
  const network = new SimulatedNetwork({ seed: 3, guard: "simulate", link: { latency: 0.01 } });
  const answers: unknown[] = [];
  const codes = new Set<unknown>();
  const server = network.host("server");
  server.spawn(({ reactor }) => void reactor.listenTCP(6379, Factory.forProtocol(RedisProtocol)));
  network.host("client").spawn(async (host) => {
    const redis = new Redis({
      Connector: class {
        check = (): boolean => true;
        connect = (): Promise<never> => Promise.resolve(host.connect(6379, "server") as never);
        disconnect(): void {}
      } as never,
      enableReadyCheck: false,
      disableClientInfo: true,
      maxRetriesPerRequest: null,
      retryStrategy: () => 600_000,
    });
    redis.on("error", (error: NodeJS.ErrnoException) => codes.add(error.code));
    answers.push(await redis.incr("n"));
    await new Promise((resolve) => setTimeout(resolve, 60_000));
    answers.push(await redis.incr("n"));
    redis.disconnect();
  });
  network.at(30, () => server.kill());
  network.at(3 * 3600, () => server.restart());
  await network.run({ until: () => answers.length === 2, for: 5 * 3600, turns: 2 });
  // The server has forgotten everything.
  assert.deepEqual([answers, [...codes]], [[1, 1], ["ECONNREFUSED"]]);
  assert.ok(network.seconds() > 3 * 3600);
});

for (const engine of ["node", "native"] as const) {
  const isThere = engine === "node" || loadNativeTLSEngine() !== null;
  test(`SimulatedNetwork, guard throw, lets TLS run with the ${engine} engine`, { skip: !isThere }, async () => {
    const network = new SimulatedNetwork({ guard: "throw", link: { latency: 0.05 } });
    const servers = new RecordingFactory((protocol) => (protocol.onData = () => protocol.transport.loseConnection()));
    const clients = new RecordingClientFactory();
    const contexts = { server: serverContext(), client: clientContext() };
    network.host("server").spawn(({ reactor }) => void reactor.listenSSL(7, servers, contexts.server, { engine }));
    network.host("client").spawn(({ reactor }) => {
      reactor.connectSSL("server", 7, clients, contexts.client, { engine });
      reactor.callLater(1, () => clients.only.transport.write("hello"));
    });
    await network.run({ for: 60, turns: 5 });
    assert.deepEqual(
      [servers.only.text, servers.only.reason, clients.only.reason],
      ["hello", "ConnectionDone", "ConnectionDone"],
    );
  });
}

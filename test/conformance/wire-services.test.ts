/** The wire services over both reactors, and over a simulated network with faults. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { describe, test } from "node:test";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore, whyNotLoaded } from "../../src/reactor/epoll/native-core.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import type { Transport } from "../../src/transport/transport.ts";
import { Chargen } from "../../src/wire-services/chargen.ts";
import { Echo } from "../../src/wire-services/echo.ts";
import { noise } from "../../src/wire-services/wire/noise.ts";
import { wireServices } from "../../src/wire-services/wire-services.ts";
import { DatagramRecorder, recorderOn } from "./datagram-fixtures.ts";
import { RecordingClientFactory } from "./stream-fixtures.ts";
import { running, until } from "./running.ts";
import "../support/quiet-logs.ts";

const HOST = "127.0.0.1";
const NAMES = ["chargen", "daytime", "discard", "echo", "qotd", "time", "who"] as const;
/** More than the system's buffers for a connection can hold. */
const MUCH = 32 * 1024 * 1024;
const noCore = loadNativeCore() === null && `the native core does not load: ${whyNotLoaded()}`;

async function portOf(reactor: Reactor, factory: Factory): Promise<number> {
  const port = await reactor.listenTCP(0, factory, { interface: HOST }).whenListening();
  return (port.getHost() as InternetAddress).port;
}

/** A client that reads only what it is told to. */
async function silentClient(port: number): Promise<Socket> {
  const socket = connect(port, HOST).pause();
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  return socket;
}

/** Resolves when nothing has been sent or received for many turns. */
async function quiet(reactor: Reactor): Promise<void> {
  const traffic = (): number => {
    const { bytesSent, bytesReceived } = reactor.statistics();
    return bytesSent + bytesReceived;
  };
  for (let turns = 0, last = traffic(); turns < 500; turns++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (traffic() === last) continue;
    last = traffic();
    turns = 0;
    assert.ok(last < MUCH, `${last} bytes, and the client has read nothing`);
  }
}

for (const [kind, makeReactor, skip] of [
  ["node", () => new NodeReactor(), false],
  ["epoll", () => new EpollReactor(), noCore],
] as const) {
  describe(`Wire services on ${kind}`, { skip }, () => {
    for (const name of NAMES) {
      test(`${name}, over TCP and UDP`, async () => {
        await running<void>(makeReactor, async (reactor) => {
          const { tcpFactory, udpProtocol } = wireServices[name];
          const options = { clock: { seconds: () => 0 }, random: () => 0.02 };
          const expected = {
            chargen: noise(1).toString().slice(0, 10),
            daytime: "Thu Jan  1 00:00:00 1970\r\n",
            discard: "",
            echo: "ping",
            qotd: "An apple a day keeps the doctor away.\r\n",
            time: "\x83\xaa\x7e\x80",
            who: "root\r\n",
          }[name];
          const client = new RecordingClientFactory((protocol) => {
            protocol.onMade = () => protocol.transport.write("ping");
            protocol.onData = () => {
              if (name === "echo" || name === "chargen") protocol.transport.loseConnection();
            };
          });
          reactor.connectTCP(HOST, await portOf(reactor, tcpFactory(options)), client);
          if (name === "discard") {
            await until(() => reactor.statistics().bytesReceived === 4, "the bytes");
            client.only.transport.loseConnection();
          }
          await until(() => client.protocols[0]?.lost !== undefined, "the end of the connection");
          const { received } = client.only;
          assert.equal(received.subarray(0, name === "chargen" ? 10 : undefined).toString("latin1"), expected);

          const server = udpProtocol(options);
          const port = await reactor.listenUDP(0, server, { interface: HOST }).whenListening();
          const asking = recorderOn(reactor);
          asking.transport.write("ping", port.getHost() as InternetAddress);
          if (name === "discard") return;
          await asking.received(1);
          assert.equal(asking.datagrams[0]!.toString("latin1"), expected);
        });
      });
    }

    test("chargen, to a client that does not read, sends no more than the system holds, and closes when told to", async () => {
      await running<void>(makeReactor, async (reactor) => {
        const transports: Transport[] = [];
        class Seen extends Chargen {
          override connectionMade(): void {
            transports.push(this.transport);
            super.connectionMade();
          }
        }
        const socket = await silentClient(await portOf(reactor, Factory.forProtocol(Seen)));
        await until(() => reactor.statistics().bytesSent > 0, "the first characters");
        await quiet(reactor);
        transports[0]!.loseConnection();
        const read: Buffer[] = [];
        socket.on("data", (chunk: Buffer) => void read.push(chunk)).resume();
        await new Promise<void>((resolve) => socket.once("close", resolve));
        const all = Buffer.concat(read);
        assert.deepEqual(all, noise(all.length).subarray(0, all.length));
        assert.equal(all.length, reactor.statistics().bytesSent);
      });
    });

    test("echo, of a client that does not read, takes no more than the system holds, and gives it all back", async () => {
      await running<void>(makeReactor, async (reactor) => {
        const socket = await silentClient(await portOf(reactor, Factory.forProtocol(Echo)));
        socket.write(Buffer.alloc(MUCH, "0123456789"));
        await until(() => reactor.statistics().bytesReceived > 0, "the first bytes");
        await quiet(reactor);
        let length = 0;
        await new Promise<void>((resolve) => {
          socket.on("data", (chunk: Buffer) => {
            length += chunk.length;
            if (length === MUCH) resolve();
          });
          socket.resume();
        });
        socket.end();
        await new Promise<void>((resolve) => socket.once("close", resolve));
      });
    });
  });
}

/** Ends a simulation that a fault has left without an answer. */
const SECONDS = 60;

for (let first = 1; first < 200; first += 10) {
  test(`Wire services on a simulated network, answer as far as faults let them: seeds ${first} to ${first + 9}`, async () => {
    let answers = 0;
    for (let seed = first; seed < first + 10; seed++) answers += await faulty(seed);
    assert.ok(answers > 0, "not all of them are lost");
  });
}

/** How many bytes of answers came over datagrams, and of Echo. */
async function faulty(seed: number): Promise<number> {
  const net = new SimulatedNetwork({ seed, link: { latency: 0.01, loss: 0.05 }, faults: {} });
  const sent = Buffer.alloc(100_000, "0123456789");
  const server = net.host("server");
  server.spawn(({ reactor }) => {
    for (const { port, tcpFactory, udpProtocol } of Object.values(wireServices)) {
      reactor.listenTCP(port, tcpFactory({ clock: reactor }));
      reactor.listenUDP(port, udpProtocol({ clock: reactor, random: () => 0.5 }));
    }
  });
  const streams = new Map<string, { chunks: Buffer[]; clean: boolean }>();
  const answers: Buffer[] = [];
  net.host("client").spawn(({ reactor }) => {
    for (const { name, port } of Object.values(wireServices)) {
      const heard = { chunks: [] as Buffer[], clean: false };
      streams.set(name, heard);
      class Client extends Protocol {
        override connectionMade(): void {
          if (name === "echo") this.transport.write(sent);
        }
        override dataReceived(data: Buffer): void {
          heard.chunks.push(data);
          if (name === "chargen" && heard.chunks.length > 20) this.transport.abortConnection();
        }
        override connectionLost(reason: { value: unknown }): void {
          heard.clean = (reason.value as Error).name === "ConnectionDone";
        }
      }
      const factory = new RecordingClientFactory();
      factory.buildProtocol = () => new Client() as never;
      reactor.connectTCP("server", port, factory);
    }
    const datagrams = new DatagramRecorder();
    datagrams.onDatagram = (_, answer) => void answers.push(answer);
    reactor.listenUDP(0, datagrams);
    reactor.callLater(1, () => {
      const [host] = server.addresses;
      for (const { port } of Object.values(wireServices)) datagrams.transport.write("ping", { host: host!, port });
    });
  });
  await net.run({ for: SECONDS });
  const expected: Record<string, (bytes: Buffer) => Buffer> = {
    chargen: (bytes) => noise(bytes.length).subarray(0, bytes.length),
    discard: () => Buffer.alloc(0),
    echo: (bytes) => sent.subarray(0, bytes.length),
    qotd: () => Buffer.from("An apple a day keeps the doctor away.\r\n"),
    who: () => Buffer.from("root\r\n"),
  };
  for (const [name, { chunks, clean }] of streams) {
    const bytes = Buffer.concat(chunks);
    if (expected[name] === undefined) {
      assert.ok(bytes.length === 0 || bytes.length === (name === "time" ? 4 : 26), `${name}, seed ${seed}`);
    } else if (bytes.length > 0 || clean) {
      assert.deepEqual(bytes, expected[name](bytes), `${name}, seed ${seed}`);
    }
  }
  // What is lost is lost, but nobody says anything else.
  for (const { length } of answers) assert.ok([4, 6, 26, 39, 256].includes(length), `seed ${seed}`);
  return answers.length + Buffer.concat(streams.get("echo")!.chunks).length;
}

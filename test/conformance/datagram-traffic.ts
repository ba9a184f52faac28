/** What datagrams may be, where they may go, and what becomes of those that do not get there. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { InvalidStateError } from "../../src/errors.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import type { HostAndPort } from "../../src/transport/address.ts";
import {
  AlreadyConnectedError,
  ConnectError,
  InvalidAddressError,
  MessageLengthError,
} from "../../src/transport/errors.ts";
import {
  DatagramRecorder,
  ELSEWHERE,
  HOST,
  HOST6,
  at,
  closedPort,
  complaints,
  recorderOn,
} from "./datagram-fixtures.ts";
import type { MakeReactor } from "./running.ts";
import { running, until } from "./running.ts";

export function datagramTrafficConformance(name: string, makeReactor: MakeReactor): void {
  describe(`${name}: datagrams`, () => {
    for (const host of [HOST, HOST6]) {
      test(`write, from ${host}, sends each as one datagram, as bytes and as UTF-8`, async () => {
        await running(makeReactor, async (reactor) => {
          const client = recorderOn(reactor, host);
          const server = recorderOn(reactor, host);
          const there = server.transport.getHost();
          client.transport.write("grüße", there);
          client.transport.write(Buffer.from([1, 2]), there);
          client.transport.write(new Uint8Array([3, 4]), { host: there.host, port: there.port });
          client.transport.write("", there);
          await server.received(4);
          assert.deepEqual(
            server.datagrams.map((datagram) => [...datagram]),
            [[...Buffer.from("grüße")], [1, 2], [3, 4], []],
          );
          for (const address of server.addresses) assert.ok(address.equals(client.transport.getHost()));
        });
      });
    }

    test("write, inside startProtocol, sends", async () => {
      await running(makeReactor, async (reactor) => {
        const server = recorderOn(reactor);
        const client = new DatagramRecorder();
        client.onStart = ({ transport }) => transport.write("first", server.transport.getHost());
        reactor.listenUDP(0, client, { interface: HOST });
        await server.received(1);
        assert.deepEqual(server.texts, ["first"]);
      });
    });

    test("write, inside datagramReceived, answers with the same bytes", async () => {
      await running(makeReactor, async (reactor) => {
        const server = recorderOn(reactor);
        server.onDatagram = ({ transport }, datagram, address) => transport.write(datagram, address);
        const client = recorderOn(reactor);
        for (let i = 0; i < 50; i++) client.transport.write(`${i}`, server.transport.getHost());
        await client.received(50);
        assert.deepEqual(
          client.texts,
          Array.from({ length: 50 }, (_, i) => `${i}`),
        );
      });
    });

    test("writeSequence, sends its pieces as one datagram", async () => {
      await running(makeReactor, async (reactor) => {
        const protocol = recorderOn(reactor);
        const { transport } = protocol;
        transport.writeSequence(new Set(["some", Buffer.from(" "), "pieces"]), transport.getHost());
        transport.writeSequence([], transport.getHost());
        await protocol.received(2);
        assert.deepEqual(protocol.texts, ["some pieces", ""]);
      });
    });

    test("an address object, is shared by the datagrams that one peer sends in a row", async () => {
      await running(makeReactor, async (reactor) => {
        const [one, other, server] = [recorderOn(reactor), recorderOn(reactor), recorderOn(reactor)];
        const there = server.transport.getHost();
        one.transport.write("1", there);
        one.transport.write("2", there);
        other.transport.write("3", there);
        one.transport.write("4", there);
        await server.received(4);
        assert.equal(server.addresses[0], server.addresses[1]);
        const ports = server.addresses.map(({ port }) => port);
        const [a, b] = [one.transport.getHost().port, other.transport.getHost().port];
        assert.deepEqual(ports, [a, a, b, a]);
      });
    });

    for (const [host, longest] of [
      [HOST, 65_507],
      [HOST6, 65_527],
    ] as const) {
      test(`write, of ${longest} bytes to ${host}, sends; of one more, throws MessageLengthError`, async () => {
        await running(makeReactor, async (reactor) => {
          const protocol = new DatagramRecorder();
          const port = reactor.listenUDP(0, protocol, { interface: host, maxPacketSize: 65_535 });
          const bytes = Buffer.alloc(longest, "abc");
          port.write(bytes, port.getHost());
          assert.throws(() => port.write(Buffer.alloc(longest + 1), port.getHost()), MessageLengthError);
          assert.throws(() => port.writeSequence([bytes, "x"], port.getHost()), MessageLengthError);
          await protocol.received(1);
          assert.ok(protocol.datagrams[0]!.equals(bytes));
        });
      });
    }

    test("maxPacketSize, cuts off what is longer; 8192 unless told otherwise", async () => {
      await running(makeReactor, async (reactor) => {
        const client = recorderOn(reactor);
        const small = new DatagramRecorder();
        reactor.listenUDP(0, small, { interface: HOST, maxPacketSize: 4 });
        client.transport.write("12345678", small.transport.getHost());
        client.transport.write("1234", small.transport.getHost());
        await small.received(2);
        assert.deepEqual(small.texts, ["1234", "1234"]);
        const server = recorderOn(reactor);
        client.transport.write(Buffer.alloc(8193), server.transport.getHost());
        await server.received(1);
        assert.equal(server.datagrams[0]!.length, 8192);
      });
    });

    test("write, refuses what is no bytes and no address, and sends nothing", async () => {
      await running(makeReactor, async (reactor) => {
        const server = recorderOn(reactor);
        const there = server.transport.getHost();
        const { transport } = recorderOn(reactor);
        const write = (packet: unknown, address?: unknown) => transport.write(packet as string, address as HostAndPort);
        assert.throws(() => write(7, there), TypeError);
        assert.throws(() => write(null, there), TypeError);
        assert.throws(() => write([1, 2], there), TypeError);
        assert.throws(() => transport.writeSequence(["a", 7 as unknown as string], there), TypeError);
        assert.throws(() => write("x"), InvalidStateError);
        assert.throws(() => write("x", null), InvalidStateError);
        assert.throws(() => write("x", { ...at(9), host: "localhost" }), InvalidAddressError);
        assert.throws(() => write("x", { port: 9 }), InvalidAddressError);
        assert.throws(() => write("x", at(9, HOST6)), InvalidAddressError);
        assert.throws(() => write("x", at(0)), RangeError);
        assert.throws(() => write("x", at(65_536)), RangeError);
        assert.throws(() => write("x", at(9.5)), RangeError);
        assert.throws(() => write("x", { host: HOST, port: "9" }), TypeError);
        assert.throws(() => write("x", { host: HOST }), TypeError);
        transport.write("good", there);
        await server.received(1);
        assert.deepEqual(server.texts, ["good"]);
      });
    });

    test("write, on an IPv6 port, refuses IPv4 addresses", async () => {
      await running(makeReactor, async (reactor) => {
        const { transport } = recorderOn(reactor, HOST6);
        assert.throws(() => transport.write("x", at(9)), InvalidAddressError);
        assert.throws(() => transport.write("x", at(9, "<broadcast>")), InvalidAddressError);
        assert.throws(() => transport.connect(HOST, 9), InvalidAddressError);
      });
    });

    test("write, where nobody listens, disturbs neither the port nor the protocol", async (t) => {
      await running(makeReactor, async (reactor) => {
        const nobody = at(await closedPort(reactor));
        const server = recorderOn(reactor);
        const client = recorderOn(reactor);
        const events = complaints(t);
        for (let i = 0; i < 3; i++) {
          client.transport.write("to nobody", nobody);
          client.transport.write(`${i}`, server.transport.getHost());
          await server.received(i + 1);
        }
        assert.deepEqual(server.texts, ["0", "1", "2"]);
        assert.deepEqual(client.events, ["start"]);
        assert.deepEqual(events, []);
      });
    });

    test("write, that the system refuses, is logged or thrown, and the port goes on", async (t) => {
      await running(makeReactor, async (reactor) => {
        const server = recorderOn(reactor);
        const client = recorderOn(reactor);
        const events = complaints(t);
        let thrown = 0;
        try {
          client.transport.write("a loopback address cannot send there", at(9, ELSEWHERE));
        } catch (error) {
          assert.ok(error instanceof ConnectError);
          thrown++;
        }
        await until(() => events.length + thrown === 1);
        client.transport.write("good", server.transport.getHost());
        await server.received(1);
      });
    });

    test("what datagramReceived throws, is logged, and the port goes on", async (t) => {
      await running(makeReactor, async (reactor) => {
        const server = recorderOn(reactor);
        server.onDatagram = (_, datagram) => {
          throw new Error(`a mistake with ${datagram.toString()}`);
        };
        const client = recorderOn(reactor);
        const events = complaints(t);
        client.transport.write("1", server.transport.getHost());
        client.transport.write("2", server.transport.getHost());
        await server.received(2);
        assert.deepEqual(events, ["critical: a mistake with 1", "critical: a mistake with 2"]);
        assert.deepEqual(server.events, ["start"]);
      });
    });
  });

  describe(`${name}: connected datagram ports`, () => {
    for (const [host, alias] of [
      [HOST, HOST],
      [HOST6, "0:0:0:0:0:0:0:1"],
    ] as const) {
      test(`connect, to ${alias}, needs no address and takes none but that`, async () => {
        await running(makeReactor, async (reactor) => {
          const server = recorderOn(reactor, host);
          const client = recorderOn(reactor, host);
          const { port } = server.transport.getHost();
          client.transport.connect(alias, port);
          client.transport.write("a");
          client.transport.write("b", { host: alias, port });
          client.transport.write("c", server.transport.getHost());
          client.transport.writeSequence(["d", "e"]);
          assert.throws(() => client.transport.write("x", { host, port: port - 1 }), InvalidStateError);
          assert.throws(() => client.transport.write("x", { host: ELSEWHERE, port }), InvalidStateError);
          await server.received(4);
          assert.deepEqual(server.texts, ["a", "b", "c", "de"]);
          server.transport.write("answer", client.transport.getHost());
          await client.received(1);
          assert.ok(client.addresses[0]!.equals(server.transport.getHost()));
        });
      });
    }

    test("connect, shuts out others, and what they sent before", async () => {
      await running(makeReactor, async (reactor) => {
        const [server, other, client] = [recorderOn(reactor), recorderOn(reactor), recorderOn(reactor)];
        const there = client.transport.getHost();
        other.transport.write("early", there);
        client.transport.connect(HOST, server.transport.getHost().port);
        other.transport.write("late", there);
        server.transport.write("good", there);
        await client.received(1);
        assert.deepEqual(client.texts, ["good"]);
      });
    });

    test("getHost, of a connected port, is the address that leads to the peer", async () => {
      await running(makeReactor, async (reactor) => {
        const protocol = new DatagramRecorder();
        const port = reactor.listenUDP(0, protocol);
        const before = port.getHost();
        port.connect(HOST, 9);
        assert.deepEqual(port.getHost(), new IPv4Address("UDP", HOST, before.port));
      });
    });

    test("connectionRefused, is called where nobody listens, and the port goes on", async () => {
      await running(makeReactor, async (reactor) => {
        const client = recorderOn(reactor);
        const port = await closedPort(reactor);
        client.transport.connect(HOST, port);
        client.transport.write("anybody there?");
        await until(() => client.events.includes("refused"));
        const server = new DatagramRecorder();
        reactor.listenUDP(port, server, { interface: HOST });
        client.transport.write("and now?");
        await server.received(1);
        assert.deepEqual(server.texts, ["and now?"]);
      });
    });

    test("what connectionRefused throws, is logged", async (t) => {
      await running(makeReactor, async (reactor) => {
        const client = recorderOn(reactor);
        client.onRefused = () => {
          throw new Error("a mistake");
        };
        client.transport.connect(HOST, await closedPort(reactor));
        const events = complaints(t);
        client.transport.write("anybody there?");
        await until(() => client.events.includes("refused"));
        assert.deepEqual(events, ["critical: a mistake"]);
      });
    });

    test("a protocol without connectionRefused, is not disturbed", async (t) => {
      await running(makeReactor, async (reactor) => {
        const recorder = new DatagramRecorder();
        reactor.listenUDP(
          0,
          {
            makeConnection: (transport) => (recorder.transport = transport as DatagramRecorder["transport"]),
            datagramReceived: (datagram, address) => recorder.datagramReceived(datagram, address),
            doStop: () => {},
          },
          { interface: HOST },
        );
        const port = await closedPort(reactor);
        const events = complaints(t);
        recorder.transport.connect(HOST, port);
        recorder.transport.write("anybody there?");
        const server = new DatagramRecorder();
        reactor.listenUDP(port, server, { interface: HOST });
        await sendUntilReceived(recorder, server);
        assert.deepEqual(events, []);
      });
    });

    test("connect, is refused a second time, and for what is no address", async () => {
      await running(makeReactor, async (reactor) => {
        const { transport } = recorderOn(reactor);
        assert.throws(() => transport.connect("localhost", 9), InvalidAddressError);
        assert.throws(() => transport.connect(HOST6, 9), InvalidAddressError);
        assert.throws(() => transport.connect(HOST, 0), RangeError);
        assert.throws(() => transport.connect(HOST, "9" as unknown as number), TypeError);
        transport.connect(HOST, 9);
        assert.throws(() => transport.connect(HOST, 10), AlreadyConnectedError);
      });
    });

    test("connect, that the system refuses, leaves the port as it was", async () => {
      await running(makeReactor, async (reactor) => {
        const server = recorderOn(reactor);
        const client = recorderOn(reactor);
        assert.throws(() => client.transport.connect(ELSEWHERE, 9), ConnectError);
        client.transport.write("unconnected", server.transport.getHost());
        client.transport.connect(HOST, server.transport.getHost().port);
        client.transport.write("connected");
        await server.received(2);
        assert.deepEqual(server.texts, ["unconnected", "connected"]);
      });
    });
  });

  describe(`${name}: broadcasts`, () => {
    test("are not allowed unless setBroadcastAllowed says so", async () => {
      await running(makeReactor, async (reactor) => {
        const { transport } = recorderOn(reactor);
        assert.equal(transport.getBroadcastAllowed(), false);
        assert.throws(() => transport.write("x", at(9, "255.255.255.255")), InvalidStateError);
        assert.throws(() => transport.write("x", at(9, "<broadcast>")), InvalidStateError);
        transport.setBroadcastAllowed(true);
        assert.equal(transport.getBroadcastAllowed(), true);
        transport.write("x", at(9, "<broadcast>"));
        transport.write("x", at(9, "255.255.255.255"));
        transport.setBroadcastAllowed(false);
        assert.equal(transport.getBroadcastAllowed(), false);
        assert.throws(() => transport.write("x", at(9, "255.255.255.255")), InvalidStateError);
      });
    });

    const skip = process.platform === "linux" ? false : "only Linux broadcasts on loopback";
    test("reach who listens on all addresses", { skip }, async () => {
      await running(makeReactor, async (reactor) => {
        const server = recorderOn(reactor, "0.0.0.0");
        const client = recorderOn(reactor);
        client.transport.setBroadcastAllowed(true);
        client.transport.write("everybody", at(server.transport.getHost().port, "127.255.255.255"));
        await server.received(1);
        assert.deepEqual(server.texts, ["everybody"]);
      });
    });
  });
}

/** A first datagram may meet the refusal of an earlier one: sends until one gets there. */
async function sendUntilReceived(client: DatagramRecorder, server: DatagramRecorder): Promise<void> {
  await until(() => {
    client.transport.write("hello");
    return server.datagrams.length > 0;
  }, "a datagram");
}

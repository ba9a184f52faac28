/** How datagram ports open and close, by number and by descriptor. */
import assert from "node:assert/strict";
import { closeSync, fstatSync, openSync } from "node:fs";
import { describe, test } from "node:test";
import { InvalidStateError } from "../../src/errors.ts";
import type { ListenUDPOptions, Reactor } from "../../src/reactor/reactor.ts";
import { IPv4Address, IPv6Address } from "../../src/transport/address.ts";
import { CannotListenError, InvalidAddressError, NotListeningError } from "../../src/transport/errors.ts";
import {
  DatagramRecorder,
  ELSEWHERE,
  HOST,
  HOST6,
  at,
  boundDescriptor,
  closedPort,
  complaints,
  recorderOn,
} from "./datagram-fixtures.ts";
import type { Lacks } from "./lacks.ts";
import type { MakeReactor } from "./running.ts";
import { running, until } from "./running.ts";

export function datagramPortConformance(name: string, makeReactor: MakeReactor, lacks: Lacks = {}): void {
  describe(`${name}: listenUDP`, () => {
    test("binds a free port for 0 before it returns, and starts the protocol", async () => {
      await running(makeReactor, async (reactor) => {
        const protocol = new DatagramRecorder();
        const port = reactor.listenUDP(0, protocol, { interface: HOST });
        assert.deepEqual(protocol.events, ["start"]);
        assert.equal(protocol.transport, port);
        const address = port.getHost();
        assert.ok(address.port > 0);
        assert.deepEqual(address, new IPv4Address("UDP", HOST, address.port));
        assert.equal(await port.whenListening(), port);
      });
    });

    test("without an interface, binds all IPv4 addresses", async () => {
      await running(makeReactor, async (reactor) => {
        assert.equal(reactor.listenUDP(0, new DatagramRecorder()).getHost().host, "0.0.0.0");
      });
    });

    test("names its protocol and its port in its text", async () => {
      await running(makeReactor, async (reactor) => {
        const { transport } = recorderOn(reactor);
        assert.equal(String(transport), `<DatagramRecorder on ${transport.getHost().port}>`);
        await transport.stopListening();
        assert.equal(String(transport), "<DatagramRecorder not listening>");
      });
    });

    test("throws CannotListenError for a port that is taken, and leaves the protocol alone", async () => {
      await running(makeReactor, async (reactor) => {
        const { port } = recorderOn(reactor).transport.getHost();
        const late = new DatagramRecorder();
        assert.throws(
          () => reactor.listenUDP(port, late, { interface: HOST }),
          (error) => error instanceof CannotListenError && error.osError === "EADDRINUSE" && error.port === port,
        );
        assert.deepEqual(late.events, []);
      });
    });

    test("throws CannotListenError for an address of another machine", async () => {
      await running(makeReactor, async (reactor) => {
        assert.throws(
          () => reactor.listenUDP(0, new DatagramRecorder(), { interface: ELSEWHERE }),
          (error) =>
            error instanceof CannotListenError && error.osError === "EADDRNOTAVAIL" && error.interface === ELSEWHERE,
        );
      });
    });

    test("refuses what is no port, no address and no size", async () => {
      await running(makeReactor, async (reactor) => {
        const listen = (port: unknown, options: ListenUDPOptions = {}) =>
          reactor.listenUDP(port as number, new DatagramRecorder(), options);
        assert.throws(() => listen(65_536), RangeError);
        assert.throws(() => listen("53"), TypeError);
        assert.throws(() => listen(0, { interface: "localhost" }), InvalidAddressError);
        assert.throws(() => listen(0, { maxPacketSize: 0 }), RangeError);
        assert.throws(() => listen(0, { maxPacketSize: 1.5 }), RangeError);
        assert.throws(() => listen(0, { maxPacketSize: "1" as unknown as number }), TypeError);
      });
    });

    test("throws what startProtocol throws, with the port closed again", async () => {
      await running(makeReactor, async (reactor) => {
        const port = await closedPort(reactor);
        const broken = new DatagramRecorder();
        const mistake = new Error("a mistake");
        broken.onStart = () => {
          throw mistake;
        };
        assert.throws(() => reactor.listenUDP(port, broken, { interface: HOST }), mistake);
        const protocol = new DatagramRecorder();
        assert.equal(reactor.listenUDP(port, protocol, { interface: HOST }).getHost().port, port);
      });
    });

    test("refuses a protocol that has a port, which goes on", async () => {
      await running(makeReactor, async (reactor) => {
        const protocol = recorderOn(reactor);
        const { transport } = protocol;
        assert.throws(() => reactor.listenUDP(0, protocol, { interface: HOST }), InvalidStateError);
        assert.equal(protocol.transport, transport);
        transport.write("still here", transport.getHost());
        await protocol.received(1);
      });
    });

    test("for an IPv6 address, answers an IPv6Address", async () => {
      await running(makeReactor, async (reactor) => {
        const address = recorderOn(reactor, HOST6).transport.getHost();
        assert.deepEqual(address, new IPv6Address("UDP", HOST6, address.port));
      });
    });

    test("on all IPv6 addresses, leaves the port free for IPv4", async () => {
      await running(makeReactor, async (reactor) => {
        const { port } = recorderOn(reactor, "::").transport.getHost();
        reactor.listenUDP(port, new DatagramRecorder());
      });
    });
  });

  describe(`${name}: closing a datagram port`, () => {
    test("stopListening, calls stopProtocol in a later turn and then fires", async () => {
      await running(makeReactor, async (reactor) => {
        const { transport, events } = recorderOn(reactor);
        const closed = transport.stopListening().addCallback(() => events.push("closed"));
        assert.deepEqual(events, ["start"]);
        await closed;
        assert.deepEqual(events, ["start", "stop", "closed"]);
      });
    });

    test("stopListening, inside startProtocol, stops it later", async () => {
      await running(makeReactor, async (reactor) => {
        const protocol = new DatagramRecorder();
        protocol.onStart = ({ transport, events }) => {
          transport.stopListening().addCallback(() => events.push("closed"));
          events.push("started");
        };
        reactor.listenUDP(0, protocol, { interface: HOST });
        await until(() => protocol.events.length === 4);
        assert.deepEqual(protocol.events, ["start", "started", "stop", "closed"]);
      });
    });

    test("stopListening, inside startProtocol that then throws, fires and stops nothing", async () => {
      await running(makeReactor, async (reactor) => {
        const protocol = new DatagramRecorder();
        protocol.onStart = ({ transport, events }) => {
          transport.stopListening().addCallback(() => events.push("closed"));
          throw new Error("a mistake");
        };
        assert.throws(() => reactor.listenUDP(0, protocol, { interface: HOST }), /a mistake/);
        await new Promise((resolve) => setImmediate(resolve));
        assert.deepEqual(protocol.events, ["start", "closed"]);
      });
    });

    test("stopListening, inside datagramReceived, is the end of the datagrams", async () => {
      await running(makeReactor, async (reactor) => {
        const client = recorderOn(reactor);
        const server = recorderOn(reactor);
        server.onDatagram = ({ transport }) => transport.loseConnection();
        for (let i = 0; i < 5; i++) client.transport.write(`${i}`, server.transport.getHost());
        await until(() => server.events.includes("stop"));
        assert.deepEqual(server.texts, ["0"]);
      });
    });

    test("stopListening, twice, fires both times, and at once where the port is closed", async () => {
      await running(makeReactor, async (reactor) => {
        const { transport, events } = recorderOn(reactor);
        await Promise.all([transport.stopListening(), transport.stopListening()]);
        let fired = false;
        transport.stopListening().addCallback(() => (fired = true));
        assert.equal(fired, true);
        assert.deepEqual(events, ["start", "stop"]);
      });
    });

    test("a datagram that was written before stopListening, is sent", async () => {
      await running(makeReactor, async (reactor) => {
        const client = recorderOn(reactor);
        const server = recorderOn(reactor);
        client.transport.write("goodbye", server.transport.getHost());
        client.transport.loseConnection();
        await server.received(1);
        assert.deepEqual(server.texts, ["goodbye"]);
      });
    });

    test("a closed port, refuses what needs a socket", async () => {
      await running(makeReactor, async (reactor) => {
        const { transport } = recorderOn(reactor);
        const closing = transport.stopListening();
        assert.throws(() => transport.write("x", at(9)), NotListeningError);
        await closing;
        assert.throws(() => transport.write("x", at(9)), NotListeningError);
        assert.throws(() => transport.getHost(), NotListeningError);
        assert.throws(() => transport.connect(HOST, 9), NotListeningError);
        assert.throws(() => transport.setBroadcastAllowed(true), NotListeningError);
        assert.throws(() => transport.setTTL(2), NotListeningError);
        assert.throws(() => transport.setLoopbackMode(false), NotListeningError);
        await assert.rejects(transport.whenListening().toPromise(), NotListeningError);
        await assert.rejects(transport.joinGroup("239.1.2.3").toPromise(), NotListeningError);
        await assert.rejects(transport.setOutgoingInterface(HOST).toPromise(), NotListeningError);
      });
    });

    test("startListening, opens a closed port as a new one, and refuses an open one", async () => {
      await running(makeReactor, async (reactor) => {
        const protocol = recorderOn(reactor);
        const { transport, events } = protocol;
        assert.throws(() => transport.startListening(), InvalidStateError);
        transport.connect(HOST, 9);
        transport.setBroadcastAllowed(true);
        await transport.stopListening();
        transport.startListening();
        assert.deepEqual(events, ["start", "stop", "start"]);
        assert.equal(transport.getBroadcastAllowed(), false);
        transport.write("again", transport.getHost());
        await protocol.received(1);
      });
    });

    test("what stopProtocol throws, is logged, and the port is closed", async (t) => {
      await running(makeReactor, async (reactor) => {
        const protocol = recorderOn(reactor);
        const { port } = protocol.transport.getHost();
        protocol.onStop = () => {
          throw new Error("a mistake");
        };
        const events = complaints(t);
        await protocol.transport.stopListening();
        assert.deepEqual(events, ["critical: a mistake"]);
        reactor.listenUDP(port, new DatagramRecorder(), { interface: HOST });
      });
    });

    test("the reactor's shutdown, closes the port and stops the protocol before run resolves", async () => {
      const reactor = makeReactor();
      const server = new DatagramRecorder();
      const client = new DatagramRecorder();
      reactor.callWhenRunning(() => {
        reactor.listenUDP(0, server, { interface: HOST });
        reactor.listenUDP(0, client, { interface: HOST });
        server.onDatagram = () => reactor.stop();
        client.transport.write("the end", server.transport.getHost());
      });
      await reactor.run({ installSignalHandlers: false });
      assert.deepEqual(
        [server.events, client.events],
        [
          ["start", "stop"],
          ["start", "stop"],
        ],
      );
      assert.throws(() => server.transport.getHost(), NotListeningError);
    });

    test("the reactor's shutdown, while the port closes, stops the protocol once", async () => {
      const reactor = makeReactor();
      const protocol = new DatagramRecorder();
      let fired = false;
      reactor.listenUDP(0, protocol, { interface: HOST });
      reactor.addSystemEventTrigger("before", "shutdown", () => {
        protocol.transport.stopListening().addCallback(() => (fired = true));
      });
      reactor.callWhenRunning(() => reactor.stop());
      await reactor.run({ installSignalHandlers: false });
      assert.equal(fired, true);
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(protocol.events, ["start", "stop"]);
    });
  });

  describe(`${name}: adoptDatagramPort`, () => {
    const adopt = (reactor: Reactor, fd: number, family: "ipv4" | "ipv6" = "ipv4", protocol = new DatagramRecorder()) =>
      reactor.adoptDatagramPort(fd, family, protocol);

    for (const [host, family] of [
      [HOST, "ipv4"],
      [HOST6, "ipv6"],
    ] as const) {
      test(
        `takes over a socket of ${host}, and closes it with the port`,
        { skip: lacks.descriptors ?? false },
        async () => {
          await running(makeReactor, async (reactor) => {
            const { fd, port } = boundDescriptor(host);
            const server = new DatagramRecorder();
            const transport = adopt(reactor, fd, family, server);
            assert.deepEqual([transport.getHost().host, transport.getHost().port], [host, port]);
            const client = recorderOn(reactor, host);
            client.transport.write("hello", at(port, host));
            await server.received(1);
            transport.write("hello yourself", server.addresses[0]);
            await client.received(1);
            await transport.stopListening();
            assert.throws(() => fstatSync(fd), { code: "EBADF" });
            assert.throws(() => transport.startListening(), CannotListenError);
          });
        },
      );
    }

    test("cuts off what is longer than maxPacketSize", { skip: lacks.descriptors ?? false }, async () => {
      await running(makeReactor, async (reactor) => {
        const { fd, port } = boundDescriptor(HOST);
        const server = new DatagramRecorder();
        reactor.adoptDatagramPort(fd, "ipv4", server, { maxPacketSize: 3 });
        recorderOn(reactor).transport.write("12345", at(port));
        await server.received(1);
        assert.deepEqual(server.texts, ["123"]);
      });
    });

    test("refuses what is no such socket", { skip: lacks.descriptors ?? false }, async () => {
      await running(makeReactor, async (reactor) => {
        assert.throws(() => adopt(reactor, -1), RangeError);
        assert.throws(() => adopt(reactor, 1.5), RangeError);
        assert.throws(() => adopt(reactor, boundDescriptor(HOST).fd, "unix" as "ipv4"), TypeError);
        assert.throws(() => adopt(reactor, boundDescriptor(HOST6).fd, "ipv4"), CannotListenError);
        const file = openSync("/dev/null", "r");
        assert.throws(() => adopt(reactor, file), CannotListenError);
        closeSync(file);
        const protocol = new DatagramRecorder();
        assert.throws(() => adopt(reactor, 1_000_000, "ipv4", protocol), CannotListenError);
        assert.deepEqual(protocol.events, []);
      });
    });
  });
}

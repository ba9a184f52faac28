import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { inspect } from "node:util";
import fc from "fast-check";
import { InvalidStateError } from "../../src/errors.ts";
import { globalLogPublisher } from "../../src/logger/global-log.ts";
import { formatEvent } from "../../src/logger/format-event.ts";
import type { LogEvent } from "../../src/logger/log-event.ts";
import { DatagramProtocol } from "../../src/protocol/datagram-protocol.ts";
import { BaseReactor } from "../../src/reactor/base-reactor.ts";
import type { Closable } from "../../src/reactor/base-reactor.ts";
import { UDPPort } from "../../src/reactor/udp-port.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import type { DatagramHandle } from "../../src/transport/datagram-handle.ts";
import {
  ConnectionRefusedError,
  InvalidAddressError,
  MulticastJoinError,
  NotListeningError,
} from "../../src/transport/errors.ts";
import { WriteBatch } from "../../src/transport/write-batch.ts";
import type { MulticastTransport } from "../../src/transport/transport.ts";
import "../support/quiet-logs.ts";

const PEER = new IPv4Address("UDP", "192.0.2.7", 7);

/** Notes what it is asked to do; `refusal` is thrown by the next request. */
class FakeHandle implements DatagramHandle {
  readonly calls: string[] = [];
  refusal: Error | undefined = undefined;

  getHost(): InternetAddress {
    return new IPv4Address("UDP", "192.0.2.1", 1234);
  }

  send(bytes: Uint8Array, host: string, port: number): void {
    this.#call("send", Buffer.from(bytes).toString(), host, port);
  }

  sendToPeer(bytes: Uint8Array): void {
    this.#call("sendToPeer", Buffer.from(bytes).toString());
  }

  connect(host: string, port: number): InternetAddress {
    this.#call("connect", host, port);
    return new IPv4Address("UDP", host, port);
  }

  setBroadcast(enabled: boolean): void {
    this.#call("broadcast", enabled);
  }

  setMulticastTTL(ttl: number): void {
    this.#call("ttl", ttl);
  }

  setMulticastLoopback(enabled: boolean): void {
    this.#call("loopback", enabled);
  }

  setMulticastInterface(address: string): void {
    this.#call("interface", address);
  }

  joinGroup(group: string, networkInterface: string | undefined): void {
    this.#call("join", group, networkInterface);
  }

  leaveGroup(group: string, networkInterface: string | undefined): void {
    this.#call("leave", group, networkInterface);
  }

  close(): void {
    this.#call("close");
  }

  #call(...what: unknown[]): void {
    const { refusal } = this;
    this.refusal = undefined;
    if (refusal !== undefined) throw refusal;
    this.calls.push(what.join(" "));
  }
}

/** Knows what it would have to close. */
class FakeReactor extends BaseReactor {
  readonly tracked = new Set<Closable>();
  readonly batch = new WriteBatch();

  override track(closable: Closable): void {
    this.tracked.add(closable);
  }

  override untrack(closable: Closable): void {
    this.tracked.delete(closable);
  }
}

class FakePort extends UDPPort {
  readonly handles: FakeHandle[] = [];

  protected override open(): DatagramHandle {
    const handle = new FakeHandle();
    this.handles.push(handle);
    return handle;
  }

  get handle(): FakeHandle {
    return this.handles.at(-1)!;
  }
}

class Quiet extends DatagramProtocol<MulticastTransport> {
  override noisy = false;
  readonly events: string[] = [];

  override startProtocol(): void {
    this.events.push("start");
  }

  override datagramReceived(datagram: Buffer): void {
    this.events.push(datagram.toString());
  }

  override connectionRefused(): void {
    this.events.push("refused");
  }

  override stopProtocol(): void {
    this.events.push("stop");
  }
}

function openPort(protocol: Quiet = new Quiet()): { port: FakePort; protocol: Quiet; reactor: FakeReactor } {
  const reactor = new FakeReactor();
  const port = new FakePort("ipv4", protocol, reactor, {});
  port.startListening();
  return { port, protocol, reactor };
}

function systemError(code: string): Error {
  return Object.assign(new Error(`said ${code}`), { code });
}

function logged(t: TestContext): string[] {
  const texts: string[] = [];
  const observer = (event: LogEvent): void => void texts.push(`${event.logLevel?.name}: ${formatEvent(event)}`);
  globalLogPublisher.addObserver(observer);
  t.after(() => globalLogPublisher.removeObserver(observer));
  return texts;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("startListening, has the reactor close the port when it shuts down, until the port is closed", async () => {
  const { port, reactor } = openPort();
  assert.deepEqual([...reactor.tracked], [port]);
  await port.stopListening();
  assert.deepEqual([...reactor.tracked], []);
});

test("startListening, of a protocol that throws, closes the handle and forgets the port", () => {
  const reactor = new FakeReactor();
  const protocol = new Quiet();
  protocol.startProtocol = () => {
    throw new Error("a mistake");
  };
  const port = new FakePort("ipv4", protocol, reactor, {});
  assert.throws(() => port.startListening(), /a mistake/);
  assert.deepEqual(port.handle.calls, ["close"]);
  assert.equal(reactor.tracked.size, 0);
});

test("closeNow, closes the handle, then stops the protocol, and once", async () => {
  const { port, protocol } = openPort();
  protocol.stopProtocol = () => void protocol.events.push(`stop after ${port.handle.calls.join()}`);
  port.closeNow();
  port.closeNow();
  assert.deepEqual(protocol.events, ["start", "stop after close"]);
  await nextTurn();
  assert.deepEqual(port.handle.calls, ["close"]);
});

test("stopListening, overtaken by a shutdown, leaves the port alone that was opened since", async () => {
  const { port, protocol } = openPort();
  const closing = port.stopListening();
  port.closeNow();
  port.startListening();
  await closing;
  await nextTurn();
  assert.deepEqual(protocol.events, ["start", "stop", "start"]);
  assert.equal(port.getHost().port, 1234);
});

test("stopProtocol, may open the port again", async () => {
  const { port, protocol } = openPort();
  let stops = 0;
  protocol.stopProtocol = () => {
    if (++stops === 1) port.startListening();
  };
  await port.stopListening();
  assert.equal(port.getHost().port, 1234);
  assert.equal(port.handles.length, 2);
  await port.stopListening();
  assert.equal(stops, 2);
});

test("received, while the port closes or after it, is not passed on", async () => {
  const { port, protocol } = openPort();
  port.received(Buffer.from("one"), PEER);
  const closing = port.stopListening();
  port.received(Buffer.from("two"), PEER);
  port.failed(systemError("ECONNREFUSED"));
  await closing;
  port.received(Buffer.from("three"), PEER);
  port.failed(systemError("ECONNREFUSED"));
  assert.deepEqual(protocol.events, ["start", "one", "stop"]);
});

test("received, in connected mode, is passed on from the peer alone, whose address may be another object", () => {
  const { port, protocol } = openPort();
  port.connect(PEER.host, PEER.port);
  port.received(Buffer.from("peer"), new IPv4Address("UDP", PEER.host, PEER.port));
  port.received(Buffer.from("other port"), new IPv4Address("UDP", PEER.host, 8));
  port.received(Buffer.from("other host"), new IPv4Address("UDP", "192.0.2.8", PEER.port));
  assert.deepEqual(protocol.events, ["start", "peer"]);
});

test("failed, with a refusal, reaches the protocol of a connected port", (t) => {
  const texts = logged(t);
  for (const code of ["ECONNREFUSED", "ECONNRESET", "ENETRESET"]) {
    const { port, protocol } = openPort();
    port.failed(systemError(code));
    assert.deepEqual(protocol.events, ["start"]);
    port.connect(PEER.host, PEER.port);
    port.failed(systemError(code));
    assert.deepEqual(protocol.events, ["start", "refused"]);
  }
  assert.deepEqual(texts, []);
});

test("failed, for want of room, is nothing to speak of; otherwise it is logged", (t) => {
  const texts = logged(t);
  const { port, protocol } = openPort();
  for (const code of ["EAGAIN", "ENOBUFS", "ECANCELED"]) port.failed(systemError(code));
  assert.deepEqual(texts, []);
  port.failed(systemError("ENETUNREACH"));
  assert.deepEqual(texts, ["warn: <Quiet on 1234> lost a datagram: said ENETUNREACH"]);
  assert.deepEqual(protocol.events, ["start"]);
});

test("write, asks for the host's form once for datagrams to the same host, and again for others", () => {
  const { port } = openPort();
  for (const host of ["192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.1"]) port.write("x", { host, port: 9 });
  assert.deepEqual(
    port.handle.calls,
    ["192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.1"].map((host) => `send x ${host} 9`),
  );
  for (const host of [undefined, null, "", "name"]) {
    assert.throws(() => port.write("x", { host: host as string, port: 9 }), InvalidAddressError);
  }
});

test("write, to everybody, once it is allowed, by either name", () => {
  const { port } = openPort();
  port.setBroadcastAllowed(true);
  port.write("x", { host: "<broadcast>", port: 9 });
  port.write("x", { host: "255.255.255.255", port: 9 });
  port.write("x", { host: "255.255.255.255", port: 9 });
  port.setBroadcastAllowed(false);
  assert.throws(() => port.write("x", { host: "255.255.255.255", port: 9 }), {
    name: "InvalidStateError",
    message: "Cannot send to 255.255.255.255: broadcasts are not allowed, expected setBroadcastAllowed(true) first",
  });
  const sent = "send x 255.255.255.255 9";
  assert.deepEqual(port.handle.calls, ["broadcast true", sent, sent, sent, "broadcast false"]);
});

test("write, in connected mode to another address, names both", () => {
  const { port } = openPort();
  port.connect(PEER.host, PEER.port);
  assert.throws(() => port.write("x", { host: PEER.host, port: 8 }), {
    message: "Cannot send to 192.0.2.7:8: the port is connected to 192.0.2.7:7, expected that address or none",
  });
  assert.deepEqual(port.handle.calls, ["connect 192.0.2.7 7"]);
});

test("connect, that the system refuses, throws its error by cause", () => {
  const { port } = openPort();
  port.handle.refusal = systemError("ECONNREFUSED");
  assert.throws(() => port.connect(PEER.host, PEER.port), ConnectionRefusedError);
  port.connect(PEER.host, PEER.port);
  assert.throws(() => port.connect(PEER.host, 8), {
    name: "AlreadyConnectedError",
    message: "Cannot connect to 192.0.2.7:8: the port is connected to 192.0.2.7:7, expected it not to be",
  });
});

test("settings, reach the handle, and are those of a new port when it is opened again", async () => {
  const { port } = openPort();
  port.setBroadcastAllowed(true);
  port.setTTL(3);
  port.setLoopbackMode(false);
  await port.setOutgoingInterface("192.0.2.1");
  await port.joinGroup("239.1.1.1");
  await port.joinGroup("239.1.1.1", "192.0.2.1");
  await port.leaveGroup("239.1.1.1", "");
  assert.deepEqual(port.handle.calls, [
    "broadcast true",
    "ttl 3",
    "loopback false",
    "interface 192.0.2.1",
    "join 239.1.1.1 ",
    "join 239.1.1.1 192.0.2.1",
    "leave 239.1.1.1 ",
  ]);
  const settings = (): unknown[] => [
    port.getBroadcastAllowed(),
    port.getTTL(),
    port.getLoopbackMode(),
    port.getOutgoingInterface(),
  ];
  assert.deepEqual(settings(), [true, 3, false, "192.0.2.1"]);
  await port.stopListening();
  port.startListening();
  assert.deepEqual(settings(), [false, 1, true, "0.0.0.0"]);
});

test("settings, that the system refuses, stay as they were", async () => {
  const { port } = openPort();
  const refuse = (): Error => (port.handle.refusal = systemError("EPERM"));
  refuse();
  assert.throws(() => port.setTTL(3), /said EPERM/);
  refuse();
  assert.throws(() => port.setLoopbackMode(false), /said EPERM/);
  refuse();
  assert.throws(() => port.setBroadcastAllowed(true), /said EPERM/);
  refuse();
  await assert.rejects(port.setOutgoingInterface("192.0.2.1").toPromise(), {
    name: "InvalidAddressError",
    message: "Cannot send to groups from 192.0.2.1: said EPERM",
  });
  assert.deepEqual(
    [port.getTTL(), port.getLoopbackMode(), port.getBroadcastAllowed(), port.getOutgoingInterface()],
    [1, true, false, "0.0.0.0"],
  );
});

test("joinGroup and leaveGroup, that the system refuses, fail and keep what it said", async () => {
  const { port } = openPort();
  for (const what of ["join", "leave"] as const) {
    const said = systemError("ENODEV");
    port.handle.refusal = said;
    await assert.rejects(
      port[`${what}Group`]("239.1.1.1").toPromise(),
      (error) =>
        error instanceof MulticastJoinError &&
        error.cause === said &&
        error.message === `Cannot ${what} the multicast group 239.1.1.1: said ENODEV`,
    );
  }
});

test("whenListening, says why it will not listen", async () => {
  const { port } = openPort();
  assert.equal(await port.whenListening(), port);
  await port.stopListening();
  await assert.rejects(port.whenListening().toPromise(), {
    name: "NotListeningError",
    message: "Cannot wait for listening: the port is closed, expected it to listen",
  });
});

test("a port, is shown with its protocol and its number", () => {
  const { port } = openPort();
  assert.equal(inspect({ port }), "{ port: <Quiet on 1234> }");
});

test("a port, whatever is done to it in whatever order, keeps its books", async () => {
  type Step = "start" | "stop" | "shutdown" | "turn" | "write" | "receive";
  const steps = fc.array(fc.constantFrom<Step>("start", "stop", "shutdown", "turn", "write", "receive"), {
    maxLength: 30,
  });
  await fc.assert(
    fc.asyncProperty(steps, async (program) => {
      const { port, protocol, reactor } = openPort();
      let state: "listening" | "closing" | "closed" = "listening";
      let opened = 1;
      let waiting = 0;
      let fired = 0;
      for (const step of [...program, "shutdown", "turn"] as const) {
        if (step === "start") {
          if (state === "closed") {
            port.startListening();
            state = "listening";
            opened++;
          } else assert.throws(() => port.startListening(), InvalidStateError);
        } else if (step === "stop") {
          waiting++;
          port.stopListening().addCallback(() => fired++);
          if (state === "listening") state = "closing";
        } else if (step === "shutdown") {
          port.closeNow();
          state = "closed";
        } else if (step === "turn") {
          await nextTurn();
          if (state === "closing") state = "closed";
        } else if (step === "write") {
          if (state === "listening") port.write("x", PEER);
          else assert.throws(() => port.write("x", PEER), NotListeningError);
        } else {
          const before = protocol.events.length;
          port.received(Buffer.from("x"), PEER);
          assert.equal(protocol.events.length - before, state === "listening" ? 1 : 0);
        }
        assert.equal(reactor.tracked.size, state === "closed" ? 0 : 1);
        assert.equal(protocol.numPorts, state === "closed" ? 0 : 1);
      }
      assert.equal(fired, waiting);
      assert.equal(port.handles.length, opened);
      for (const handle of port.handles) assert.equal(handle.calls.filter((call) => call === "close").length, 1);
      const lives = protocol.events.filter((event) => event !== "x");
      assert.deepEqual(lives, Array.from({ length: opened }, () => ["start", "stop"]).flat());
    }),
    { numRuns: 200 },
  );
});

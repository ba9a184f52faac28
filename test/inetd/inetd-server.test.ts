import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { InetdServer } from "../../src/inetd/inetd-server.ts";
import type { Surroundings } from "../../src/inetd/surroundings.ts";
import { ProcessDone } from "../../src/process/errors.ts";
import type { FactoryLike } from "../../src/protocol/factory.ts";
import type { ProtocolLike } from "../../src/protocol/protocol.ts";
import { loadNativeCore, whyNotLoaded } from "../../src/reactor/epoll/native-core.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { ListeningPort } from "../../src/transport/transport.ts";
import { FakePort } from "../../src/testing/fake-port.ts";
import { MemoryReactorClock } from "../../src/testing/memory-reactor-clock.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { CannotListenError, ConnectionDone } from "../../src/transport/errors.ts";
import { failureResultOf, successResultOf } from "../deferred/results.ts";
import { entryOf, surroundings } from "./fixtures.ts";

const noCore = loadNativeCore() === null && `the native core does not load: ${whyNotLoaded()}`;
const FREE_PORT = 40_000;

/** Its ports are there as long as they are open; the free one has a number. */
class PortReactor extends MemoryReactorClock {
  readonly ports: { readonly asked: number; readonly port: FakePort; readonly factory: FactoryLike }[] = [];
  fails = false;

  override listenTCP(asked: number, factory: FactoryLike): ListeningPort {
    if (this.fails) throw new CannotListenError({ interface: "", port: asked });
    const port = new FakePort(new IPv4Address("TCP", "0.0.0.0", asked || FREE_PORT));
    this.ports.push({ asked, port, factory });
    return port;
  }

  /** Somebody connects to the last port. */
  connect(host = "192.0.2.1"): ProtocolLike | null {
    const protocol = this.ports.at(-1)!.factory.buildProtocol(new IPv4Address("TCP", host, 1));
    protocol?.makeConnection(new StringTransport());
    return protocol;
  }
}

function started(line: string, { reactor, ...over }: Partial<Surroundings> & { readonly reactor?: PortReactor } = {}) {
  const around = surroundings({ ...over, reactor: reactor ?? new PortReactor() });
  const server = new InetdServer(entryOf(line), around);
  assert.equal(server.address, undefined);
  successResultOf(server.start());
  return { server, around, reactor: around.reactor };
}

function end(protocol: ProtocolLike | null): void {
  protocol!.connectionLost(new Failure(new ConnectionDone()));
}

test("InetdServer, that is started too often, is closed for a while, and has its port again", () => {
  const { server, around, reactor } = started("0 stream tcp nowait.2 me internal echo", { closedFor: 30 });
  assert.deepEqual(server.address, new IPv4Address("TCP", "0.0.0.0", FREE_PORT));
  end(reactor.connect());
  end(reactor.connect());
  assert.equal(reactor.connect(), null);
  // It had been accepted before.
  assert.equal(reactor.connect(), null);
  assert.equal(reactor.ports[0]!.port.listening, false);
  assert.deepEqual(around.logged, ["0/tcp was started 2 times within a minute: it is closed for 30 seconds"]);
  reactor.advance(29);
  assert.equal(reactor.ports.length, 1);
  reactor.fails = true;
  reactor.advance(1);
  assert.equal(around.logged[1], "0/tcp cannot be opened again, and is tried later");
  reactor.fails = false;
  reactor.advance(30);
  assert.deepEqual([reactor.ports[1]!.asked, around.logged[2]], [FREE_PORT, "0/tcp is open again"]);
  assert.notEqual(reactor.connect(), null);
});

test("InetdServer, that is closed for a while, can be stopped", () => {
  const { server, reactor } = started("0 stream tcp nowait me internal echo", { maxPerMinute: 1 });
  end(reactor.connect());
  assert.equal(reactor.connect(), null);
  successResultOf(server.stop());
  assert.deepEqual(reactor.getDelayedCalls(), []);
});

test("InetdServer, that is stopped while it closes, does not open again", () => {
  class SlowPort extends FakePort {
    readonly closed = new Deferred<void>();
    override stopListening(): Deferred<void> {
      return this.closed;
    }
  }
  class SlowReactor extends PortReactor {
    readonly slow = new SlowPort(new IPv4Address("TCP", "0.0.0.0", 1));
    override listenTCP(asked: number, factory: FactoryLike): ListeningPort {
      this.ports.push({ asked, port: this.slow, factory });
      return this.slow;
    }
  }
  const slow = new SlowReactor();
  const { server, reactor } = started("1 stream tcp nowait me internal echo", { maxPerMinute: 1, reactor: slow });
  end(reactor.connect());
  reactor.connect();
  void server.stop();
  slow.slow.closed.callback();
  assert.deepEqual(reactor.getDelayedCalls(), []);
});

test("InetdServer, serves so many at a time", () => {
  const { around, reactor } = started("8007 stream tcp wait me internal echo", { maxChildren: 2 });
  const [one] = [reactor.connect(), reactor.connect()];
  assert.equal(reactor.connect(), null);
  assert.deepEqual(around.logged, ["8007/tcp is served 2 times, which is all that it may be"]);
  end(one);
  assert.notEqual(reactor.connect(), null);
});

test("InetdServer, serves so many of a host at a time", () => {
  const { around, reactor } = started("8007 stream tcp nowait me internal echo", { maxPerPeer: 1 });
  const first = reactor.connect();
  assert.equal(reactor.connect(), null);
  assert.equal(reactor.connect(), null);
  assert.notEqual(reactor.connect("192.0.2.2"), null);
  end(first);
  assert.notEqual(reactor.connect(), null);
  assert.deepEqual(around.logged, ["8007/tcp: 192.0.2.1 is served 1 times already, refusing more"]);
});

test("InetdServer, fails where the port cannot be had, and where the entry is not right here", () => {
  const reactor = new PortReactor();
  reactor.fails = true;
  const around = surroundings({ reactor });
  const fails = (line: string) => failureResultOf(new InetdServer(entryOf(line), around).start(), Error).message;
  assert.match(fails("8007 stream tcp nowait me internal echo"), /^Cannot listen on any:8007/);
  assert.match(fails("8007 stream tcp nowait nobdy internal echo"), /^there is no user "nobdy"/);
  successResultOf(new InetdServer(entryOf("8007 stream tcp nowait me internal echo"), around).stop());
});

test("InetdServer, on a reactor without descriptors, gives programs pipes, and no sockets", () => {
  const around = surroundings({ reactor: new NodeReactor() });
  const server = new InetdServer(entryOf("0 dgram udp wait me /bin/cat"), around);
  assert.equal(
    failureResultOf(server.start(), Error).message,
    "the node reactor cannot hand over a socket, expected nowait, or the epoll reactor",
  );
  class Broken extends MemoryReactorClock {
    override removeReader(): never {
      throw new RangeError("broken");
    }
  }
  const broken = surroundings({ reactor: new Broken() });
  if (noCore === false)
    failureResultOf(new InetdServer(entryOf("0 stream tcp nowait me /bin/cat"), broken).start(), RangeError);
});

describe("InetdServer over sockets", { skip: noCore }, () => {
  test("with wait, is not watched until the program has ended", (context) => {
    const around = surroundings();
    const server = new InetdServer(entryOf("127.0.0.1:0 dgram udp wait.2 me /bin/cat"), around);
    successResultOf(server.start());
    context.after(() => server.stop());
    const [reader] = around.reactor.getReaders();
    const ended = (place: number): void =>
      around.reactor.spawnedProcesses[place]!.protocol!.processEnded(new Failure(new ProcessDone()));
    for (const place of [0, 1]) {
      reader!.doRead();
      assert.deepEqual(around.reactor.getReaders(), []);
      ended(place);
      assert.deepEqual(around.reactor.getReaders(), [reader]);
    }
    assert.equal(around.reactor.spawnedProcesses.length, 2);
    reader!.doRead();
    assert.match(around.logged.at(-1)!, /^0\/udp was started 2 times within a minute/);
    assert.deepEqual([around.reactor.getReaders(), reader!.fileno()], [[], -1]);
    const { address } = server;
    around.reactor.advance(600);
    assert.deepEqual([around.reactor.getReaders(), server.address], [[reader], address]);
  });
});

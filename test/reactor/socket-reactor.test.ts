/** What all reactors over sockets check and refuse; what they do is in the conformance suites. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Factory, ClientFactory } from "../../src/protocol/factory.ts";
import { ProcessProtocol } from "../../src/protocol/process-protocol.ts";
import { NotSupportedByReactorError } from "../../src/reactor/errors.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { QuietUNIX } from "../support/unix-datagrams.ts";
import { SynchronousResolver } from "../../src/testing/synchronous-resolver.ts";

function makeReactor(): NodeReactor {
  return new NodeReactor();
}

test("SocketReactor, what it cannot do, is refused with a hint", () => {
  const reactor = makeReactor();
  const descriptor = { fileno: () => 0, doRead: () => {}, doWrite: () => {}, connectionLost: () => {} };
  const calls: Record<string, () => unknown> = {
    addReader: () => reactor.addReader(descriptor),
    addWriter: () => reactor.addWriter(descriptor),
    removeReader: () => reactor.removeReader(descriptor),
    removeWriter: () => reactor.removeWriter(descriptor),
    listenUNIXDatagram: () => reactor.listenUNIXDatagram("/run/d", new QuietUNIX()),
    connectUNIXDatagram: () => reactor.connectUNIXDatagram("/run/d", new QuietUNIX()),
    "spawnProcess with usePTY": () => reactor.spawnProcess(new ProcessProtocol(), "/bin/sh", [], { usePTY: true }),
  };
  for (const [name, call] of Object.entries(calls)) {
    assert.throws(call, (error) => error instanceof NotSupportedByReactorError && error.message.includes(name), name);
  }
});

test("SocketReactor, without descriptors, has none to list or remove", () => {
  const reactor = makeReactor();
  assert.deepEqual([reactor.getReaders(), reactor.getWriters(), reactor.removeAll()], [[], [], []]);
});

test("SocketReactor, refuses ports, hosts, paths and descriptors that are none, before anything is opened", () => {
  const reactor = makeReactor();
  const servers = new Factory();
  const clients = new ClientFactory();
  assert.throws(() => reactor.listenTCP(65_536, servers), RangeError);
  assert.throws(() => reactor.listenTCP(0, servers, { interface: "localhost" }), /interface/);
  assert.throws(() => reactor.connectTCP("", 1, clients), /Cannot connect to "": expected the name or the address/);
  assert.throws(() => reactor.connectTCP("127.0.0.1", -1, clients), RangeError);
  assert.throws(() => reactor.connectTCP("127.0.0.1", 1, clients, { bindAddress: { host: "here" } }), /connect from/);
  assert.throws(() => reactor.connectTCP("127.0.0.1", 1, clients, { bindAddress: { port: 70_000 } }), RangeError);
  assert.throws(() => reactor.listenUNIX("", servers), /Cannot use the UNIX socket "": expected a path/);
  assert.throws(() => reactor.connectUNIX("", clients), /Cannot use the UNIX socket ""/);
  assert.throws(() => reactor.adoptStreamPort(-1, "ipv4", servers), /Cannot adopt the descriptor -1/);
  assert.throws(() => reactor.adoptStreamConnection(1.5, "ipv4", servers), /Cannot adopt the descriptor 1.5/);
});

test("SocketReactor.installNameResolver, answers the one before, and resolve asks the new one", async () => {
  const reactor = makeReactor();
  const resolver = new SynchronousResolver({ "host.example": ["192.0.2.1"] });
  const before = reactor.installNameResolver(resolver);
  assert.equal(reactor.nameResolver, resolver);
  assert.equal(await reactor.resolve("host.example"), "192.0.2.1");
  assert.equal(reactor.installNameResolver(before), resolver);
});

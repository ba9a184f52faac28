/** What happens to servers on a simulated host; what they do as Node's do, `net-behaviours.ts` compares. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { ForeignServer } from "../../../src/sim/foreign/foreign-server.ts";
import { ForeignSocket } from "../../../src/sim/foreign/foreign-socket.ts";
import type { NodeError } from "../../../src/sim/foreign/node-error.ts";
import { SimulatedNetwork } from "../../../src/sim/simulated-network.ts";
import type { SimulatedHost } from "../../../src/sim/simulated-host.ts";
import { MemoryReactor } from "../../../src/testing/memory-reactor.ts";
import "../../support/quiet-logs.ts";

async function onHost<T>(body: (host: SimulatedHost) => Promise<T>): Promise<T> {
  const net = new SimulatedNetwork({ seed: 2 });
  let result: Promise<T> | undefined;
  let isDone = false;
  net.host("one").spawn(async (host) => {
    result = body(host);
    await result;
    isDone = true;
  });
  await net.run({ until: () => isDone, for: 60 });
  return result!;
}

test("ForeignServer, on a name, listens at its address; on a name that nobody knows, fails", async () => {
  await onHost(async (host) => {
    const server = host.createServer().listen(80, "one");
    await once(server, "listening");
    assert.deepEqual(server.address(), { address: host.addresses[0], family: "IPv4", port: 80 });
    const lost = host.createServer().listen(81, "nobody");
    const [error] = (await once(lost, "error")) as [NodeError];
    assert.deepEqual([error.code, error.syscall, error.hostname], ["ENOTFOUND", "getaddrinfo", "nobody"]);
    assert.equal(lost.listening, false);
  });
});

test("ForeignServer, on a port that is taken, fails with EADDRINUSE, and on an address of another with EADDRNOTAVAIL", async () => {
  await onHost(async (host) => {
    await once(host.createServer().listen(80), "listening");
    const [taken] = (await once(host.createServer().listen(80), "error")) as [NodeError];
    assert.deepEqual([taken.code, taken.syscall, taken.address, taken.port], ["EADDRINUSE", "listen", "0.0.0.0", 80]);
    const [wrong] = (await once(host.createServer().listen(80, "192.0.2.1"), "error")) as [NodeError];
    assert.equal(wrong.code, "EADDRNOTAVAIL");
  });
});

test("ForeignServer, on all addresses of IPv6, takes IPv4 as well, unless told otherwise", async () => {
  await onHost(async (host) => {
    const both = host.createServer((socket) => socket.end()).listen({ port: 80, host: "::" });
    await once(both, "listening");
    await once(host.connect(80, "127.0.0.1").resume(), "close");
    const six = host.createServer((socket) => socket.end()).listen({ port: 81, host: "::", ipv6Only: true });
    await once(six, "listening");
    await once(host.connect(81, "::1").resume(), "close");
    const [refused] = (await once(host.connect(81, "127.0.0.1"), "error")) as [NodeError];
    assert.equal(refused.code, "ECONNREFUSED");
  });
});

test("ForeignServer, sockets have the server's options", async () => {
  await onHost(async (host) => {
    const options = { allowHalfOpen: true, highWaterMark: 100, noDelay: true, keepAlive: true };
    const server = host.createServer(options).listen(80);
    const client = host.connect(80, "127.0.0.1");
    const [socket] = (await once(server, "connection")) as [ForeignSocket];
    assert.deepEqual([socket.allowHalfOpen, socket.readableHighWaterMark, socket.server], [true, 100, server]);
    client.destroy();
    socket.destroy();
  });
});

test("ForeignServer, asks the reactor for what it was asked for", () => {
  const reactor = new MemoryReactor();
  class Socket extends ForeignSocket {
    constructor() {
      super(reactor);
    }
  }
  const make = (): ForeignServer => new ForeignServer(reactor, Socket);
  make().listen({ port: 80, backlog: 7, reusePort: true });
  make().listen("/run/socket", 9);
  const [tcp] = reactor.tcpServers;
  assert.deepEqual([tcp?.port, tcp?.interface, tcp?.backlog], [80, "0.0.0.0", 7]);
  assert.deepEqual([reactor.unixServers[0]?.address, reactor.unixServers[0]?.backlog], ["/run/socket", 9]);
});

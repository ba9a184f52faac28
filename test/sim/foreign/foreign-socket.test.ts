/** What happens to sockets when the network is not well; what they do when it is, `net-behaviours.ts` compares with Node. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import type { NodeError } from "../../../src/sim/foreign/node-error.ts";
import { ForeignSocket, SILENT_FACTORY } from "../../../src/sim/foreign/foreign-socket.ts";
import { SimulatedNetwork } from "../../../src/sim/simulated-network.ts";
import { MemoryReactor } from "../../../src/testing/memory-reactor.ts";
import "../../support/quiet-logs.ts";

/** A server that says nothing, and a client that says `hello` to it. */
function network(): {
  net: SimulatedNetwork;
  events: unknown[];
  socket: () => ForeignSocket;
  accepted: ForeignSocket[];
} {
  const net = new SimulatedNetwork({ seed: 5, link: { latency: 0.01 } });
  const events: unknown[] = [];
  const accepted: ForeignSocket[] = [];
  let socket: ForeignSocket | undefined;
  const note = (who: string, noted: ForeignSocket): void => {
    noted.on("connect", () => events.push([who, "connect", net.seconds()]));
    noted.on("timeout", () => events.push([who, "timeout", net.seconds()]));
    noted.on("error", (error: NodeError) => events.push([who, error.message, error.errno]));
    noted.on("close", (hadError: boolean) => events.push([who, "close", hadError]));
    noted.resume();
  };
  net.host("server").spawn((host) => {
    host
      .createServer((one) => {
        accepted.push(one);
        note("server", one);
      })
      .listen(80);
  });
  net.host("client").spawn((host) => {
    socket = host.connect(80, "server");
    note("client", socket);
    socket.write("hello");
  });
  return { net, events, socket: () => socket!, accepted };
}

test("ForeignSocket, towards a black hole, fails with ETIMEDOUT after as long as Linux tries", async () => {
  const { net, events } = network();
  net.host("server").filter(80, "drop");
  await net.run({ for: 300 });
  const { addresses } = net.host("server");
  assert.deepEqual(events, [
    ["client", `connect ETIMEDOUT ${addresses[0]}:80`, -110],
    ["client", "close", true],
  ]);
});

test("ForeignSocket, of programs that are killed, is reset at the other end where something was not read", async () => {
  const { net, events, socket } = network();
  net.at(1, () => net.host("server").kill());
  net.at(2, () => socket().write("is anybody there"));
  await net.run({ for: 10 });
  assert.deepEqual(
    events.map((event) => (event as unknown[]).slice(0, 2)),
    [
      ["client", "connect"],
      ["client", "close"],
    ],
  );
});

test("ForeignSocket, whose connection is reset, fails with ECONNRESET, and writes that come later with it", async () => {
  const { net, events, socket } = network();
  const late: unknown[] = [];
  net.at(1, () => net.host("client").resetConnections("server"));
  net.at(2, () => socket().write("x", (error) => late.push((error as NodeError).code)));
  await net.run({ for: 10 });
  const of = (who: string): unknown[] => events.filter((event) => (event as unknown[])[0] === who);
  const reset = (who: string): unknown[] => [
    [who, "read ECONNRESET", -104],
    [who, "close", true],
  ];
  assert.deepEqual(of("client").slice(1), reset("client"));
  assert.deepEqual(of("server"), reset("server"));
  assert.deepEqual(late, ["ERR_STREAM_DESTROYED"]);
});

test("ForeignSocket, setTimeout, goes by the time of its host", async () => {
  const { net, events, socket } = network();
  net.at(1, () => socket().setTimeout(30_000));
  net.at(20, () => socket().write("more"));
  await net.run({ for: 60 });
  assert.deepEqual(events.at(-1), ["client", "timeout", 50]);
  assert.equal(socket().timeout, 30_000);
});

test("ForeignSocket, destroyed while its name is looked up, or dialled, connects to nobody", async () => {
  const net = new SimulatedNetwork({ link: { latency: 0.01 } });
  let connections = 0;
  const closed: unknown[] = [];
  net.host("server").spawn((host) => void host.createServer(() => connections++).listen(80));
  net.host("client").spawn((host) => {
    const [looking, dialling] = [host.connect(80, "server"), host.connect(80, "server")];
    for (const socket of [looking, dialling]) socket.on("close", (hadError: boolean) => closed.push(hadError));
    looking.destroy();
    host.reactor.callLater(0.005, () => dialling.destroy());
  });
  await net.run({ for: 5 });
  assert.deepEqual([connections, closed], [0, [false, false]]);
});

test("ForeignSocket, over a reactor that is not told to go on, waits, and can be given up", async () => {
  const reactor = new MemoryReactor();
  const socket = new ForeignSocket(reactor);
  socket.connect({
    port: 80,
    host: "192.0.2.1",
    localAddress: "192.0.2.9",
    localPort: 99,
    noDelay: true,
    keepAlive: true,
  });
  await new Promise((resolve) => setImmediate(resolve));
  const [client] = reactor.tcpClients;
  assert.deepEqual(
    [client?.host, client?.port, client?.bindAddress],
    ["192.0.2.1", 80, { host: "192.0.2.9", port: 99 }],
  );
  assert.deepEqual([socket.readyState, socket.bufferSize, socket.server], ["opening", 0, undefined]);
  socket.destroy();
  await once(socket, "close");
  assert.equal(SILENT_FACTORY.doStop(), undefined);
});

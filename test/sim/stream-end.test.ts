import assert from "node:assert/strict";
import { test } from "node:test";
import "../support/quiet-logs.ts";
import { HalfClosingRecorder } from "../conformance/stream-fixtures.ts";
import { connectedHosts } from "./connected-hosts.ts";

test("StreamEnd, cuts what is sent at places that the seed chooses, down to one byte, and loses nothing", async () => {
  const sent = Buffer.from(Array.from({ length: 40_000 }, (_, n) => (n * 31) & 0xff));
  const sizes = new Set<number>();
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const { net, server, client } = await connectedHosts({ seed });
    client.transport.write(sent);
    await net.run({ until: () => server.received.length === sent.length });
    assert.ok(server.received.equals(sent));
    for (const chunk of server.chunks) sizes.add(chunk.length);
  }
  assert.ok(sizes.has(1) && sizes.size > 20, [...sizes].join(" "));
});

test("StreamEnd, without cuts, sends full segments", async () => {
  const { net, server, client } = await connectedHosts({ cuts: false, link: { mtu: 1040 } });
  client.transport.write(Buffer.alloc(2500));
  await net.run({ until: () => server.received.length === 2500 });
  assert.deepEqual(
    server.chunks.map(({ length }) => length),
    [1000, 1000, 500],
  );
});

test("StreamEnd, lets a producer pause when the window is full, and go on when the peer has read", async () => {
  const { net, server, client } = await connectedHosts({ window: 10_000 });
  server.transport.pauseProducing();
  const events: string[] = [];
  client.transport.registerProducer(
    {
      pauseProducing: () => events.push("pause"),
      resumeProducing: () => events.push("resume"),
      stopProducing: () => events.push("stop"),
    },
    true,
  );
  client.transport.write(Buffer.alloc(100_000));
  await net.run({ for: 1 });
  assert.deepEqual([events, server.received.length], [["pause"], 0]);
  server.transport.resumeProducing();
  await net.run({ until: () => events.length === 2 });
  assert.equal(events[1], "resume");
  client.transport.unregisterProducer();
  client.transport.loseConnection();
  await net.run({ until: () => server.lost !== undefined });
  assert.equal(server.received.length, 100_000);
});

test("StreamEnd, a slow reader, reads so many bytes in a second", async () => {
  const { net, hosts, server, client } = await connectedHosts({ window: 1000 });
  hosts.server.read({ bytesPerSecond: 100 });
  client.transport.write(Buffer.alloc(1000));
  await net.run({ for: 5 });
  assert.ok(Math.abs(server.received.length - 500) <= 10, String(server.received.length));
  hosts.server.read("stuck");
  const before = server.received.length;
  await net.run({ for: 5 });
  assert.equal(server.received.length, before);
  hosts.server.read("normal");
  await net.run({ until: () => server.received.length === 1000 });
});

test("StreamEnd, closed with bytes that nobody has read, resets", async () => {
  const { net, server, client } = await connectedHosts({}, (protocol) => {
    protocol.onMade = ({ transport }) => transport.pauseProducing();
  });
  client.transport.write("never read");
  await net.run({ for: 1 });
  client.transport.resumeProducing();
  server.transport.loseConnection();
  await net.run({ until: () => client.lost !== undefined });
  assert.equal(client.reason, "ConnectionLost");
});

test("StreamEnd, that is gone, answers what comes with a reset", async () => {
  const { net, server, client } = await connectedHosts({}, () => {}, HalfClosingRecorder);
  server.transport.loseConnection();
  await net.run({ until: () => client.events.includes("read lost") });
  client.transport.write("are you there?");
  await net.run({ until: () => client.lost !== undefined });
  assert.deepEqual([server.reason, client.reason], ["ConnectionDone", "ConnectionLost"]);
});

/** The handle over real sockets: how it sends, and how it tells of drains. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { after, before, test } from "node:test";
import { SocketHandle } from "../../../src/reactor/node/socket-handle.ts";
import type { StreamEvents } from "../../../src/transport/stream-handle.ts";
import { until } from "../../conformance/running.ts";

let server: Server;
before(async () => {
  server = createServer({ allowHalfOpen: true });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
after(() => server.close());

interface Ends {
  readonly handle: SocketHandle;
  readonly peer: Socket;
  readonly events: string[];
}

async function connected(): Promise<Ends> {
  const events: string[] = [];
  const socket = connect({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", allowHalfOpen: true });
  const [[peer]] = (await Promise.all([once(server, "connection"), once(socket, "connect")])) as [[Socket], unknown];
  peer.on("error", () => {});
  const handle = new SocketHandle(socket);
  const sink: StreamEvents = {
    protocol: {},
    received: (data) => void events.push(`received ${data.toString()}`),
    readingEnded: () => void events.push("reading ended"),
    writingEnded: () => void events.push("writing ended"),
    drained: () => void events.push("drained"),
    closed: (error) => void events.push(`closed ${(error as { code?: string } | undefined)?.code ?? "cleanly"}`),
  };
  handle.connect(sink);
  return { handle, peer, events };
}

async function bytesOf(peer: Socket, length: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of peer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    total += chunk.length;
    if (total >= length) break;
  }
  return Buffer.concat(chunks);
}

test("SocketHandle.send, one piece, many small ones and large ones, arrive in order", async () => {
  const { handle, peer, events } = await connected();
  const large = Buffer.alloc(200_000, "large");
  handle.send([Buffer.from("one ")]);
  handle.send([Buffer.from("two "), Buffer.from("three ")]);
  handle.send([Buffer.from("four "), large]);
  const expected = Buffer.concat([Buffer.from("one two three four "), large]);
  assert.ok((await bytesOf(peer, expected.length)).equals(expected));
  handle.close();
  await until(() => events.includes("closed cleanly"));
});

test("SocketHandle, tells of each drain once when it is asked to", async () => {
  const { handle, peer, events } = await connected();
  peer.resume();
  handle.send([Buffer.from("quiet")]);
  handle.reportEachDrain(true);
  handle.send([Buffer.from("one")]);
  handle.send([Buffer.alloc(100_000), Buffer.alloc(100_000)]);
  await until(() => events.length > 0, "a drain");
  handle.send([Buffer.from("two")]);
  await until(() => events.length > 1, "another drain");
  handle.reportEachDrain(false);
  handle.send([Buffer.from("three")]);
  handle.endWriting();
  await until(() => events.includes("writing ended"), "the end");
  assert.deepEqual(events, ["drained", "drained", "writing ended"]);
  assert.equal(handle.unsent, 0);
  handle.closeGracefully();
  await until(() => events.includes("closed cleanly"));
});

test("SocketHandle, reads only when told, and tells how it ended", async () => {
  const { handle, peer, events } = await connected();
  peer.write("hello");
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(events.length, 0);
  handle.startReading();
  await until(() => events.includes("received hello"));
  peer.end();
  await until(() => events.includes("reading ended"));
  peer.resetAndDestroy();
  handle.send([Buffer.from("x")]);
  await until(() => events.length === 3);
  assert.match(events[2] ?? "", /^closed (ECONNRESET|EPIPE)$/);
});

test("SocketHandle.reset, is seen by the peer", async () => {
  const { handle, peer } = await connected();
  const failed = once(peer, "error") as Promise<[{ code: string }]>;
  peer.resume();
  handle.reset();
  const [error] = await failed;
  assert.equal(error.code, "ECONNRESET");
});

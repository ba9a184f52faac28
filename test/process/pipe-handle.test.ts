import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { test } from "node:test";
import { PipeHandle } from "../../src/process/pipe-handle.ts";

async function pair(): Promise<[ours: Socket, theirs: Socket]> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const ours = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [[theirs]] = (await Promise.all([once(server, "connection"), once(ours, "connect")])) as [[Socket], unknown];
  server.close();
  return [ours, theirs];
}

test("PipeHandle.closeGracefully, closes at once where all is sent, and tells it in the next tick", async () => {
  const [ours, theirs] = await pair();
  const handle = new PipeHandle(ours, false);
  let closed = 0;
  const events = {
    protocol: {},
    received() {},
    readingEnded() {},
    writingEnded() {},
    drained() {},
    closed: () => void closed++,
  };
  handle.connect(events);
  theirs.resume();
  handle.closeGracefully();
  assert.deepEqual([ours.destroyed, closed], [true, 0]);
  await new Promise((resolve) => process.nextTick(resolve));
  assert.equal(closed, 1);
  await once(theirs, "close");
});

test("PipeHandle.startReading, does without what is below a socket, where that is another one", async () => {
  const [ours, theirs] = await pair();
  for (const below of [undefined, null, {}]) {
    Object.defineProperty(ours, "_handle", { value: below, configurable: true });
    new PipeHandle(ours, true).startReading();
  }
  delete (ours as { _handle?: unknown })._handle;
  theirs.destroy();
  ours.destroy();
});

test("PipeHandle.closeGracefully, sends first what is not sent", async () => {
  const [ours, theirs] = await pair();
  const handle = new PipeHandle(ours, false);
  let closed = false;
  handle.connect({
    protocol: {},
    received() {},
    readingEnded() {},
    writingEnded() {},
    drained() {},
    closed: () => void (closed = true),
  });
  const size = 2 ** 23;
  let received = 0;
  handle.send([Buffer.alloc(size)]);
  handle.closeGracefully();
  assert.equal(ours.destroyed, false);
  theirs.on("data", (data) => (received += data.length));
  await once(theirs, "close");
  assert.deepEqual([received, closed], [size, true]);
});

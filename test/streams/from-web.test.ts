import assert from "node:assert/strict";
import { test } from "node:test";
import { Protocol } from "../../src/protocol/protocol.ts";
import { fromWeb } from "../../src/streams/from-web.ts";
import { toWeb } from "../../src/streams/to-web.ts";
import { connectedPair } from "../../src/testing/connected-pair.ts";
import { until } from "../conformance/running.ts";
import { Recorder } from "../conformance/stream-fixtures.ts";
import "../support/quiet-logs.ts";

test("fromWeb, over toWeb, is the connection again", async () => {
  const peer = new Recorder();
  const pair = connectedPair(new Protocol(), peer);
  const echo = new Recorder();
  echo.onData = (_, data) => echo.transport.write(data);
  fromWeb(toWeb(pair.serverTransport), echo);
  const body = Buffer.alloc(500_000, "abc");
  peer.transport.write(body);
  await until(() => peer.received.length === body.length);
  assert.ok(peer.received.equals(body));
  peer.transport.loseConnection();
  await until(() => echo.lost !== undefined && peer.lost !== undefined);
  assert.deepEqual([echo.reason, peer.reason], ["ConnectionDone", "ConnectionDone"]);
});

test("fromWeb, a stream that fails, is ConnectionLost with its error", async () => {
  const protocol = new Recorder();
  const readable = new ReadableStream({
    pull(controller) {
      controller.error(new Error("broken"));
    },
  });
  fromWeb({ readable, writable: new WritableStream() }, protocol);
  await until(() => protocol.lost !== undefined);
  assert.equal(protocol.reason, "ConnectionLost");
  assert.equal(((protocol.lost!.value as Error).cause as Error).message, "broken");
});

test("fromWeb, streams that are locked, are refused", () => {
  const readable = new ReadableStream();
  readable.getReader();
  assert.throws(() => fromWeb({ readable, writable: new WritableStream() }, new Recorder()), TypeError);
});

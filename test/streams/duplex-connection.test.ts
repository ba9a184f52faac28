import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { PassThrough, duplexPair } from "node:stream";
import { test } from "node:test";
import { Recorder } from "../conformance/stream-fixtures.ts";
import { until } from "../conformance/running.ts";
import { DuplexConnection } from "../../src/streams/duplex-connection.ts";
import { PipeAddress } from "../../src/transport/address.ts";
import "../support/quiet-logs.ts";

const ADDRESSES = { host: new PipeAddress(), peer: new PipeAddress() };

test("DuplexConnection, streams of objects or none at all, are refused", () => {
  const bytes = new PassThrough();
  const objects = new PassThrough({ objectMode: true });
  const make = (readable: unknown, writable: unknown) => (): unknown =>
    new DuplexConnection(new Recorder(), { readable, writable } as never, ADDRESSES, undefined);
  assert.throws(make(objects, bytes), /Cannot read from a stream: it is in object mode, expected a stream of bytes/);
  assert.throws(make(bytes, objects), /Cannot write to a stream: it is in object mode/);
  assert.throws(make(undefined, bytes), /undefined is none/);
  assert.throws(make(bytes, "text"), /'text' is none/);
});

test("DuplexConnection, is connected when it is made, and tells its addresses", () => {
  const [ours] = duplexPair();
  const protocol = new Recorder();
  const connection = new DuplexConnection(protocol, { readable: ours, writable: ours }, ADDRESSES, undefined);
  assert.deepEqual(protocol.events, ["made"]);
  assert.equal(protocol.transport, connection);
  assert.equal(connection.getHost(), ADDRESSES.host);
  assert.equal(connection.getPeer(), ADDRESSES.peer);
  connection.abortConnection();
});

test("DuplexConnection, events, have the asynchronous context of its maker", async () => {
  const storage = new AsyncLocalStorage<string>();
  const [ours, theirs] = duplexPair();
  const protocol = new Recorder();
  const seen: unknown[] = [];
  protocol.onData = () => seen.push(storage.getStore());
  storage.run("maker", () => new DuplexConnection(protocol, { readable: ours, writable: ours }, ADDRESSES, undefined));
  theirs.write("x");
  await until(() => seen.length === 1);
  assert.deepEqual(seen, ["maker"]);
  protocol.transport.abortConnection();
});

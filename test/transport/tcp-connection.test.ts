import assert from "node:assert/strict";
import { test } from "node:test";
import { Protocol } from "../../src/protocol/protocol.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import type { TLSContextFactory } from "../../src/transport/secure-stream.ts";
import { TCPConnection } from "../../src/transport/tcp-connection.ts";
import type { TCPHandle } from "../../src/transport/tcp-connection.ts";
import { WriteBatch } from "../../src/transport/write-batch.ts";

const ADDRESSES = { host: new IPv4Address("TCP", "127.0.0.1", 1), peer: new IPv4Address("TCP", "127.0.0.1", 2) };

function makeConnection(handle: TCPHandle): TCPConnection {
  return new TCPConnection(new Protocol(), handle, ADDRESSES, { connectionClosed: () => {} }, new WriteBatch());
}

test("TCPConnection, remembers and passes on the options of TCP", () => {
  const calls: string[] = [];
  const handle = {
    setNoDelay: (enabled: boolean) => calls.push(`no delay ${enabled}`),
    setKeepAlive: (enabled: boolean) => calls.push(`keep alive ${enabled}`),
  } as unknown as TCPHandle;
  const connection = makeConnection(handle);
  assert.deepEqual([connection.getTcpNoDelay(), connection.getTcpKeepAlive()], [false, false]);
  connection.setTcpNoDelay(true);
  connection.setTcpKeepAlive(true);
  assert.deepEqual([connection.getTcpNoDelay(), connection.getTcpKeepAlive()], [true, true]);
  assert.deepEqual(calls, ["no delay true", "keep alive true"]);
  assert.equal(connection.getHost().port, 1);
  assert.equal(connection.getPeer().port, 2);
});

test("TCPConnection.startTLS, sends small records at once, unless the protocol has said what it wants", () => {
  const calls: boolean[] = [];
  const handle = { setNoDelay: (enabled: boolean) => calls.push(enabled) } as unknown as TCPHandle;
  const secure = { start: () => {}, startReading: () => calls.push(true) };
  const contextFactory = { checkFor: () => {}, secure: () => secure } as unknown as TLSContextFactory;
  const connection = makeConnection(handle);
  connection.startTLS(contextFactory);
  assert.equal(connection.getTcpNoDelay(), true);
  assert.deepEqual(calls, [true, true]);
  for (const wanted of [true, false]) {
    const told = makeConnection(handle);
    told.setTcpNoDelay(wanted);
    calls.length = 0;
    told.startTLS(contextFactory);
    assert.equal(told.getTcpNoDelay(), wanted);
    assert.equal(calls.length, 1, "only that it reads");
  }
});

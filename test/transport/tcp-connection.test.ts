import assert from "node:assert/strict";
import { test } from "node:test";
import { Protocol } from "../../src/protocol/protocol.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { TCPConnection } from "../../src/transport/tcp-connection.ts";
import type { TCPHandle } from "../../src/transport/tcp-connection.ts";
import { WriteBatch } from "../../src/transport/write-batch.ts";

test("TCPConnection, remembers and passes on the options of TCP", () => {
  const calls: string[] = [];
  const handle = {
    setNoDelay: (enabled: boolean) => calls.push(`no delay ${enabled}`),
    setKeepAlive: (enabled: boolean) => calls.push(`keep alive ${enabled}`),
  } as unknown as TCPHandle;
  const addresses = { host: new IPv4Address("TCP", "127.0.0.1", 1), peer: new IPv4Address("TCP", "127.0.0.1", 2) };
  const owner = { connectionClosed: () => {} };
  const connection = new TCPConnection(new Protocol(), handle, addresses, owner, new WriteBatch());
  assert.deepEqual([connection.getTcpNoDelay(), connection.getTcpKeepAlive()], [false, false]);
  connection.setTcpNoDelay(true);
  connection.setTcpKeepAlive(true);
  assert.deepEqual([connection.getTcpNoDelay(), connection.getTcpKeepAlive()], [true, true]);
  assert.deepEqual(calls, ["no delay true", "keep alive true"]);
  assert.equal(connection.getHost().port, 1);
  assert.equal(connection.getPeer().port, 2);
});

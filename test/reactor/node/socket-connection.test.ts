import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { test } from "node:test";
import { connectionOver, peerOf } from "../../../src/reactor/node/socket-connection.ts";
import { StreamConnection } from "../../../src/transport/stream-connection.ts";
import { TCPConnection } from "../../../src/transport/tcp-connection.ts";
import { WriteBatch } from "../../../src/transport/write-batch.ts";
import { Recorder } from "../../conformance/stream-fixtures.ts";

const OWNER = { connectionClosed: () => {} };

test("connectionOver, makes a TCP connection of a TCP socket, with its addresses", async () => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [accepted] = (await once(server, "connection")) as [Socket];
  const connection = connectionOver(accepted, new Recorder(), OWNER, new WriteBatch());
  assert.ok(connection instanceof TCPConnection);
  assert.ok(connection.getPeer().equals(peerOf(accepted)));
  assert.equal(connection.getHost().port, (server.address() as AddressInfo).port);
  client.destroy();
  accepted.destroy();
  server.close();
});

test("connectionOver, makes a plain connection of a UNIX socket, with the names it is told", async () => {
  const path = `\0hawser-connection-${process.pid}`;
  const server = createServer();
  server.listen(path);
  await once(server, "listening");
  const client = connect(path);
  await once(client, "connect");
  assert.equal(String(peerOf(client)), "UNIXAddress(None)");
  const connection = connectionOver(client, new Recorder(), OWNER, new WriteBatch());
  assert.ok(connection instanceof StreamConnection && !(connection instanceof TCPConnection));
  assert.equal(String(connection.getPeer()), "UNIXAddress(None)");
  client.destroy();
  server.close();
});

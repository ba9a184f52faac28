import assert from "node:assert/strict";
import { test } from "node:test";
import "../support/quiet-logs.ts";
import { causeOf, connectedHosts } from "./connected-hosts.ts";

test("KeepAlive, of a silent connection, finds out within hours that the other end is gone", async () => {
  const { net, hosts, client } = await connectedHosts();
  client.transport.setTcpKeepAlive(true);
  await net.run({ for: 20_000 });
  assert.equal(client.lost, undefined);
  hosts.server.crash();
  await net.run({ for: 20_000 });
  assert.equal(causeOf(client), "ETIMEDOUT");
});

test("KeepAlive, where the other host has booted, is answered by a reset", async () => {
  const { net, hosts, client } = await connectedHosts();
  client.transport.setTcpKeepAlive(true);
  hosts.server.crash();
  hosts.server.restart();
  await net.run({ for: 7300 });
  assert.equal(causeOf(client), "ECONNRESET");
});

test("KeepAlive, switched off, asks nobody", async () => {
  const { net, hosts, client } = await connectedHosts();
  client.transport.setTcpKeepAlive(true);
  client.transport.setTcpKeepAlive(false);
  hosts.server.crash();
  await net.run({ for: 50_000 });
  assert.equal(client.lost, undefined);
});

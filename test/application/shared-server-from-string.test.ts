import assert from "node:assert/strict";
import { test } from "node:test";
import { sharedServerFromString, unaskedSockets } from "../../src/application/shared-server-from-string.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";

const factory = Factory.forProtocol(Protocol);

test("sharedServerFromString, takes the socket of its group, in a worker, and opens others itself", async () => {
  const reactor = new MemoryReactor();
  const worker = { id: 0, listen: ["tcp:80", "tcp6:80"] };
  await sharedServerFromString(reactor, "tcp6:80", worker).listen(factory);
  await sharedServerFromString(reactor, "tcp:80", worker).listen(factory);
  assert.deepEqual(reactor.adoptedPorts, [
    { fd: 5, family: "ipv6", factory },
    { fd: 4, family: "ipv4", factory },
  ]);
  assert.deepEqual(unaskedSockets({ id: 0, listen: ["tcp:80", "tcp:82"] }), ["tcp:82"]);
  await sharedServerFromString(reactor, "tcp:81", worker).listen(factory);
  assert.deepEqual(
    reactor.tcpServers.map(({ port }) => port),
    [81],
  );
});

test("sharedServerFromString, opens everything itself where it is no worker", async () => {
  const reactor = new MemoryReactor();
  await sharedServerFromString(reactor, "tcp:80").listen(factory);
  assert.deepEqual(reactor.adoptedPorts, []);
});

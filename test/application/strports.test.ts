import assert from "node:assert/strict";
import { test } from "node:test";
import { strports } from "../../src/application/strports.ts";
import { EndpointDescriptionError } from "../../src/endpoint/errors.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { RaisingMemoryReactor } from "../../src/testing/raising-memory-reactor.ts";
import { CannotListenError } from "../../src/transport/errors.ts";

const factory = Factory.forProtocol(Protocol);

test("strports.service, answers a service that listens where the description says", () => {
  const reactor = new MemoryReactor();
  const service = strports.service("tcp:8080:interface=127.0.0.1:backlog=7", factory, reactor);
  assert.equal(service.factory, factory);
  assert.deepEqual(reactor.tcpServers, []);
  service.startService();
  assert.deepEqual(reactor.tcpServers, [{ port: 8080, factory, backlog: 7, interface: "127.0.0.1" }]);
});

test("strports.service, throws when it is started where the port cannot be opened", () => {
  const error = new CannotListenError({ interface: "", port: 8080 });
  const reactor = new RaisingMemoryReactor(error);
  const service = strports.service("tcp:8080", factory, reactor);
  assert.throws(() => service.privilegedStartService(), CannotListenError);
});

test("strports.listen, listens at once", async () => {
  const reactor = new MemoryReactor();
  const port = await strports.listen("tcp:8080", factory, reactor);
  assert.equal(String(port.getHost()), "IPv4Address(TCP, '0.0.0.0', 8080)");
});

test("strports, refuses what is no description", () => {
  assert.throws(() => strports.service("tcp:http", factory, new MemoryReactor()), EndpointDescriptionError);
  assert.throws(() => strports.listen("nothing", factory, new MemoryReactor()), EndpointDescriptionError);
});

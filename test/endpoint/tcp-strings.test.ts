import assert from "node:assert/strict";
import { test } from "node:test";
import { EndpointDescription } from "../../src/endpoint/description.ts";
import { parseTCP, parseTCP6 } from "../../src/endpoint/tcp-strings.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";

test("parseTCP and parseTCP6, take arguments by place and by name", async () => {
  const reactor = new MemoryReactor();
  const four = parseTCP(reactor, new EndpointDescription("tcp:80:127.0.0.1:backlog=9"));
  const six = parseTCP6(reactor, new EndpointDescription("tcp6:81:interface=\\:\\:1"));
  for (const endpoint of [four, six]) await endpoint.listen(Factory.forProtocol(Protocol));
  assert.deepEqual(
    reactor.tcpServers.map(({ port, interface: host, backlog }) => [port, host, backlog]),
    [
      [80, "127.0.0.1", 9],
      [81, "::1", 50],
    ],
  );
});

test("parseTCP, says what is wrong", () => {
  assert.throws(
    () => parseTCP(new MemoryReactor(), new EndpointDescription("tcp:http")),
    /port is "http", expected a number from 0 to 65535/,
  );
});

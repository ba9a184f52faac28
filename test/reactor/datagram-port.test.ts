/** What is special to the ports over `node:dgram`; the rest is in test/conformance/datagrams.ts. */
import assert from "node:assert/strict";
import { Socket } from "node:dgram";
import { test } from "node:test";
import { DatagramProtocol } from "../../src/protocol/datagram-protocol.ts";
import { DatagramPort } from "../../src/reactor/datagram-port.ts";
import type { DatagramPortOptions } from "../../src/reactor/datagram-port.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { CannotListenError } from "../../src/transport/errors.ts";
import { boundDescriptor } from "../conformance/datagram-fixtures.ts";
import "../support/quiet-logs.ts";

function makePort(port: number, options: DatagramPortOptions): DatagramPort {
  return new DatagramPort(port, new DatagramProtocol(), new NodeReactor(), options);
}

test("DatagramPort, that cannot listen, says where and keeps what the system said", async () => {
  const first = makePort(0, { interface: "127.0.0.1" });
  first.startListening();
  const { port } = first.getHost();
  assert.throws(
    () => makePort(port, { interface: "127.0.0.1" }).startListening(),
    (error) =>
      error instanceof CannotListenError &&
      error.message === `Cannot listen on 127.0.0.1:${port}: bind EADDRINUSE 127.0.0.1:${port}` &&
      (error.cause as NodeJS.ErrnoException).code === "EADDRINUSE",
  );
  await first.stopListening();
});

test("DatagramPort, of a descriptor, says which one it could not use", () => {
  assert.throws(() => makePort(0, { fd: 1_000_000, family: "ipv4" }).startListening(), {
    name: "CannotListenError",
    message: /^Cannot listen on descriptor 1000000: Unsupported fd type/,
    port: null,
  });
});

test("DatagramPort, of the descriptor 0, is refused: Node would open another socket", (t) => {
  const bind = t.mock.method(Socket.prototype, "bind");
  assert.throws(() => makePort(0, { fd: 0, family: "ipv4" }).startListening(), {
    message: "Cannot listen on descriptor 0: Node cannot take over this one",
  });
  assert.equal(bind.mock.callCount(), 0);
});

test("DatagramPort, of a descriptor, cannot be opened again: the number may be that of another file", async () => {
  const { fd } = boundDescriptor("127.0.0.1");
  const port = makePort(0, { fd, family: "ipv4" });
  port.startListening();
  await port.stopListening();
  assert.throws(() => port.startListening(), {
    name: "CannotListenError",
    message: `Cannot listen on descriptor ${fd}: it has been closed`,
  });
});

test("DatagramPort, of an unknown family, is refused before anything is opened", () => {
  assert.throws(() => makePort(0, { fd: 5, family: "unix" as "ipv4" }), {
    name: "TypeError",
    message: 'Cannot adopt a datagram port of the family "unix": expected "ipv4" or "ipv6"',
  });
});

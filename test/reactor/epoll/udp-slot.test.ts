/** What is special to UDP ports of the core; the rest is in test/conformance/datagrams.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DatagramProtocol } from "../../../src/protocol/datagram-protocol.ts";
import { CannotListenError } from "../../../src/transport/errors.ts";
import type { UDPTransport } from "../../../src/transport/transport.ts";
import { boundDescriptor } from "../../conformance/datagram-fixtures.ts";
import "../../support/quiet-logs.ts";
import { HOST, runs, skip } from "./over-core.ts";

class Quiet extends DatagramProtocol<UDPTransport> {
  override noisy = false;
}

test("listenUDP, of a port that is taken, throws what the system says", { skip }, () =>
  runs(async (reactor) => {
    const { port } = reactor.listenUDP(0, new Quiet(), { interface: HOST }).getHost();
    assert.throws(
      () => reactor.listenUDP(port, new Quiet(), { interface: HOST }),
      (error) =>
        error instanceof CannotListenError &&
        error.message === `Cannot listen on ${HOST}:${port}: bind EADDRINUSE: Address already in use`,
    );
  }),
);

test("adoptDatagramPort, of what is no socket, and of one of the other family, is refused", { skip }, () =>
  runs(async (reactor) => {
    assert.throws(() => reactor.adoptDatagramPort(1_000_000, "ipv4", new Quiet()), /EBADF/);
    const { fd } = boundDescriptor(HOST);
    assert.throws(
      () => reactor.adoptDatagramPort(fd, "ipv6", new Quiet()),
      /Cannot use a socket of the family IPv4: expected ipv6/,
    );
  }),
);

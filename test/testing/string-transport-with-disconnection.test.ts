import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidStateError } from "../../src/errors.ts";
import { AccumulatingProtocol } from "../../src/testing/accumulating-protocol.ts";
import { StringTransportWithDisconnection } from "../../src/testing/string-transport-with-disconnection.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";

function connected(): { transport: StringTransportWithDisconnection; protocol: AccumulatingProtocol } {
  const transport = new StringTransportWithDisconnection();
  const protocol = new AccumulatingProtocol();
  transport.protocol = protocol;
  protocol.makeConnection(transport);
  return { transport, protocol };
}

test("loseConnection, tells the protocol at once with ConnectionDone", () => {
  const { transport, protocol } = connected();
  transport.loseConnection();
  assert.equal(protocol.closed, true);
  assert.equal(protocol.closedReason?.check(ConnectionDone), ConnectionDone);
  assert.equal(transport.connected, false);
});

test("loseConnection, tells the protocol only once", () => {
  const { transport, protocol } = connected();
  transport.loseConnection();
  protocol.closed = false;
  transport.loseConnection();
  assert.equal(protocol.closed, false);
});

test("loseConnection, from within connectionLost does nothing", () => {
  const transport = new StringTransportWithDisconnection();
  let calls = 0;
  class Stubborn extends AccumulatingProtocol {
    override connectionLost(): void {
      calls++;
      this.transport.loseConnection();
    }
  }
  const protocol = new Stubborn();
  transport.protocol = protocol;
  protocol.makeConnection(transport);
  transport.loseConnection();
  assert.equal(calls, 1);
});

test("abortConnection, is noted and tells the protocol the same, as in Twisted", () => {
  const { transport, protocol } = connected();
  transport.abortConnection();
  assert.equal(transport.aborting, true);
  assert.equal(protocol.closedReason?.check(ConnectionDone), ConnectionDone);
});

test("loseConnection, is refused where the test has set no protocol", () => {
  const transport = new StringTransportWithDisconnection();
  assert.throws(() => transport.loseConnection(), InvalidStateError);
  assert.equal(transport.connected, true);
});

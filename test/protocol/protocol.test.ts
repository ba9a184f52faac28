import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { BaseProtocol, Protocol } from "../../src/protocol/protocol.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";

test("BaseProtocol.makeConnection, sets the transport, then calls connectionMade, once", () => {
  const seen: unknown[] = [];
  class Noting extends BaseProtocol<StringTransport> {
    override connectionMade(): void {
      seen.push(this.transport, this.connected);
    }
  }
  const protocol = new Noting();
  assert.equal(protocol.connected, false);
  const transport = new StringTransport();
  protocol.makeConnection(transport);
  assert.deepEqual(seen, [transport, true]);
});

test("BaseProtocol.logPrefix, is the name of the class", () => {
  class Chat extends Protocol {}
  assert.equal(new Chat().logPrefix(), "Chat");
});

test("Protocol, does nothing with what it receives, unless it is told to", () => {
  const protocol = new Protocol<StringTransport>();
  protocol.makeConnection(new StringTransport());
  protocol.dataReceived(Buffer.from("hello"));
  protocol.connectionLost(new Failure(new ConnectionDone()));
  assert.equal(protocol.transport.value(), "");
  assert.equal(protocol.transport.disconnecting, false);
  assert.equal(protocol.factory, undefined);
});

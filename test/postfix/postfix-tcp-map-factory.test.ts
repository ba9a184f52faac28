import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import { PostfixTCPMapFactory } from "../../src/postfix/postfix-tcp-map-factory.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";

class Upper extends PostfixTCPMapFactory {
  override get(key: string): string {
    return key.toUpperCase();
  }
}

test("PostfixTCPMapFactory, builds servers that ask it, on its clock", () => {
  const clock = new Clock();
  const factory = new Upper(clock);
  const transport = new StringTransport();
  const server = factory.buildProtocol(transport.getPeer());
  assert.equal(server.factory, factory);
  server.makeConnection(transport);
  server.dataReceived(Buffer.from("get key\n"));
  assert.equal(transport.value(), "200 KEY\n");
  clock.advance(600);
  assert.equal(transport.disconnecting, true);
});

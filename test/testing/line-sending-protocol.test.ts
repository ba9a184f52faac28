import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { LineSendingProtocol } from "../../src/testing/line-sending-protocol.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";

test("LineSendingProtocol, sends its lines when it is connected and keeps the answers", () => {
  const protocol = new LineSendingProtocol(["one", Buffer.from("two")]);
  const transport = new StringTransport();
  protocol.makeConnection(transport);
  assert.equal(transport.value(), "one\r\ntwo\r\n");
  protocol.dataReceived(Buffer.from("a\r\nb\r\nc"));
  assert.deepEqual(protocol.response.map(String), ["a", "b"]);
  assert.equal(transport.value(), "one\r\ntwo\r\n");
});

test("LineSendingProtocol, that does not start, sends when the first line has come, once", () => {
  const protocol = new LineSendingProtocol(["one", "two"], false);
  const transport = new StringTransport();
  protocol.makeConnection(transport);
  assert.equal(transport.value(), "");
  protocol.dataReceived(Buffer.from("hello\r\nagain\r\n"));
  assert.equal(transport.value(), "one\r\ntwo\r\n");
  assert.deepEqual(protocol.lines, []);
  assert.deepEqual(protocol.response.map(String), ["hello", "again"]);
});

test("LineSendingProtocol, notes the end, and does not touch the list that it was given", () => {
  const lines = ["one"];
  const protocol = new LineSendingProtocol(lines, false);
  protocol.makeConnection(new StringTransport());
  protocol.dataReceived(Buffer.from("x\r\n"));
  assert.equal(protocol.lostConn, false);
  protocol.connectionLost(new Failure(new ConnectionDone()));
  assert.equal(protocol.lostConn, true);
  assert.deepEqual(lines, ["one"]);
});

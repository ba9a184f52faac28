import assert from "node:assert/strict";
import { test } from "node:test";
import { LineOnlyReceiver } from "../../src/protocol/line-only-receiver.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { readsThreeWays } from "../support/three-ways.ts";
import type { Reader } from "../support/three-ways.ts";

class Lines extends LineOnlyReceiver implements Reader<string> {
  override MAX_LENGTH = 8;
  readonly events: string[] = [];
  readonly link: StringTransport = new StringTransport();

  constructor() {
    super();
    this.makeConnection(this.link);
  }

  receive(chunk: Buffer): void {
    this.dataReceived(chunk);
  }

  override lineReceived(line: Buffer): void {
    this.events.push(line.toString());
    if (line.toString() === "quit") this.transport.loseConnection();
  }
}

test("LineOnlyReceiver, delivers lines without their ends, three ways", () => {
  readsThreeWays(() => new Lines(), "one\r\n\r\nthree\n\r\n", ["one", "", "three\n"], "four\r");
});

test("LineOnlyReceiver, takes the delimiter that a subclass has", () => {
  class Other extends Lines {
    override delimiter = "--";
  }
  readsThreeWays(() => new Other(), "one--two----", ["one", "two", ""], "x-");
});

test("LineOnlyReceiver, delivers no line behind one that closed the connection, three ways", () => {
  readsThreeWays(() => new Lines(), "one\r\nquit\r\n", ["one", "quit"], "three\r\nfour\r\n");
});

test("LineOnlyReceiver, drops what has arrived, when the connection is being closed", () => {
  const receiver = new Lines();
  receiver.dataReceived(Buffer.from("one\r\nquit\r\nthree\r\nfo"));
  receiver.link.disconnecting = false;
  receiver.dataReceived(Buffer.from("ur\r\n"));
  assert.deepEqual(receiver.events, ["one", "quit", "ur"]);
});

test("LineOnlyReceiver, takes a line of the greatest length, and closes the connection for a longer one, three ways", () => {
  readsThreeWays(() => new Lines(), "12345678\r\n", ["12345678"], "12345678\r");
  for (const tooLong of ["123456789\r\n", "1234567890"]) {
    readsThreeWays(() => new Lines(), `one\r\n${tooLong}`, ["one"], "two\r\n");
    const receiver = new Lines();
    receiver.dataReceived(Buffer.from(tooLong));
    assert.equal(receiver.transport.disconnecting, true);
  }
});

test("LineOnlyReceiver.lineLengthExceeded, is given all that was received", () => {
  const given: string[] = [];
  class GoingOn extends Lines {
    override lineLengthExceeded(received: Buffer): void {
      given.push(received.toString());
    }
  }
  const receiver = new GoingOn();
  receiver.dataReceived(Buffer.from("one\r\n123456789\r\ntwo"));
  receiver.dataReceived(Buffer.from("three\r\n"));
  assert.deepEqual(given, ["123456789\r\ntwo"]);
  assert.deepEqual(receiver.events, ["one", "three"]);
});

test("LineOnlyReceiver.sendLine, writes the line and its end, as text and as bytes", () => {
  class Bytes extends Lines {
    override delimiter = Uint8Array.of(10);
  }
  for (const [receiver, end] of [
    [new Lines(), "\r\n"],
    [new Bytes(), "\n"],
  ] as const) {
    receiver.sendLine("grün");
    receiver.sendLine(Buffer.from("blau"));
    assert.equal(receiver.link.value(), `grün${end}blau${end}`);
  }
});

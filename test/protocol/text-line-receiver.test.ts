import assert from "node:assert/strict";
import { test } from "node:test";
import { TextLineReceiver } from "../../src/protocol/text-line-receiver.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { readsThreeWays } from "../support/three-ways.ts";
import type { Reader } from "../support/three-ways.ts";

class Lines extends TextLineReceiver implements Reader<string> {
  readonly events: string[] = [];
  readonly link: StringTransport = new StringTransport();

  constructor() {
    super();
    this.makeConnection(this.link);
  }

  receive(chunk: Buffer): void {
    this.dataReceived(chunk);
  }

  override lineReceived(line: string): void {
    this.events.push(line);
  }
}

class Latin1 extends Lines {
  override encoding = "latin1" as const;
}

class Strict extends Lines {
  override invalidBytes = "refuse" as const;
}

test("TextLineReceiver, delivers text, three ways", () => {
  readsThreeWays(() => new Lines(), "grün\r\n\r\n日本\r\n", ["grün", "", "日本"], "blau\r");
  readsThreeWays(() => new Strict(), "grün\r\n\r\n日本\r\n", ["grün", "", "日本"], "blau\r");
  readsThreeWays(() => new Latin1(), Buffer.from("grün\r\n", "latin1"), ["grün"], "blau\r");
});

test("TextLineReceiver, replaces bytes that are no text", () => {
  readsThreeWays(() => new Lines(), Buffer.from("gr\xfcn\r\nblau\r\n", "latin1"), ["gr\ufffdn", "blau"], "x");
});

test("TextLineReceiver, refuses bytes that are no text and closes the connection, where it is told to", () => {
  const receiver = new Strict();
  receiver.dataReceived(Buffer.from("blau\r\ngr\xfcn\r\nrot\r\n", "latin1"));
  assert.deepEqual(receiver.events, ["blau"]);
  assert.equal(receiver.transport.disconnecting, true);
});

test("TextLineReceiver.invalidLineReceived, is given the bytes, and may go on", () => {
  class GoingOn extends Strict {
    override invalidLineReceived(line: Buffer): void {
      this.events.push(`! ${line.toString("latin1")}`);
    }
  }
  const stream = Buffer.from("blau\r\ngr\xfcn\r\nrot\r\n", "latin1");
  readsThreeWays(() => new GoingOn(), stream, ["blau", "! grün", "rot"], "x");
});

test("TextLineReceiver.sendLine, writes in the encoding of the receiver", () => {
  const utf8 = new Lines();
  utf8.sendLine("grün");
  utf8.sendLine(Buffer.of(0xfc));
  assert.deepEqual(utf8.link.written(), Buffer.from("gr\xc3\xbcn\r\n\xfc\r\n", "latin1"));
  const latin1 = new Latin1();
  latin1.sendLine("grün");
  latin1.sendLine(Buffer.of(0xc3));
  assert.deepEqual(latin1.link.written(), Buffer.from("gr\xfcn\r\n\xc3\r\n", "latin1"));
});

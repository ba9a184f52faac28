import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { NetstringParseError } from "../../src/bytes/netstring-splitter.ts";
import { RemoteProtocolError } from "../../src/errors.ts";
import { NetstringReceiver } from "../../src/protocol/netstring-receiver.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { readsThreeWays } from "../support/three-ways.ts";
import type { Reader } from "../support/three-ways.ts";

const TEXT = fc.string({ unit: fc.constantFrom("a", "ü", "日", "\0", ",") });

class Strings extends NetstringReceiver implements Reader<string> {
  readonly events: string[] = [];
  readonly link: StringTransport = new StringTransport();

  constructor() {
    super();
    this.makeConnection(this.link);
  }

  receive(chunk: Buffer): void {
    this.dataReceived(chunk);
  }

  override stringReceived(string: Buffer): void {
    this.events.push(string.toString());
  }
}

test("NetstringReceiver, delivers strings, three ways", () => {
  readsThreeWays(() => new Strings(), "5:hello,0:,5:world,", ["hello", "", "world"], "5:hell");
});

test("NetstringReceiver, closes the connection and receives nothing more, for what is no netstring, three ways", () => {
  for (const wrong of [":", "01:", "a", "3:abcd", "100000:", "99999999999999999999"]) {
    readsThreeWays(() => new Strings(), `2:ok,${wrong}`, ["ok"], "2:ok,");
    const receiver = new Strings();
    receiver.dataReceived(Buffer.from(wrong));
    assert.equal(receiver.brokenPeer, true, wrong);
    assert.equal(receiver.transport.disconnecting, true, wrong);
    receiver.dataReceived(Buffer.from("2:ok,"));
    assert.deepEqual(receiver.events, []);
  }
});

test("NetstringReceiver, keeps the connection, while all is well", () => {
  const receiver = new Strings();
  receiver.dataReceived(Buffer.from("2:ok,99999:"));
  assert.equal(receiver.brokenPeer, false);
  assert.equal(receiver.transport.disconnecting, false);
});

test("NetstringReceiver.MAX_LENGTH, is the longest string that is taken", () => {
  class Short extends Strings {
    override MAX_LENGTH = 3;
  }
  readsThreeWays(() => new Short(), "3:abc,4", ["abc"], ":abcd,");
});

test("NetstringReceiver.parseErrorReceived, is given the error, once, and may keep the connection", () => {
  const errors: NetstringParseError[] = [];
  class GoingOn extends Strings {
    override parseErrorReceived(error: NetstringParseError): void {
      errors.push(error);
    }
  }
  const receiver = new GoingOn();
  receiver.dataReceived(Buffer.from("x"));
  receiver.dataReceived(Buffer.from("2:ok,"));
  assert.equal(errors.length, 1);
  assert.ok(errors[0] instanceof RemoteProtocolError);
  assert.equal(receiver.transport.disconnecting, false);
  assert.deepEqual(receiver.events, []);
});

test("NetstringReceiver, delivers what has arrived, also behind a string that closed the connection", () => {
  class Closing extends Strings {
    override stringReceived(string: Buffer): void {
      super.stringReceived(string);
      this.transport.loseConnection();
    }
  }
  readsThreeWays(() => new Closing(), "3:abc,3:def,", ["abc", "def"], "3:");
});

test("NetstringReceiver.sendString, writes netstrings, of text and of bytes", () => {
  const sender = new Strings();
  sender.sendString("grün");
  sender.sendString(Buffer.from("blau"));
  sender.sendString("");
  assert.equal(sender.link.value(), "5:grün,4:blau,0:,");
});

test("NetstringReceiver.sendString, sends what NetstringReceiver receives", () => {
  fc.assert(
    fc.property(fc.array(TEXT), (strings) => {
      const sender = new Strings();
      for (const [index, string] of strings.entries()) {
        sender.sendString(index % 2 === 0 ? string : Buffer.from(string));
      }
      const receiver = new Strings();
      receiver.dataReceived(sender.link.written());
      assert.deepEqual(receiver.events, strings);
    }),
  );
});

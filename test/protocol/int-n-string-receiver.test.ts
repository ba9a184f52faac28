import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LocalProtocolError } from "../../src/errors.ts";
import { StringTooLongError } from "../../src/protocol/errors.ts";
import {
  Int16StringReceiver,
  Int32StringReceiver,
  Int8StringReceiver,
  IntNStringReceiver,
} from "../../src/protocol/int-n-string-receiver.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { readsThreeWays } from "../support/three-ways.ts";
import type { Reader } from "../support/three-ways.ts";

const TEXT = fc.string({ unit: fc.constantFrom("a", "ü", "日", "\0", ",") });

class Strings8 extends Int8StringReceiver implements Reader<string> {
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

class Strings16 extends Int16StringReceiver {
  override stringReceived(): void {}
}

class Strings32 extends Int32StringReceiver implements Reader<string> {
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

test("IntNStringReceiver, delivers strings, three ways", () => {
  readsThreeWays(() => new Strings8(), "\x05hello\0\x05world", ["hello", "", "world"], "\x05hell");
  readsThreeWays(() => new Strings32(), "\0\0\0\x05hello\0\0\0\0", ["hello", ""], "\0\0\0");
});

test("IntNStringReceiver, takes any number of bytes up to six for the length", () => {
  class Strings24 extends IntNStringReceiver {
    override stringReceived(string: Buffer): void {
      this.sendString(string);
    }
  }
  const transport = new StringTransport();
  const receiver = new Strings24(3);
  receiver.makeConnection(transport);
  receiver.dataReceived(Buffer.from("\0\0\x05hello\0"));
  assert.equal(transport.value(), "\0\0\x05hello");
});

test("IntNStringReceiver, closes the connection and receives nothing more, for a string that is too long, three ways", () => {
  class Short extends Strings8 {
    override MAX_LENGTH = 3;
  }
  readsThreeWays(() => new Short(), "\x03abc\x04", ["abc"], "abcd\x01a");
  const receiver = new Short();
  receiver.dataReceived(Buffer.from("\x04"));
  assert.equal(receiver.transport.disconnecting, true);
  receiver.dataReceived(Buffer.from("abcd\x01a"));
  assert.deepEqual(receiver.events, []);
});

test("IntNStringReceiver, keeps the connection, for a string of the greatest length", () => {
  const receiver = new Strings32();
  receiver.dataReceived(Buffer.from([0, 1, 0x86, 0x9f]));
  assert.equal(receiver.transport.disconnecting, false);
  const other = new Strings32();
  other.dataReceived(Buffer.from([0, 1, 0x86, 0xa0]));
  assert.equal(other.transport.disconnecting, true);
});

test("IntNStringReceiver.lengthLimitExceeded, is called once, with the length", () => {
  const lengths: number[] = [];
  class Noting extends Strings8 {
    override MAX_LENGTH = 3;

    override lengthLimitExceeded(length: number): void {
      lengths.push(length);
    }
  }
  const receiver = new Noting();
  receiver.dataReceived(Buffer.from("\x04ab"));
  receiver.dataReceived(Buffer.from("cd\x01a"));
  assert.deepEqual(lengths, [4]);
  assert.equal(receiver.transport.disconnecting, false);
  assert.deepEqual(receiver.events, []);
});

test("IntNStringReceiver.lengthLimitExceeded, may raise the limit, and the string is taken", () => {
  class Raising extends Strings8 {
    override MAX_LENGTH = 3;

    override lengthLimitExceeded(length: number): void {
      this.MAX_LENGTH = length;
    }
  }
  readsThreeWays(() => new Raising(), "\x04abcd\x01e\x06fghijk", ["abcd", "e", "fghijk"], "\x07lmnopq");
});

test("IntNStringReceiver, delivers what has arrived, also behind a string that closed the connection", () => {
  class Closing extends Strings8 {
    override stringReceived(string: Buffer): void {
      super.stringReceived(string);
      this.transport.loseConnection();
    }
  }
  readsThreeWays(() => new Closing(), "\x03abc\x03def", ["abc", "def"], "\x03");
});

test("IntNStringReceiver.sendString, writes the length before the string, of text and of bytes, short and long", () => {
  const sender = new Strings32();
  sender.sendString("grün");
  sender.sendString(Buffer.from("blau"));
  sender.sendString("");
  assert.equal(sender.link.value(), "\0\0\0\x05grün\0\0\0\x04blau\0\0\0\0");
  for (const long of ["x".repeat(0x2345), Buffer.alloc(0x2345, "x")]) {
    sender.link.clear();
    sender.sendString(long);
    assert.equal(sender.link.value(), `\0\0\x23\x45${"x".repeat(0x2345)}`);
  }
});

test("IntNStringReceiver.sendString, refuses what has no room in the prefix, and writes nothing", () => {
  const sender = new Strings8();
  sender.sendString("x".repeat(255));
  sender.link.clear();
  for (const tooLong of ["x".repeat(256), "ü".repeat(128), Buffer.alloc(256)]) {
    assert.throws(
      () => sender.sendString(tooLong),
      (error) => error instanceof StringTooLongError && error instanceof LocalProtocolError,
    );
  }
  assert.equal(sender.link.value(), "");
  const sixteen = new Strings16();
  sixteen.makeConnection(sender.link);
  assert.throws(() => sixteen.sendString(Buffer.alloc(65_536)), {
    code: "ERR_STRING_TOO_LONG",
    message: "Cannot send a string of 65536 bytes: its length is to be written in 2 bytes, expected fewer than 65536",
  });
  sixteen.sendString(Buffer.alloc(65_535));
  assert.equal(sender.link.written().length, 65_537);
});

test("IntNStringReceiver.sendString, sends what IntNStringReceiver receives", () => {
  fc.assert(
    fc.property(fc.array(TEXT), (strings) => {
      const sender = new Strings32();
      for (const [index, string] of strings.entries()) {
        sender.sendString(index % 2 === 0 ? string : Buffer.from(string));
      }
      const receiver = new Strings32();
      receiver.dataReceived(sender.link.written());
      assert.deepEqual(receiver.events, strings);
    }),
  );
});

// oxlint-disable typescript/unbound-method -- states are called as methods of their protocol
import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidStateError } from "../../src/errors.ts";
import { StatefulProtocol } from "../../src/protocol/stateful-protocol.ts";
import type { ProtocolState } from "../../src/protocol/stateful-protocol.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { readsThreeWays } from "../support/three-ways.ts";
import type { Reader } from "../support/three-ways.ts";

/** Messages with their length in one byte before them. */
class Messages extends StatefulProtocol implements Reader<string> {
  readonly events: string[] = [];

  constructor() {
    super();
    this.makeConnection(new StringTransport());
  }

  receive(chunk: Buffer): void {
    this.dataReceived(chunk);
  }

  override getInitialState(): ProtocolState {
    return [this.lengthReceived, 1];
  }

  lengthReceived(data: Buffer): ProtocolState {
    return [this.messageReceived, data.readUInt8()];
  }

  messageReceived(data: Buffer): ProtocolState {
    this.events.push(data.toString());
    return this.getInitialState();
  }
}

/** Stays in one state. */
class Pairs extends Messages {
  override getInitialState(): ProtocolState {
    return [this.pairReceived, 2];
  }

  pairReceived(data: Buffer): void {
    this.events.push(data.toString());
    if (data.toString() === "qq") this.transport.loseConnection();
  }
}

test("StatefulProtocol, goes from state to state, three ways", () => {
  readsThreeWays(() => new Messages(), "\x05hello\0\x05world", ["hello", "", "world"], "\x05hell");
});

test("StatefulProtocol, stays in its state, where the function answers none", () => {
  readsThreeWays(() => new Pairs(), "aabbcc", ["aa", "bb", "cc"], "d");
});

test("StatefulProtocol, delivers nothing more, behind what closed the connection, three ways", () => {
  readsThreeWays(() => new Pairs(), "aaqq", ["aa", "qq"], "bbcc");
  const receiver = new Pairs();
  receiver.dataReceived(Buffer.from("aaqqbb"));
  receiver.dataReceived(Buffer.from("cc"));
  assert.deepEqual(receiver.events, ["aa", "qq"]);
});

test("StatefulProtocol, may be given its first bytes in connectionMade", () => {
  class Early extends Messages {
    override connectionMade(): void {
      this.dataReceived(Buffer.from("\x01"));
    }
  }
  const receiver = new Early();
  receiver.dataReceived(Buffer.from("a\x01b"));
  assert.deepEqual(receiver.events, ["a", "b"]);
});

test("StatefulProtocol, closes the connection and receives nothing more, for a state that wants too much", () => {
  class Short extends Messages {
    override MAX_LENGTH = 3;
  }
  readsThreeWays(() => new Short(), "\x03abc\x04", ["abc"], "abcd\x01a");
  const receiver = new Short();
  receiver.dataReceived(Buffer.from("\x04abcd"));
  assert.equal(receiver.transport.disconnecting, true);
  assert.deepEqual(receiver.events, []);
});

test("StatefulProtocol.lengthLimitExceeded, is given the length, once", () => {
  const lengths: number[] = [];
  class Noting extends Messages {
    override MAX_LENGTH = 3;

    override lengthLimitExceeded(length: number): void {
      lengths.push(length);
    }
  }
  const receiver = new Noting();
  receiver.dataReceived(Buffer.from("\x04ab"));
  receiver.dataReceived(Buffer.from("cd"));
  assert.deepEqual(lengths, [4]);
});

test("StatefulProtocol, refuses to wait for what is no number of bytes", () => {
  for (const length of [-1, 1.5, Number.NaN]) {
    class Wrong extends Messages {
      override getInitialState(): ProtocolState {
        return [this.lengthReceived, length];
      }
    }
    assert.throws(() => new Wrong().dataReceived(Buffer.from("a")), {
      name: "RangeError",
      message: `Cannot wait for ${length} bytes: expected a whole number, 0 or more`,
    });
  }
});

test("StatefulProtocol, refuses to stay in a state of no bytes, for that would never end", () => {
  class Endless extends Messages {
    override getInitialState(): ProtocolState {
      return [(): void => {}, 0];
    }
  }
  assert.throws(() => new Endless().dataReceived(Buffer.from("a")), InvalidStateError);
});

/** What all receivers have in common; what is special to one is tested with it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { BufferedReceiver } from "../../src/protocol/buffered-receiver.ts";
import { Int8StringReceiver } from "../../src/protocol/int-n-string-receiver.ts";
import { LineOnlyReceiver } from "../../src/protocol/line-only-receiver.ts";
import { LineReceiver } from "../../src/protocol/line-receiver.ts";
import { NetstringReceiver } from "../../src/protocol/netstring-receiver.ts";
import { StatefulProtocol } from "../../src/protocol/stateful-protocol.ts";
import type { ProtocolState } from "../../src/protocol/stateful-protocol.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";

/** A receiver of pieces that are one character each, and what it does with one. */
interface Subject {
  readonly receiver: BufferedReceiver;
  /** Called with each piece. */
  act: (piece: string) => void;
  readonly pieces: string[];
  /** The bytes in which the pieces travel. */
  encode(pieces: string): Buffer;
}

const SUBJECTS: Record<string, () => Subject> = {
  LineReceiver() {
    class Receiver extends LineReceiver {
      override lineReceived(line: Buffer): void {
        deliver(subject, line);
      }
    }
    const subject = newSubject(new Receiver(), (piece) => `${piece}\r\n`);
    return subject;
  },
  LineOnlyReceiver() {
    class Receiver extends LineOnlyReceiver {
      override lineReceived(line: Buffer): void {
        deliver(subject, line);
      }
    }
    const subject = newSubject(new Receiver(), (piece) => `${piece}\r\n`);
    return subject;
  },
  NetstringReceiver() {
    class Receiver extends NetstringReceiver {
      override stringReceived(string: Buffer): void {
        deliver(subject, string);
      }
    }
    const subject = newSubject(new Receiver(), (piece) => `1:${piece},`);
    return subject;
  },
  IntNStringReceiver() {
    class Receiver extends Int8StringReceiver {
      override stringReceived(string: Buffer): void {
        deliver(subject, string);
      }
    }
    const subject = newSubject(new Receiver(), (piece) => `\x01${piece}`);
    return subject;
  },
  StatefulProtocol() {
    class Receiver extends StatefulProtocol {
      override getInitialState(): ProtocolState {
        return [(data: Buffer) => deliver(subject, data), 1];
      }
    }
    const subject = newSubject(new Receiver(), (piece) => piece);
    return subject;
  },
};

function newSubject(receiver: BufferedReceiver, encodeOne: (piece: string) => string): Subject {
  return {
    receiver,
    act: () => {},
    pieces: [],
    encode: (pieces) => Buffer.from(Array.from(pieces, encodeOne).join("")),
  };
}

function deliver(subject: Subject, bytes: Buffer): void {
  const piece = bytes.toString();
  subject.pieces.push(piece);
  subject.act(piece);
}

for (const [name, newOne] of Object.entries(SUBJECTS)) {
  const connected = (): Subject & { transport: StringTransport } => {
    const subject = newOne();
    const transport = new StringTransport();
    subject.receiver.makeConnection(transport);
    return Object.assign(subject, { transport });
  };

  test(`${name}, holds back what has arrived, when a callback pauses it, until it is resumed`, () => {
    const subject = connected();
    subject.act = (piece) => {
      if (piece === "b" || piece === "d") subject.receiver.pauseProducing();
    };
    subject.receiver.dataReceived(subject.encode("abcd"));
    assert.deepEqual(subject.pieces, ["a", "b"]);
    assert.equal(subject.receiver.paused, true);
    assert.equal(subject.transport.producerState, "paused");
    subject.receiver.dataReceived(subject.encode("ef"));
    assert.deepEqual(subject.pieces, ["a", "b"]);
    subject.receiver.resumeProducing();
    assert.deepEqual(subject.pieces, ["a", "b", "c", "d"]);
    assert.equal(subject.transport.producerState, "paused");
    subject.receiver.resumeProducing();
    assert.deepEqual(subject.pieces, ["a", "b", "c", "d", "e", "f"]);
    assert.equal(subject.transport.producerState, "producing");
  });

  test(`${name}, goes on after the callback, when that pauses and resumes it`, () => {
    const subject = connected();
    subject.act = () => {
      const before = subject.pieces.length;
      subject.receiver.pauseProducing();
      subject.receiver.resumeProducing();
      assert.equal(subject.pieces.length, before);
    };
    subject.receiver.dataReceived(subject.encode("abc"));
    assert.deepEqual(subject.pieces, ["a", "b", "c"]);
  });

  test(`${name}, delivers what a callback gives it, after the callback and after what arrived before`, () => {
    const subject = connected();
    subject.act = (piece) => {
      if (piece !== "a") return;
      subject.receiver.dataReceived(subject.encode("de"));
      assert.deepEqual(subject.pieces, ["a"]);
    };
    subject.receiver.dataReceived(subject.encode("abc"));
    assert.deepEqual(subject.pieces, ["a", "b", "c", "d", "e"]);
  });

  test(`${name}, delivers what is left with the next bytes, after a callback threw`, () => {
    const subject = connected();
    subject.act = (piece) => {
      if (piece === "a") throw new Error("no");
    };
    assert.throws(() => subject.receiver.dataReceived(subject.encode("abc")), { message: "no" });
    assert.deepEqual(subject.pieces, ["a"]);
    subject.receiver.dataReceived(subject.encode("d"));
    assert.deepEqual(subject.pieces, ["a", "b", "c", "d"]);
  });

  test(`${name}.stopProducing, ends the deliveries and stops the transport`, () => {
    const subject = connected();
    subject.act = (piece) => {
      if (piece === "b") subject.receiver.stopProducing();
    };
    subject.receiver.dataReceived(subject.encode("abcd"));
    subject.receiver.dataReceived(subject.encode("e"));
    assert.deepEqual(subject.pieces, ["a", "b"]);
    assert.equal(subject.transport.producerState, "stopped");
  });
}

test("takeUndelivered, gives up what has been received, a length that has been read included, and nothing of it is delivered", () => {
  const delivered: string[] = [];
  class Lines extends LineReceiver {
    override lineReceived(line: Buffer): void {
      delivered.push(line.toString());
      if (line.toString() === "STARTTLS") delivered.push(`taken ${this.takeUndelivered().toString()}`);
    }
  }
  class OnlyLines extends LineOnlyReceiver {
    override lineReceived(line: Buffer): void {
      delivered.push(line.toString());
      if (line.toString() === "STARTTLS") delivered.push(`taken ${this.takeUndelivered().toString()}`);
    }
  }
  for (const receiver of [new Lines(), new OnlyLines()]) {
    receiver.dataReceived(Buffer.from("STARTTLS\r\nQUIT\r\nMOR"));
    receiver.dataReceived(Buffer.from("E\r\n"));
    assert.deepEqual(delivered.splice(0), ["STARTTLS", "taken QUIT\r\nMOR", "E"]);
  }
  class Strings extends Int8StringReceiver {
    override stringReceived(string: Buffer): void {
      delivered.push(string.toString());
    }
  }
  class Netstrings extends NetstringReceiver {
    override stringReceived(string: Buffer): void {
      delivered.push(string.toString());
    }
  }
  const strings = new Strings();
  strings.dataReceived(Buffer.from("\x05ab"));
  assert.equal(strings.takeUndelivered().toString(), "ab");
  strings.dataReceived(Buffer.from("\x01c"));
  const netstrings = new Netstrings();
  netstrings.dataReceived(Buffer.from("5:ab"));
  assert.equal(netstrings.takeUndelivered().toString(), "ab");
  netstrings.dataReceived(Buffer.from("1:d,"));
  assert.deepEqual(delivered, ["c", "d"]);
  class States extends StatefulProtocol {
    override getInitialState(): ProtocolState {
      return [(bytes) => void delivered.push(bytes.toString()), 3];
    }
  }
  const states = new States();
  states.dataReceived(Buffer.from("abcde"));
  assert.equal(states.takeUndelivered().toString(), "de");
  states.dataReceived(Buffer.from("fgh"));
  assert.deepEqual(delivered, ["c", "d", "abc", "fgh"]);
});

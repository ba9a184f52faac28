import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LineReceiver } from "../../src/protocol/line-receiver.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { chunked } from "../support/chunkings.ts";
import { MANY, assertLinear } from "../support/linear-time.ts";
import { eventsOf, readsThreeWays } from "../support/three-ways.ts";
import type { Reader } from "../support/three-ways.ts";

class Lines extends LineReceiver implements Reader<string> {
  override MAX_LENGTH = 64;
  readonly events: string[] = [];

  receive(chunk: Buffer): void {
    this.dataReceived(chunk);
  }

  override lineReceived(line: Buffer): void {
    this.events.push(line.toString());
  }
}

function connected<L extends LineReceiver>(receiver: L): L {
  receiver.makeConnection(new StringTransport());
  return receiver;
}

test("LineReceiver, delivers lines without their ends, three ways", () => {
  readsThreeWays(() => connected(new Lines()), "one\r\n\r\nthree\n\r\n", ["one", "", "three\n"], "four\r");
});

test("LineReceiver, delivers lines before it is connected", () => {
  readsThreeWays(() => new Lines(), "one\r\ntwo\r\n", ["one", "two"], "three");
});

test("LineReceiver, takes the delimiter that a subclass has, as text or as bytes", () => {
  class Text extends Lines {
    override delimiter = "\n";
  }
  class Bytes extends Lines {
    override delimiter = Uint8Array.of(0);
  }
  readsThreeWays(() => connected(new Text()), "one\ntwo\r\n", ["one", "two\r"], "three");
  readsThreeWays(() => connected(new Bytes()), "one\0two\0", ["one", "two"], "three");
});

test("LineReceiver, takes a delimiter and a limit that a callback has changed, from the next line on", () => {
  class Changing extends Lines {
    override lineReceived(line: Buffer): void {
      super.lineReceived(line);
      this.delimiter = "\n";
      this.MAX_LENGTH = 3;
    }

    override lineLengthExceeded(): void {
      this.events.push("too long");
      this.transport.loseConnection();
    }
  }
  readsThreeWays(() => connected(new Changing()), "long line\r\ntwo\n", ["long line", "two"], "fou");
  readsThreeWays(() => connected(new Changing()), "long line\r\nfour", ["long line", "too long"], "\nfive\n");
});

test("LineReceiver, refuses to be without lineReceived, at compile time", () => {
  // @ts-expect-error lineReceived is missing
  class Incomplete extends LineReceiver {}
  assert.throws(() => new Incomplete().dataReceived(Buffer.from("line\r\n")), TypeError);
});

test("LineReceiver, delivers no line behind one that closed the connection", () => {
  class Closing extends Lines {
    override lineReceived(line: Buffer): void {
      super.lineReceived(line);
      if (line.toString() === "quit") this.transport.loseConnection();
    }
  }
  const receiver = connected(new Closing());
  receiver.dataReceived(Buffer.from("one\r\nquit\r\nthree\r\nfour\r\n"));
  assert.deepEqual(receiver.events, ["one", "quit"]);
});

test("LineReceiver, closes the connection, for a line that is too long", () => {
  for (const stream of [`${"x".repeat(65)}\r\n`, "x".repeat(66)]) {
    readsThreeWays(() => connected(new Lines()), `one\r\n${stream}`, ["one"], "");
    const receiver = connected(new Lines());
    receiver.dataReceived(Buffer.from(`one\r\n${stream}\r\ntwo\r\n`));
    assert.deepEqual(receiver.events, ["one"]);
    assert.equal(receiver.transport.disconnecting, true);
  }
});

test("LineReceiver, takes a line of the greatest length, three ways", () => {
  const longest = "x".repeat(64);
  readsThreeWays(() => connected(new Lines()), `${longest}\r\n`, [longest], `${longest}\r`);
});

test("LineReceiver.lineLengthExceeded, is given all that was received, and may go on behind the line", () => {
  const given: string[] = [];
  class GoingOn extends Lines {
    override MAX_LENGTH = 4;

    override lineLengthExceeded(received: Buffer): void {
      given.push(received.toString());
      const end = received.indexOf("\r\n");
      if (end !== -1) this.setLineMode(received.subarray(end + 2));
    }
  }
  const receiver = connected(new GoingOn());
  receiver.dataReceived(Buffer.from("12345\r\n1234\r\n123456\r\n12\r"));
  assert.deepEqual(given, ["12345\r\n1234\r\n123456\r\n12\r", "123456\r\n12\r"]);
  assert.deepEqual(receiver.events, ["1234"]);
  receiver.dataReceived(Buffer.from("\n"));
  assert.deepEqual(receiver.events, ["1234", "12"]);
});

test("LineReceiver.clearLineBuffer, forgets and answers what has not been delivered", () => {
  let rest = "";
  class Clearing extends Lines {
    override lineReceived(line: Buffer): void {
      super.lineReceived(line);
      rest = this.clearLineBuffer().toString();
    }
  }
  const receiver = new Clearing();
  receiver.dataReceived(Buffer.from("one\r\ntwo\r\nthree"));
  assert.equal(rest, "two\r\nthree");
  receiver.dataReceived(Buffer.from("four\r\n"));
  assert.equal(rest, "");
  assert.deepEqual(receiver.events, ["one", "four"]);
});

test("LineReceiver.sendLine, writes the line and its end, as text and as bytes", () => {
  class Bytes extends Lines {
    override delimiter = Uint8Array.of(10);
  }
  for (const [receiver, end] of [
    [new Lines(), "\r\n"],
    [new Bytes(), "\n"],
  ] as const) {
    const transport = new StringTransport();
    receiver.makeConnection(transport);
    receiver.sendLine("grün");
    receiver.sendLine(Buffer.from("blau"));
    receiver.sendLine("");
    assert.equal(transport.value(), `grün${end}blau${end}${end}`);
  }
});

test("LineReceiver.sendLine, sends what LineReceiver receives, for any line without a delimiter", () => {
  const line = fc.string({ unit: fc.constantFrom("a", "\r", "ü", "x\r") }).filter((text) => !text.endsWith("\r"));
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const transport = new StringTransport();
      const sender = new Lines();
      sender.makeConnection(transport);
      for (const text of lines) sender.sendLine(text);
      const receiver = connected(new Lines());
      receiver.dataReceived(transport.written());
      assert.deepEqual(receiver.events, lines);
    }),
  );
});

test("LineReceiver, gives lines, raw bytes and the one refusal, the same however any bytes are cut", () => {
  /** A line `raw N` begins N raw bytes; they are noted one by one, for they may arrive so. */
  class Anything extends Lines {
    override MAX_LENGTH = 8;
    #raw = 0;

    override lineReceived(line: Buffer): void {
      this.events.push(`line ${line.toString("latin1")}`);
      this.#raw = Number(/^raw (\d)$/.exec(line.toString("latin1"))?.[1] ?? 0);
      if (this.#raw > 0) this.setRawMode();
    }

    override rawDataReceived(data: Buffer): void {
      const mine = data.subarray(0, this.#raw);
      this.#raw -= mine.length;
      for (const byte of mine) this.events.push(`raw ${byte}`);
      if (this.#raw === 0) this.setLineMode(data.subarray(mine.length));
    }

    override lineLengthExceeded(): void {
      this.events.push("too long");
      this.transport.loseConnection();
      this.pauseProducing();
    }
  }
  const newReceiver = (): Anything => {
    const receiver = new Anything();
    receiver.makeConnection(new StringTransport({ lenient: true }));
    return receiver;
  };
  const bytes = fc
    .array(
      fc.oneof(
        fc.constantFrom("\r\n", "\r", "\n", "raw 1\r\n", "raw 5\r\n", "raw 9\r\n", "a", "ab"),
        fc.string({ unit: "binary-ascii" }),
      ),
    )
    .map((parts) => Buffer.from(parts.join(""), "latin1"));
  fc.assert(
    fc.property(chunked(bytes), (stream) => {
      assert.deepEqual(eventsOf(newReceiver(), stream.chunks), eventsOf(newReceiver(), [stream.bytes]));
    }),
    { numRuns: 2000 },
  );
});

test("LineReceiver, takes time in proportion, for a long line that arrives byte by byte", () => {
  const byte = Buffer.from("x");
  class Long extends Lines {
    override MAX_LENGTH = Infinity;

    override lineReceived(line: Buffer): void {
      this.events.push(`${line.length}`);
    }
  }
  const receiver = connected(new Long());
  assertLinear(() => {
    for (let sent = 0; sent < MANY; sent++) receiver.dataReceived(byte);
    receiver.dataReceived(Buffer.from("\r\n"));
  });
  assert.deepEqual(receiver.events, [`${MANY}`]);
});

/** Changing between lines and raw bytes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LineReceiver } from "../../src/protocol/line-receiver.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { readsThreeWays } from "../support/three-ways.ts";
import type { Reader } from "../support/three-ways.ts";

/** A line `len N` announces N raw bytes, which begin behind the next empty line. */
class Stretches extends LineReceiver implements Reader<string> {
  override delimiter = "\n";
  readonly events: string[] = [];
  #left = 0;

  constructor() {
    super();
    this.makeConnection(new StringTransport());
  }

  receive(chunk: Buffer): void {
    this.dataReceived(chunk);
  }

  override lineReceived(line: Buffer): void {
    const text = line.toString();
    this.events.push(text);
    if (text.startsWith("len ")) this.#left = Number(text.slice(4));
    if (text === "") this.setRawMode();
  }

  override rawDataReceived(data: Buffer): void {
    const mine = data.subarray(0, this.#left);
    this.#left -= mine.length;
    this.events.push(`${this.events.pop() ?? ""}${mine.toString()}`);
    if (this.#left === 0) this.setLineMode(data.subarray(mine.length));
  }
}

test("BaseLineReceiver, changes between lines and raw bytes in callbacks, three ways", () => {
  readsThreeWays(
    () => new Stretches(),
    "len 10\n\n0123456789len 5\n\n1234\nfoo 123\n",
    ["len 10", "0123456789", "len 5", "1234\n", "foo 123"],
    "len 3",
  );
});

test("BaseLineReceiver, delivers raw bytes as they arrive", () => {
  const raw: Buffer[] = [];
  class Raw extends Stretches {
    override rawDataReceived(data: Buffer): void {
      raw.push(data);
    }
  }
  const receiver = new Raw();
  receiver.setRawMode();
  assert.equal(receiver.lineMode, false);
  const chunks = [Buffer.from("one\n"), Buffer.from("two")];
  for (const chunk of chunks) receiver.dataReceived(chunk);
  assert.deepEqual(raw, chunks);
});

test("BaseLineReceiver, takes lines again, when told so between two chunks", () => {
  const receiver = new Stretches();
  receiver.setRawMode();
  receiver.setLineMode();
  receiver.dataReceived(Buffer.from("one\ntw"));
  receiver.setLineMode(Buffer.from("o\nthree\n"));
  assert.deepEqual(receiver.events, ["one", "two", "three"]);
});

test("BaseLineReceiver, changes modes ten thousand times in one chunk, without deeper calls", () => {
  let calls = 0;
  class Flipping extends LineReceiver {
    override delimiter = "\n";

    override lineReceived(): void {
      calls++;
      this.setRawMode();
    }

    override rawDataReceived(data: Buffer): void {
      calls++;
      this.setLineMode(data.subarray(1));
    }
  }
  new Flipping().dataReceived(Buffer.from("x\nx".repeat(10_000)));
  assert.equal(calls, 20_000);
});

test("BaseLineReceiver, delivers what is raw, when it is paused in between", () => {
  class Pausing extends Stretches {
    override lineReceived(line: Buffer): void {
      super.lineReceived(line);
      if (line.length === 0) this.pauseProducing();
    }
  }
  const receiver = new Pausing();
  receiver.dataReceived(Buffer.from("len 5\n\n12345next\n"));
  assert.deepEqual(receiver.events, ["len 5", ""]);
  receiver.resumeProducing();
  assert.deepEqual(receiver.events, ["len 5", "12345", "next"]);
});

test("BaseLineReceiver, refuses raw bytes, without rawDataReceived", () => {
  class OnlyLines extends LineReceiver {
    override lineReceived(): void {
      this.setRawMode();
    }
  }
  assert.throws(() => new OnlyLines().dataReceived(Buffer.from("line\r\nraw")), {
    name: "TypeError",
    message: "Cannot take raw bytes: OnlyLines has no rawDataReceived, expected it to be overridden",
  });
});

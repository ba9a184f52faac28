/** Receivers are lent what they get: they copy what they keep and what they deliver. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { BufferedReceiver } from "../../src/protocol/buffered-receiver.ts";
import { Int16StringReceiver } from "../../src/protocol/int-n-string-receiver.ts";
import { LineOnlyReceiver } from "../../src/protocol/line-only-receiver.ts";
import { LineReceiver } from "../../src/protocol/line-receiver.ts";
import { NetstringReceiver } from "../../src/protocol/netstring-receiver.ts";
import { StatefulProtocol } from "../../src/protocol/stateful-protocol.ts";
import type { ProtocolState } from "../../src/protocol/stateful-protocol.ts";
import { TextLineReceiver } from "../../src/protocol/text-line-receiver.ts";

type Piece = Buffer | string;

class Lines extends LineReceiver {
  readonly kept: Piece[] = [];
  override lineReceived(line: Buffer): void {
    this.kept.push(line);
  }
}

class OnlyLines extends LineOnlyReceiver {
  readonly kept: Piece[] = [];
  override lineReceived(line: Buffer): void {
    this.kept.push(line);
  }
}

class Text extends TextLineReceiver {
  readonly kept: Piece[] = [];
  override lineReceived(line: string): void {
    this.kept.push(line);
  }
}

class Netstrings extends NetstringReceiver {
  readonly kept: Piece[] = [];
  override stringReceived(string: Buffer): void {
    this.kept.push(string);
  }
}

class Strings extends Int16StringReceiver {
  readonly kept: Piece[] = [];
  override stringReceived(string: Buffer): void {
    this.kept.push(string);
  }
}

class Messages extends StatefulProtocol {
  readonly kept: Piece[] = [];
  override getInitialState(): ProtocolState {
    return [(length) => [(data) => this.message(data), length.readUInt16BE()], 2];
  }
  message(data: Buffer): ProtocolState {
    this.kept.push(data);
    return this.getInitialState();
  }
}

function prefixed(piece: string): string {
  return String.fromCharCode(piece.length >> 8, piece.length & 255) + piece;
}

const KINDS: Record<string, readonly [() => BufferedReceiver & { readonly kept: Piece[] }, (piece: string) => string]> =
  {
    LineReceiver: [() => new Lines(), (piece) => `${piece}\r\n`],
    LineOnlyReceiver: [() => new OnlyLines(), (piece) => `${piece}\r\n`],
    TextLineReceiver: [() => new Text(), (piece) => `${piece}\r\n`],
    NetstringReceiver: [() => new Netstrings(), (piece) => `${piece.length}:${piece},`],
    IntNStringReceiver: [() => new Strings(), prefixed],
    StatefulProtocol: [() => new Messages(), prefixed],
  };

/** Gives the bytes chunk by chunk, all of them in the same memory. */
function lend(receiver: BufferedReceiver, bytes: Buffer, cuts: readonly number[]): void {
  const slab = Buffer.alloc(64 * 1024);
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = Math.min(cuts[n % cuts.length]!, bytes.length - at);
    bytes.copy(slab, 0, at, at + size);
    receiver.dataReceived(slab.subarray(0, size));
    slab.fill("#");
    at += size;
  }
}

const pieces = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 0, max: 40 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 12_000 }) },
  ),
  { maxLength: 12 },
);
const cuts = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 500, max: 2000 }), fc.integer({ min: 1, max: 60_000 })),
  { minLength: 1, maxLength: 6 },
);

for (const [name, [newReceiver, encode]] of Object.entries(KINDS)) {
  test(`${name}, over memory that is used again at once, delivers pieces that last`, () => {
    fc.assert(
      fc.property(pieces, cuts, fc.boolean(), (lengths, sizes, pauses) => {
        const wanted = lengths.map((length, n) => String.fromCharCode(97 + (n % 26)).repeat(length));
        const receiver = newReceiver();
        if (pauses) receiver.paused = true;
        lend(receiver, Buffer.from(wanted.map(encode).join(""), "latin1"), sizes);
        if (pauses) {
          assert.deepEqual(receiver.kept, []);
          receiver.paused = false;
          receiver.dataReceived(Buffer.alloc(0));
        }
        assert.deepEqual(receiver.kept.map(String), wanted);
      }),
      { numRuns: 200 },
    );
  });

  test(`${name}, of small pieces out of a large chunk, holds no more than small pools alive`, () => {
    const receiver = newReceiver();
    const text = encode("0123456789");
    lend(receiver, Buffer.from(text.repeat(Math.floor(60_000 / text.length)), "latin1"), [60_000]);
    assert.ok(receiver.kept.length > 1000);
    for (const piece of receiver.kept) assert.ok(typeof piece === "string" || piece.buffer.byteLength <= 8192);
  });
}

test("BufferedReceiver, whose dataReceived was overridden, is given data to keep, unless it says otherwise", () => {
  class Keeps extends Lines {
    override dataReceived(data: Buffer): void {
      super.dataReceived(data);
    }
  }
  class Borrows extends Keeps {
    override borrowsData = true;
  }
  class Refuses extends Lines {
    override borrowsData = false;
  }
  const promises = [new Lines(), new Keeps(), new Borrows(), new Refuses()].map(({ borrowsData }) => borrowsData);
  assert.deepEqual(promises, [true, false, true, false]);
});

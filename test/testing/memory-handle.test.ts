import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MemoryHandle } from "../../src/testing/memory-handle.ts";
import { MemoryWire } from "../../src/testing/memory-wire.ts";
import type { StreamEvents } from "../../src/transport/stream-handle.ts";

/** Notes what a handle reports. */
class Events implements StreamEvents {
  readonly protocol = {};
  readonly log: string[] = [];
  received(data: Buffer): void {
    this.log.push(`received ${data.toString()}`);
  }
  readingEnded(): void {
    this.log.push("reading ended");
  }
  writingEnded(): void {
    this.log.push("writing ended");
  }
  drained(): void {
    this.log.push("drained");
  }
  closed(error: Error | undefined): void {
    this.log.push(error === undefined ? "closed" : `closed: ${error.message}`);
  }
}

interface End {
  readonly handle: MemoryHandle;
  readonly log: string[];
  events: Events;
}

function pair(options: { chunkSize?: number; capacity?: number } = {}) {
  let wakes = 0;
  const { chunkSize = Infinity, capacity = Infinity } = options;
  const [there, back] = [new MemoryWire(capacity), new MemoryWire(capacity)];
  const handleOptions = { chunkSize, wake: () => wakes++ };
  const make = (outgoing: MemoryWire, incoming: MemoryWire): End => {
    const events = new Events();
    const handle = new MemoryHandle(outgoing, incoming, handleOptions);
    handle.events = events;
    return { handle, log: events.log, events };
  };
  const [a, b] = [make(there, back), make(back, there)];
  a.handle.peer = b.handle;
  b.handle.peer = a.handle;
  a.handle.startReading();
  b.handle.startReading();
  const round = (): boolean => {
    const sent = [a.handle.sendRound(), b.handle.sendRound()];
    const received = [a.handle.receiveRound(), b.handle.receiveRound()];
    return [...sent, ...received].includes(true);
  };
  const rounds = (): void => {
    let limit = 1000;
    while (round()) assert.ok(limit-- > 0, "no end");
  };
  return { a, b, round, rounds, wakes: () => wakes };
}

const PIECES = [Buffer.from("ab"), Buffer.from("c")];

describe("MemoryHandle", () => {
  test("does nothing but wake until there is a round", () => {
    const { a, b, round, wakes } = pair();
    const before = wakes();
    a.handle.send(PIECES);
    assert.equal(wakes(), before + 1);
    assert.equal(a.handle.unsent, 3);
    assert.deepEqual([a.log, b.log], [[], []]);
    assert.equal(round(), true);
    assert.deepEqual([a.log, b.log], [["drained"], ["received abc"]]);
    assert.equal(a.handle.unsent, 0);
    assert.equal(round(), false);
  });

  test("every request, wakes", () => {
    const { a, b, wakes } = pair();
    const requests = [
      () => a.handle.send(PIECES),
      () => a.handle.startReading(),
      () => a.handle.endWriting(),
      () => a.handle.closeGracefully(),
      () => a.handle.close(),
      () => b.handle.reset(),
    ];
    for (const request of requests) {
      const before = wakes();
      request();
      assert.equal(wakes(), before + 1, request.toString());
    }
  });

  test("sends what there is room for, in order, and reports the drain when everything is gone", () => {
    const { a, b, round, rounds } = pair({ capacity: 2 });
    b.handle.stopReading();
    a.handle.send([Buffer.from("a"), Buffer.from("bcdef"), Buffer.from("g")]);
    round();
    assert.equal(a.handle.unsent, 5);
    assert.equal(round(), false);
    assert.deepEqual([a.log, b.log], [[], []]);
    b.handle.startReading();
    rounds();
    assert.deepEqual(a.log, ["drained"]);
    assert.deepEqual(b.log, ["received ab", "received cd", "received ef", "received g"]);
  });

  test("gives chunks, and stops between them when it is told to", () => {
    const { a, b, rounds } = pair({ chunkSize: 1 });
    a.handle.send(PIECES);
    b.events.received = (data) => {
      b.log.push(`received ${data.toString()}`);
      b.handle.stopReading();
    };
    rounds();
    assert.deepEqual(b.log, ["received a"]);
    b.handle.startReading();
    rounds();
    assert.deepEqual(b.log, ["received a", "received b"]);
  });

  test("endWriting, comes after what was sent, and is reported at both ends once", () => {
    const { a, b, rounds } = pair({ capacity: 2 });
    a.handle.send(PIECES);
    a.handle.endWriting();
    a.handle.endWriting();
    rounds();
    a.handle.endWriting();
    rounds();
    assert.deepEqual(a.log, ["drained", "writing ended"]);
    assert.deepEqual(b.log, ["received ab", "received c", "reading ended"]);
    b.handle.send(PIECES);
    rounds();
    assert.deepEqual(a.log.slice(2), ["received ab", "received c"]);
  });

  test("closeGracefully, comes after what was sent; nothing is read meanwhile", () => {
    const { a, b, rounds } = pair({ capacity: 2 });
    a.handle.send(PIECES);
    a.handle.closeGracefully();
    b.handle.send(PIECES);
    a.handle.send(PIECES);
    rounds();
    assert.deepEqual(a.log, ["drained", "closed"]);
    assert.deepEqual(b.log.slice(0, 3), ["received ab", "received c", "reading ended"]);
  });

  test("close, drops what was not sent, and ends the other's reading", () => {
    const { a, b, rounds } = pair();
    a.handle.send(PIECES);
    a.handle.close();
    rounds();
    assert.deepEqual([a.log, b.log], [["closed"], ["reading ended"]]);
    assert.equal(a.handle.unsent, 0);
  });

  test("reset, drops what was not sent, and closes a reading end with an error", () => {
    const { a, b, rounds } = pair();
    a.handle.send(PIECES);
    rounds();
    a.handle.send(PIECES);
    a.handle.reset();
    rounds();
    assert.deepEqual(a.log, ["drained", "closed"]);
    assert.deepEqual(b.log, ["received abc", "closed: read ECONNRESET"]);
  });

  test("reset, after the end of writing, is noticed by one that has read to the end", () => {
    const { a, b, rounds } = pair();
    a.handle.endWriting();
    rounds();
    a.handle.reset();
    rounds();
    assert.deepEqual(b.log, ["reading ended", "closed: write ECONNRESET"]);
  });

  test("sending to an end that is closed, is answered by a reset, unless the end of reading comes first", () => {
    const { a, b, rounds } = pair();
    a.handle.close();
    rounds();
    b.handle.send(PIECES);
    rounds();
    assert.deepEqual(b.log, ["reading ended", "drained", "closed: write ECONNRESET"]);

    const other = pair();
    other.a.handle.close();
    other.b.handle.send(PIECES);
    other.b.events.readingEnded = () => {
      other.b.log.push("reading ended");
      other.b.handle.closeGracefully();
    };
    other.rounds();
    assert.deepEqual(other.b.log, ["drained", "reading ended", "closed"]);
  });

  test("after the end, nothing that it is asked has an effect", () => {
    const { a, rounds, round } = pair();
    a.handle.closeGracefully();
    rounds();
    const { log } = a;
    const before = log.length;
    a.handle.send(PIECES);
    a.handle.endWriting();
    a.handle.close();
    a.handle.reset();
    a.handle.setNoDelay();
    a.handle.setKeepAlive();
    a.handle.reportEachDrain();
    assert.equal(round(), false);
    assert.equal(log.length, before);
    assert.equal(a.handle.unsent, 0);
  });

  test("an event, may send, which waits for the next round", () => {
    const { a, b, round } = pair();
    a.events.drained = () => {
      a.log.push("drained");
      if (a.log.length === 1) a.handle.send([Buffer.from("more")]);
    };
    a.handle.send(PIECES);
    round();
    assert.deepEqual(b.log, ["received abc"]);
    round();
    assert.deepEqual(b.log, ["received abc", "received more"]);
  });
});

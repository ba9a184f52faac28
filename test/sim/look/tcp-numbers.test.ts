import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Packet } from "../../../src/sim/simulation-event.ts";
import { TCPNumbers } from "../../../src/sim/look/tcp-numbers.ts";
import type { SegmentNumbers } from "../../../src/sim/look/tcp-numbers.ts";
import { TCPFlag } from "../../../src/sim/look/wire/tcp-segment.ts";
import { CLIENT, SERVER } from "./fixtures.ts";

const { fin, syn, rst, psh, ack } = TCPFlag;

function packet(side: "client" | "server", flags: Packet["flags"], details: Partial<Packet> = {}): Packet {
  const [from, to] = side === "client" ? [CLIENT, SERVER] : [SERVER, CLIENT];
  return {
    id: 1,
    flow: 1,
    protocol: "tcp",
    from,
    to,
    flags,
    sequence: 0,
    acknowledged: 0,
    size: 0,
    payload: undefined,
    ...details,
  };
}

/** Says the numbers as Wireshark does, from the beginning of each direction. */
class Relative {
  readonly numbers = new TCPNumbers();
  readonly client: number;
  readonly server: number;

  constructor() {
    const other = new TCPNumbers();
    this.client = other.sent(packet("client", "S")).sequence;
    this.server = other.sent(packet("server", "SA")).sequence;
  }

  sent(side: "client" | "server", flags: Packet["flags"], details?: Partial<Packet>): SegmentNumbers {
    const numbers = this.numbers.sent(packet(side, flags, details));
    const [ours, theirs] = side === "client" ? [this.client, this.server] : [this.server, this.client];
    return {
      sequence: (numbers.sequence - ours) >>> 0,
      acknowledgment: (numbers.flags & ack) === 0 ? numbers.acknowledgment : (numbers.acknowledgment - theirs) >>> 0,
      flags: numbers.flags,
    };
  }
}

describe("TCPNumbers", () => {
  test("count SYN and FIN like a byte, when they were sent and when they arrived", () => {
    const log = new Relative();
    assert.deepEqual(log.sent("client", "S"), { sequence: 0, acknowledgment: 0, flags: syn });
    assert.deepEqual(log.sent("server", "SA"), { sequence: 0, acknowledgment: 1, flags: syn | ack });
    assert.deepEqual(log.sent("client", "A", { size: 5 }), { sequence: 1, acknowledgment: 1, flags: psh | ack });
    const end = { sequence: 5, size: 2 };
    assert.deepEqual(log.sent("client", "FA", end), { sequence: 6, acknowledgment: 1, flags: fin | psh | ack });
    const answer = { acknowledged: 7 };
    // Not before it has arrived.
    assert.deepEqual(log.sent("server", "A", answer), { sequence: 1, acknowledgment: 8, flags: ack });
    log.numbers.arrived(packet("client", "FA", end));
    assert.deepEqual(log.sent("server", "A", answer), { sequence: 1, acknowledgment: 9, flags: ack });
    assert.deepEqual(log.sent("server", "A", { acknowledged: 6 }), { sequence: 1, acknowledgment: 7, flags: ack });
    assert.deepEqual(log.sent("client", "A", { sequence: 7 }), { sequence: 9, acknowledgment: 1, flags: ack });
  });

  test("are the same again, when something is sent again", () => {
    const log = new Relative();
    log.sent("client", "S");
    const data = log.sent("client", "A", { size: 3 });
    const end = log.sent("client", "FA", { sequence: 3 });
    assert.deepEqual(log.sent("client", "A", { size: 3 }), data);
    assert.deepEqual(log.sent("client", "FA", { sequence: 3 }), end);
  });

  test("begin elsewhere in each direction and each connection", () => {
    const numbers = new TCPNumbers();
    const initial = [1, 2, 3].flatMap((flow) => [
      numbers.sent(packet("client", "S", { flow })).sequence,
      numbers.sent(packet("server", "SA", { flow })).sequence,
    ]);
    assert.equal(new Set(initial).size, 6);
  });

  test("start again at 0, when they do not fit into 32 bits", () => {
    const log = new Relative();
    log.sent("client", "S");
    const { sequence } = log.sent("client", "A", { sequence: 0x1_0000_0004, size: 1 });
    assert.equal(sequence, 5);
  });

  test("tell the two ends apart, when both are on one host", () => {
    const numbers = new TCPNumbers();
    const here = { host: "a", address: "127.0.0.1", port: 1000 };
    const there = { host: "a", address: "127.0.0.1", port: 2000 };
    const first = numbers.sent(packet("client", "S", { from: here, to: there }));
    const second = numbers.sent(packet("client", "SA", { from: there, to: here }));
    assert.notEqual(first.sequence, second.sequence);
    assert.equal(second.acknowledgment, (first.sequence + 1) % 2 ** 32);
  });
});

describe("TCPNumbers, of a reset", () => {
  test("are 0 and the next after the SYN, when a connection is refused", () => {
    const numbers = new TCPNumbers();
    const opening = numbers.sent(packet("client", "S"));
    const refusal = numbers.sent(packet("server", "R"));
    assert.deepEqual(refusal, { sequence: 0, acknowledgment: (opening.sequence + 1) % 2 ** 32, flags: rst | ack });
  });

  test("are those of its place, when one who knows the connection resets it", () => {
    const log = new Relative();
    log.sent("client", "S");
    log.sent("server", "SA");
    const reset = log.sent("client", "R", { sequence: 4, acknowledged: 2 });
    assert.deepEqual(reset, { sequence: 5, acknowledgment: 3, flags: rst | ack });
  });

  test("come from the acknowledgment, when one who knows nothing of the connection answers", () => {
    const log = new Relative();
    log.sent("client", "S");
    log.sent("server", "SA");
    log.sent("client", "A", { sequence: 9, acknowledged: 5, size: 1 });
    assert.deepEqual(log.sent("server", "R"), { sequence: 6, acknowledgment: 0, flags: rst });
  });
});

/**
 * Conversations through a relay in the simulated network: two ends that each send a number of bytes and then end their direction. Whatever the network does, what has
 * arrived is the beginning of what was sent; and all of it where both connections were closed cleanly.
 */
import assert from "node:assert/strict";
import type { Failure } from "../../src/deferred/failure.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import type { SeededRandom } from "../../src/sim/seeded-random.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import type { HalfCloseableTransport } from "../../src/transport/transport.ts";

/** Sends `bytes` in pieces, as fast as they are taken, and then ends its direction. */
export class Talker extends Protocol<HalfCloseableTransport> {
  readonly received: Buffer[] = [];
  lost: Failure | undefined = undefined;
  readonly sent: Buffer;
  #left: Buffer;

  constructor(sent: Buffer) {
    super();
    this.sent = sent;
    this.#left = sent;
  }

  override connectionMade(): void {
    this.transport.registerProducer(this, false);
  }

  resumeProducing(): void {
    this.transport.write(this.#left.subarray(0, 1500));
    this.#left = this.#left.subarray(1500);
    if (this.#left.length > 0) return;
    this.transport.unregisterProducer();
    this.transport.loseWriteConnection();
  }

  stopProducing(): void {}

  override dataReceived(data: Buffer): void {
    this.received.push(Buffer.from(data));
  }

  readConnectionLost(): void {}

  writeConnectionLost(): void {}

  override connectionLost(reason: Failure): void {
    this.lost = reason;
  }

  get endedCleanly(): boolean {
    return this.lost !== undefined && this.lost.check(ConnectionDone) !== null;
  }
}

/** Bytes that say where they are from: a number that differs at each place. */
export function talk(random: SeededRandom): Buffer {
  return random.bytes(random.integer(0, 1) === 0 ? random.integer(0, 2000) : random.integer(2000, 400_000));
}

/** Checks what became of a conversation of two ends, one of which may never have come about. */
export function checkConversation(near: Talker | undefined, far: Talker | undefined): void {
  const pairs = [
    [near, far],
    [far, near],
  ] as const;
  for (const [to, from] of pairs) {
    if (to === undefined) continue;
    const arrived = Buffer.concat(to.received);
    const sent = from?.sent ?? Buffer.alloc(0);
    assert.ok(arrived.length <= sent.length, `${arrived.length} bytes have arrived, of ${sent.length}`);
    assert.ok(arrived.equals(sent.subarray(0, arrived.length)), "what has arrived is not what was sent");
    if (near?.endedCleanly === true && far?.endedCleanly === true) {
      assert.equal(arrived.length, sent.length, "both ends are clean, and something is missing");
    }
  }
}

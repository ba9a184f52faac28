/** The clients of the soak: what each does, the seed says. A client that gets anything but its own bytes back, whole and in order, is an error. */
import { connect } from "node:net";
import type { Socket } from "node:net";

const HOST = "127.0.0.1";
const MOST_BYTES = 512 * 1024;
const SHORT = 32 * 1024;
const FLOOD = 24;
/** In milliseconds. */
const LONGEST_PAUSE = 15;
const PATIENCE = 60_000;

/** What all send parts of. */
const BLOCK: Buffer = Buffer.alloc(2 * MOST_BYTES);
for (let i = 0, x = 1; i < BLOCK.length; i += 4) {
  x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
  BLOCK.writeInt32LE(x, i);
}

export const KINDS = ["hasty", "slow reader", "slow writer", "aborter", "flood"] as const;
export type Kind = (typeof KINDS)[number];

/** How often each of these came out. */
export interface Outcomes {
  readonly served: Record<Kind, number>;
  aborted: number;
  /** Closed by a limit, before anything came. */
  refused: number;
}

export function noOutcomes(): Outcomes {
  return {
    served: { hasty: 0, "slow reader": 0, "slow writer": 0, aborter: 0, flood: 0 },
    aborted: 0,
    refused: 0,
  };
}

/** A source of numbers below `limit`, the same ones for the same seed. */
export function randomFrom(seed: number): (limit: number) => number {
  let state = seed | 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

/** One visit, or a flood of them, of the kind and size that chance says. */
export async function visit(port: number, random: (limit: number) => number, outcomes: Outcomes): Promise<void> {
  const die = random(32);
  // A flood is many, so there are few of them.
  const kind = die === 0 ? "flood" : KINDS[die % 4]!;
  // All of a flood come from one address.
  const from = `127.0.0.${2 + random(8)}`;
  const visits = Array.from({ length: kind === "flood" ? FLOOD : 1 }, async () => {
    const outcome = await new Visit(port, from, kind, random).over;
    if (outcome === "served") outcomes.served[kind]++;
    else outcomes[outcome]++;
  });
  await Promise.all(visits);
}

/** One connection: sends a part of the block to an echo, and looks at what comes back. */
class Visit {
  readonly over: Promise<"served" | "aborted" | "refused">;
  readonly #kind: Kind;
  readonly #random: (limit: number) => number;
  readonly #bytes: Buffer;
  readonly #socket: Socket;
  /** An aborter goes when it has got so many bytes. */
  readonly #abortsAt: number;
  #sent = 0;
  #got = 0;
  #hasEnded = false;
  #hasAborted = false;
  #error: Error | undefined = undefined;

  constructor(port: number, localAddress: string, kind: Kind, random: (limit: number) => number) {
    this.#kind = kind;
    this.#random = random;
    const size = 1 + random(kind === "flood" || kind === "slow writer" ? SHORT : MOST_BYTES);
    const start = random(BLOCK.length - size);
    this.#bytes = BLOCK.subarray(start, start + size);
    this.#abortsAt = kind === "aborter" ? random(size) : Infinity;
    const socket = connect({ port, host: HOST, localAddress, allowHalfOpen: true });
    this.#socket = socket;
    socket.setTimeout(PATIENCE, () => this.#fail("nothing has come for a minute"));
    socket.on("connect", () => this.#send());
    socket.on("data", (data) => this.#received(data));
    socket.on("end", () => this.#ended());
    // A limit closes at once, whatever has been sent.
    socket.on("error", (error) => (this.#error ??= error));
    this.over = new Promise((resolve, reject) => {
      socket.on("close", () => {
        if (this.#hasAborted) resolve("aborted");
        else if (this.#hasEnded && this.#got === size) resolve("served");
        else if (this.#got === 0 && !(this.#error instanceof VisitError)) resolve("refused");
        else reject(this.#error ?? this.#said("the connection ended early"));
      });
    });
  }

  #send(): void {
    if (this.#kind !== "slow writer") {
      this.#socket.end(this.#bytes);
      return;
    }
    const end = Math.min(this.#bytes.length, this.#sent + 1 + this.#random(8 * 1024));
    this.#socket.write(this.#bytes.subarray(this.#sent, end));
    this.#sent = end;
    if (end === this.#bytes.length) this.#socket.end();
    else setTimeout(() => this.#socket.destroyed || this.#send(), this.#random(LONGEST_PAUSE));
  }

  #received(data: Buffer): void {
    if (!data.equals(this.#bytes.subarray(this.#got, this.#got + data.length))) {
      this.#fail("other bytes came back");
      return;
    }
    this.#got += data.length;
    if (this.#got > this.#abortsAt) {
      this.#hasAborted = true;
      this.#socket.resetAndDestroy();
    } else if (this.#kind === "slow reader") {
      this.#socket.pause();
      setTimeout(() => this.#socket.resume(), this.#random(LONGEST_PAUSE));
    }
  }

  #ended(): void {
    this.#hasEnded = true;
    // The echo ends when it has seen our end; a limit does not wait for it.
    this.#socket.end();
    if (this.#got !== this.#bytes.length) this.#socket.destroy();
  }

  #fail(what: string): void {
    this.#socket.destroy((this.#error = this.#said(what)));
  }

  #said(what: string): VisitError {
    return new VisitError(`${this.#kind}: ${what}, after ${this.#got} of ${this.#bytes.length} bytes`);
  }
}

class VisitError extends Error {}

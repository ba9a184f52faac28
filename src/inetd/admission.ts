/** Who may be served: so many starts a minute, so many at a time, and so many at a time for one peer. */

export interface Limits {
  readonly maxPerMinute: number;
  readonly maxChildren: number;
  readonly maxPerPeer: number;
}

/** What is to be done with one more. */
export type Verdict = "serve" | "tooMany" | "tooFast";

interface Peer {
  count: number;
  wasRefused: boolean;
}

const MINUTE = 60;

export class Admission {
  readonly #limits: Limits;
  readonly #seconds: () => number;
  /** Those that have something, so there are no more of them than may be served. */
  readonly #peers: Map<string, Peer> = new Map();
  #served = 0;
  #minuteBegan = -Infinity;
  #starts = 0;

  constructor(limits: Limits, seconds: () => number) {
    this.#limits = limits;
    this.#seconds = seconds;
  }

  get isFull(): boolean {
    return this.#served >= this.#limits.maxChildren;
  }

  /** What would be done with one more, whoever it is. */
  next(): Verdict {
    if (this.isFull) return "tooMany";
    if (this.#seconds() - this.#minuteBegan >= MINUTE) {
      this.#minuteBegan = this.#seconds();
      this.#starts = 0;
    }
    return this.#starts < this.#limits.maxPerMinute ? "serve" : "tooFast";
  }

  /** Begins to serve `name`, after `next` said so. One that has its share is refused, which counts for nobody. */
  begin(name: string): "begun" | "refused" | "refusedAgain" {
    const peer = this.#peers.get(name) ?? { count: 0, wasRefused: false };
    if (peer.count >= this.#limits.maxPerPeer) {
      const verdict = peer.wasRefused ? "refusedAgain" : "refused";
      peer.wasRefused = true;
      return verdict;
    }
    peer.count++;
    this.#peers.set(name, peer);
    this.#served++;
    this.#starts++;
    return "begun";
  }

  end(name: string): void {
    const peer = this.#peers.get(name)!;
    peer.count--;
    peer.wasRefused = false;
    if (peer.count === 0) this.#peers.delete(name);
    this.#served--;
  }
}

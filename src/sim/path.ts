/** The way of packets from one host to another, one direction of a link: how long they take and which get lost. */
import { checkLinkOptions } from "./check-link-options.ts";
import { drawDelay } from "./delay.ts";
import type { DrawDelay } from "./delay.ts";
import type { LinkOptions } from "./link-options.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { NANOSECONDS } from "./world.ts";

const DEFAULTS: Required<LinkOptions> = {
  latency: 0.0005,
  bandwidth: Infinity,
  queue: 256 * 1024,
  mtu: 1500,
  loss: 0,
  duplication: 0,
  reordering: 0,
  reorderingDelay: { uniform: [0, 0.05] },
};

/** What a host's own packets to itself meet. */
export const LOOPBACK: LinkOptions = { latency: 0.00002, mtu: 65_536 };

export class Path {
  /** What was set, with what was not. */
  readonly options: Required<LinkOptions>;
  private readonly latency: DrawDelay;
  private readonly detour: DrawDelay;
  /** How many faults and programs hold it cut. */
  cuts = 0;
  /** When the last packet that waits will be on its way. */
  private busyUntil = 0;

  constructor(options: LinkOptions) {
    this.options = { ...DEFAULTS, ...withoutUndefined(checkLinkOptions(options)) };
    this.latency = drawDelay(this.options.latency, "a latency");
    this.detour = drawDelay(this.options.reorderingDelay, "a delay of reordering");
  }

  /** The same path, as it is now, with these options in place of its own. */
  with(options: LinkOptions): Path {
    const path = new Path(options);
    path.cuts = this.cuts;
    path.busyUntil = this.busyUntil;
    return path;
  }

  get isCut(): boolean {
    return this.cuts > 0;
  }

  /** Nanoseconds that a packet without weight takes. */
  delay(random: SeededRandom): number {
    return this.latency(random) * NANOSECONDS;
  }

  /** Nanoseconds until a packet of `size` bytes that is sent `now` arrives; -1 where there is no room for it any more. */
  carry(size: number, now: number, random: SeededRandom): number {
    const { bandwidth, queue } = this.options;
    if (bandwidth === Infinity) return this.delay(random);
    const start = Math.max(now, this.busyUntil);
    if (((start - now) / NANOSECONDS) * bandwidth + size > queue) return -1;
    this.busyUntil = start + (size / bandwidth) * NANOSECONDS;
    return this.busyUntil - now + this.delay(random);
  }

  /** Whether a packet gets lost, which is the more probable the more parts it has to be sent in. */
  loses(size: number, random: SeededRandom): boolean {
    const { loss, mtu } = this.options;
    if (loss === 0) return false;
    for (let left = size; left > mtu; left -= mtu) if (random.chance(loss)) return true;
    return random.chance(loss);
  }

  duplicates(random: SeededRandom): boolean {
    return random.chance(this.options.duplication);
  }

  /** Nanoseconds that a datagram takes longer than others, mostly 0. */
  overtaken(random: SeededRandom): number {
    return random.chance(this.options.reordering) ? this.detour(random) * NANOSECONDS : 0;
  }
}

function withoutUndefined(options: LinkOptions): LinkOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

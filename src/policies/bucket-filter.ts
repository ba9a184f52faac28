/** Which connections share a bucket. */
import type { ReactorTime } from "../clock/reactor-time.ts";
import type { Transport } from "../transport/transport.ts";
import { Bucket } from "./bucket.ts";
import type { BucketOptions } from "./bucket.ts";

/** Finds the bucket for a connection. */
export interface BucketFilter {
  getBucketFor(transport: Transport): Bucket;
}

export interface BucketFilterOptions extends Omit<BucketOptions, "parentBucket"> {
  /** Finds the parents of the buckets of this filter. */
  readonly parentFilter?: BucketFilter;
  /** The seconds after which empty buckets that nobody uses are forgotten; 20 minutes unless told otherwise. */
  readonly sweepInterval?: number;
}

const SWEEP_INTERVAL = 20 * 60;

/**
 * Gives all connections the same bucket, in which there may be those of other filters; classes that extend it have a bucket for each key.
 *
 * @example
 * import { Clock } from "hawser/clock";
 * const clock = new Clock();
 * const all = new HierarchicalBucketFilter(clock, { rate: 1_000_000, maxburst: 100_000 });
 * new FilterByHost(clock, { rate: 100_000, maxburst: 20_000, parentFilter: all });
 */
export class HierarchicalBucketFilter implements BucketFilter {
  /** The buckets by their keys. */
  readonly buckets: Map<string, Bucket> = new Map();
  readonly #clock: Pick<ReactorTime, "seconds">;
  readonly #options: BucketFilterOptions;
  #lastSweep: number;

  constructor(clock: Pick<ReactorTime, "seconds">, options: BucketFilterOptions = {}) {
    this.#clock = clock;
    this.#options = options;
    this.#lastSweep = clock.seconds();
  }

  /** The bucket for a connection: a new one where there is none for its key. */
  getBucketFor(transport: Transport): Bucket {
    const { parentFilter, sweepInterval = SWEEP_INTERVAL, ...options } = this.#options;
    if (this.#clock.seconds() - this.#lastSweep > sweepInterval) this.sweep();
    const key = this.getBucketKey(transport);
    let bucket = this.buckets.get(key);
    if (bucket === undefined) {
      const parentBucket = parentFilter?.getBucketFor(transport);
      bucket = new Bucket(this.#clock, parentBucket === undefined ? options : { ...options, parentBucket });
      // The parent must not be forgotten before its child is.
      if (parentBucket !== undefined) parentBucket.users++;
      this.buckets.set(key, bucket);
    }
    return bucket;
  }

  /** Forgets empty buckets that nobody uses. */
  sweep(): void {
    this.#lastSweep = this.#clock.seconds();
    for (const [key, bucket] of this.buckets) {
      if (!bucket.drip() || bucket.users > 0) continue;
      this.buckets.delete(key);
      if (bucket.parentBucket !== undefined) bucket.parentBucket.users--;
    }
  }

  /** What connections are told apart by. */
  protected getBucketKey(_transport: Transport): string {
    return "";
  }
}

/**
 * A bucket for each host that has connected.
 *
 * @example
 * import { Clock } from "hawser/clock";
 * new FilterByHost(new Clock(), { rate: 100_000, maxburst: 20_000 });
 */
export class FilterByHost extends HierarchicalBucketFilter {
  protected override getBucketKey(transport: Transport): string {
    const peer = transport.getPeer();
    return "host" in peer ? peer.host : "";
  }
}

/**
 * A bucket for each port that is connected to.
 *
 * @example
 * import { Clock } from "hawser/clock";
 * new FilterByServer(new Clock(), { rate: 100_000, maxburst: 20_000 });
 */
export class FilterByServer extends HierarchicalBucketFilter {
  protected override getBucketKey(transport: Transport): string {
    const host = transport.getHost();
    return "port" in host ? String(host.port) : host.toString();
  }
}

/**
 * Looking up names the way the system does (`getaddrinfo`): with the hosts file, and whatever else the system is told to ask.
 *
 * The runtime does that in its threads, which are few, and cannot be told to stop. So lookups that have no thread yet wait here, where they can
 * be given up.
 */
import { lookup } from "node:dns";
import type { LookupAddress, LookupAllOptions } from "node:dns";
import { isIP } from "node:net";
import { inspect } from "node:util";
import { Logger } from "../logger/logger.ts";
import { internetAddress } from "../transport/ports.ts";
import { hostText } from "./host-text.ts";
import type { HostResolution, NameResolver, ResolutionOptions, ResolutionReceiver } from "./name-resolver.ts";

const log = new Logger({ namespace: "hawser.endpoint" });

/** The shape of `lookup` of `node:dns`, as far as it is used. */
export type SystemLookup = (
  hostName: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface SystemNameResolverOptions {
  /** How many lookups may be under way at once. Default: as many as the runtime has threads, which is 4 unless it is told otherwise */
  readonly concurrency?: number;
  /** What does the lookups. Default: that of `node:dns` */
  readonly lookup?: SystemLookup;
}

/**
 * Answers IP addresses at once, as themselves; names later. A name that cannot be looked up has no addresses, whatever the reason.
 *
 * @example
 * const found: string[] = [];
 * new SystemNameResolver().resolveHostName(
 *   {
 *     resolutionBegan: () => {},
 *     addressResolved: (address) => found.push(address.host),
 *     resolutionComplete: () => assert.deepEqual(found, ["::1"]),
 *   },
 *   "::1",
 * );
 */
export class SystemNameResolver implements NameResolver {
  readonly #concurrency: number;
  readonly #lookup: SystemLookup;
  readonly #waiting: Map<Resolution, Wanted> = new Map();
  #underway = 0;

  constructor(options: SystemNameResolverOptions = {}) {
    const { concurrency = threads(), lookup: lookUp = lookup } = options;
    if (!Number.isInteger(concurrency) || concurrency < 1) {
      throw new RangeError(`Cannot do ${inspect(concurrency)} lookups at once: expected a whole number, 1 or more`);
    }
    this.#concurrency = concurrency;
    this.#lookup = lookUp;
  }

  resolveHostName(receiver: ResolutionReceiver, hostName: string, options: ResolutionOptions = {}): HostResolution {
    if (typeof hostName !== "string") throw new TypeError(`Cannot look up ${inspect(hostName)}: expected a string`);
    const resolution = new Resolution(receiver, hostName, options, this.#waiting);
    const host = hostText(hostName);
    const family = familyOf(options);
    if (host === undefined || family === undefined) resolution.end([]);
    else if (isIP(host) !== 0) resolution.end(family === 0 || family === isIP(host) ? [host] : []);
    else if (!resolution.hasEnded) {
      this.#waiting.set(resolution, { host, family });
      this.#startLookups();
    }
    return resolution;
  }

  #startLookups(): void {
    for (const [resolution, { host, family }] of this.#waiting) {
      if (this.#underway === this.#concurrency) return;
      this.#waiting.delete(resolution);
      this.#underway++;
      this.#lookup(host, { all: true, family, order: "verbatim" }, (error, found) => {
        this.#underway--;
        this.#startLookups();
        if (error != null) log.debug("The system finds no address for {name}: {error}", { name: host, error });
        resolution.end(error == null ? found.map(({ address }) => address) : []);
      });
    }
  }
}

/** What a resolution waits for. */
interface Wanted {
  readonly host: string;
  readonly family: 0 | 4 | 6;
}

class Resolution implements HostResolution {
  readonly name: string;
  /** Whether the receiver knows that there is no more: it may have given up as soon as it heard of this. */
  hasEnded: boolean = false;
  readonly #receiver: ResolutionReceiver;
  readonly #options: ResolutionOptions;
  readonly #waiting: Map<Resolution, Wanted>;
  #isCancelled = false;

  constructor(
    receiver: ResolutionReceiver,
    name: string,
    options: ResolutionOptions,
    waiting: Map<Resolution, Wanted>,
  ) {
    this.#receiver = receiver;
    this.name = name;
    this.#options = options;
    this.#waiting = waiting;
    this.#tell(() => receiver.resolutionBegan(this));
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#waiting.delete(this);
    this.end([]);
  }

  /** Tells the receiver of `hosts`, each once, and that this is all. */
  end(hosts: readonly string[]): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    const { port = 0, transportSemantics = "TCP" } = this.#options;
    for (const host of new Set(hosts)) {
      // The receiver may have cancelled when it heard of the address before.
      if (this.#isCancelled) break;
      this.#tell(() => this.#receiver.addressResolved(internetAddress(transportSemantics, host, port)));
    }
    this.#tell(() => this.#receiver.resolutionComplete());
  }

  /** What a receiver throws is its own mistake, and harms no other lookup. */
  #tell(call: () => void): void {
    try {
      call();
    } catch (error) {
      log.failure("While telling of the addresses of {name}", error, { name: this.name });
    }
  }
}

/** In the words of `lookup`, where 0 is both; `undefined` for none. */
function familyOf({ addressTypes = ["ipv4", "ipv6"] }: ResolutionOptions): 0 | 4 | 6 | undefined {
  const wantsIPv4 = addressTypes.includes("ipv4");
  const wantsIPv6 = addressTypes.includes("ipv6");
  if (wantsIPv4 && wantsIPv6) return 0;
  if (wantsIPv4) return 4;
  return wantsIPv6 ? 6 : undefined;
}

/** How many threads the runtime has for lookups and the like. */
function threads(): number {
  const size = Number(process.env["UV_THREADPOOL_SIZE"]);
  return Number.isInteger(size) && size > 0 ? size : 4;
}

/**
 * A network that is not there: hosts with reactors of their own, links between them, faults, and a time that jumps from one thing that happens to
 * the next. The same seed gives the same run.
 */
import { inspect } from "node:util";
import { InvalidStateError } from "../errors.ts";
import { checkIPAddress } from "../transport/ports.ts";
import { beginFault } from "./begin-fault.ts";
import { checkHostOptions, checkNetworkOptions, checkRunOptions } from "./check-options.ts";
import { checkFault, checkFaults } from "./check-fault.ts";
import { Driver } from "./driver.ts";
import { SimulationError, SimulationStalled } from "./errors.ts";
import { checkRecipe, drawFaults } from "./draw-faults.ts";
import type { Fault, FaultRecipe } from "./fault.ts";
import { formatEvents } from "./format-event.ts";
import { installGlobals } from "./globals.ts";
import type { GuardMode, SimulatedGlobals } from "./guard/simulated-globals.ts";
import { HostClock } from "./host-clock.ts";
import type { HostClockOptions } from "./host-clock.ts";
import { hostGlobals } from "./host-globals.ts";
import { isPlan } from "./is-plan.ts";
import { isThenable } from "../deferred/thenable.ts";
import { Link } from "./link.ts";
import type { LinkOptions } from "./link-options.ts";
import { writeTimeline } from "./look/write-timeline.ts";
import type { TimelineFiles } from "./look/write-timeline.ts";
import { Machine } from "./machine.ts";
import { SeededRandom } from "./seeded-random.ts";
import { SimulatedHost } from "./simulated-host.ts";
import type { SimulationEvent } from "./simulation-event.ts";
import { Wiring } from "./wiring.ts";
import { NANOSECONDS, World } from "./world.ts";

export interface SimulatedNetworkOptions {
  /** Decides everything that is random. Default: 0 */
  readonly seed?: number;
  /** What all links are like, unless `link` says something else. */
  readonly link?: LinkOptions;
  /** What goes wrong, and when; or how to draw that from the seed, when the network first runs. */
  readonly faults?: readonly Fault[] | FaultRecipe;
  /** Whether all events are kept, and with `"bytes"` what was sent as well; otherwise only the last ones are. Default: `false` */
  readonly record?: boolean | "bytes";
  /** Whether streams are cut into segments at places that the seed chooses, down to one byte; otherwise segments are full. Default: `true` */
  readonly cuts?: boolean;
  /** How many bytes of a stream may be on their way, or wait to be read. Default: 256 KiB */
  readonly window?: number;
  /** The time of day at which the network begins, in seconds since 1970. Default: the beginning of the year 2000 */
  readonly start?: number;
  /**
   * What programs of hosts find, while the network runs, where the runtime's clocks, timers and random numbers are: with `"throw"` a
   * `SimulationGuardError`, which ends the run, with `"simulate"` those of their host, with `"none"` the real ones. See `installGlobals`. Default: `"none"`
   */
  readonly guard?: GuardMode | "none";
}

export interface HostOptions {
  /** Its addresses. Default: one of IPv4 and one of IPv6, from 10.0.0.0/8 and fd00::/8 */
  readonly addresses?: readonly string[];
  readonly clock?: HostClockOptions;
}

export interface RunSimulationOptions {
  /** How many seconds of virtual time to run, at most. Default: as long as something is left to happen */
  readonly for?: number;
  /** When to stop: a function that is asked after each thing that happens, or something that is waited for. */
  readonly until?: (() => boolean) | PromiseLike<unknown>;
  /**
   * What to do when nothing is left to happen: `"end"`, which fails where there is an `until`; or `"wait"`, for code outside of the simulation
   * that has something to do with it. Default: `"end"`
   */
  readonly whenIdle?: "end" | "wait";
  /** How many turns the runtime's loop gets before time goes on, for code that counts on them, such as TLS of Node. Default: 0 */
  readonly turns?: number;
}

const DEFAULT_WINDOW = 256 * 1024;
/** 2000-01-01T00:00:00Z. */
const DEFAULT_START = 946_684_800;
/** No simulation is longer: times are whole numbers of nanoseconds. */
const LONGEST_RUN = 100 * 86_400;

/**
 * Hosts, links between them, faults, and virtual time. The same seed gives the same log, as long as programs take time and random numbers from their hosts.
 *
 * What the seed does not decide are the random numbers of TLS. Of its packets that changes what is in them, not how long they are: except with keys of
 * ECDSA, whose signatures vary in length, so that the log varies from one run to the next. With keys of RSA and Ed25519 it is the same. How long
 * handshakes are depends on the versions of Node and OpenSSL and on the engine as well. Node's TLS engine needs `run({ turns: 1 })`, the one of the native core does not.
 *
 * @example
 * import { Factory, Protocol } from "hawser/protocol";
 * import { HostnameEndpoint, connectProtocol } from "hawser/endpoint";
 * class Echo extends Protocol {
 *   override dataReceived(data: Buffer): void {
 *     this.transport.write(data);
 *   }
 * }
 * class Caller extends Protocol {
 *   heard = "";
 *   override dataReceived(data: Buffer): void {
 *     this.heard += data.toString();
 *   }
 * }
 * const net = new SimulatedNetwork({ seed: 1 });
 * const caller = new Caller();
 * net.host("server").spawn(({ reactor }) => void reactor.listenTCP(7, Factory.forProtocol(Echo)));
 * net.host("client").spawn(async ({ reactor }) => {
 *   await connectProtocol(new HostnameEndpoint(reactor, "server", 7), caller);
 *   caller.transport.write("hello");
 * });
 * await net.run({ until: () => caller.heard === "hello" });
 */
export class SimulatedNetwork {
  readonly seed: number;
  readonly #world: World;
  readonly #wiring: Wiring;
  readonly #start: number;
  readonly #hosts: Map<string, SimulatedHost> = new Map();
  readonly #names: Map<string, readonly string[]> = new Map();
  readonly #guard: GuardMode | "none";
  readonly #globals: Map<string, SimulatedGlobals> = new Map();
  readonly #recipe: FaultRecipe | undefined;
  #faults: readonly Fault[];
  #isRunning = false;
  #hasBegun = false;

  constructor(options: SimulatedNetworkOptions = {}) {
    checkNetworkOptions(options);
    const { seed = 0, link = {}, faults = [], record = false, cuts = true } = options;
    const { window = DEFAULT_WINDOW, start = DEFAULT_START, guard = "none" } = options;
    this.seed = seed;
    this.#guard = guard;
    if (!isPlan(faults)) checkRecipe(faults);
    this.#recipe = isPlan(faults) ? undefined : faults;
    this.#faults = isPlan(faults) ? checkFaults(faults) : [];
    this.#start = start;
    this.#world = new World({ seed, record, cuts, window });
    this.#wiring = new Wiring(link);
  }

  /** The host of that name: made by the first call, found by later ones, which take no options. */
  host(name: string, options?: HostOptions): SimulatedHost {
    const known = this.#hosts.get(name);
    if (known === undefined) return this.#makeHost(name, options ?? {});
    if (options === undefined) return known;
    throw new InvalidStateError(
      `Cannot make the host ${name}: there is one already, expected a new name or no options`,
    );
  }

  /** All hosts, in the order in which they were made. */
  get hosts(): readonly SimulatedHost[] {
    return [...this.#hosts.values()];
  }

  /** What goes wrong: the plan that was given, or drawn when the network first ran. */
  get faults(): readonly Fault[] {
    return this.#faults;
  }

  /** The link between two hosts, both ways. */
  link(a: string, b: string): Link {
    return new Link(this.#wiring, this.#machine(a), this.#machine(b));
  }

  /** Gives a name to addresses, for all hosts; without addresses takes it away. */
  name(name: string, addresses: readonly string[]): void {
    if (!Array.isArray(addresses)) {
      throw new TypeError(`Cannot give the name ${name} to ${inspect(addresses)}: expected a list of addresses`);
    }
    for (const address of addresses) checkIPAddress(`give the name ${name} to`, address);
    if (addresses.length === 0) this.#names.delete(name);
    else this.#names.set(name, [...addresses]);
  }

  /** Calls `what` at a time, in seconds since the beginning. It is code of nobody. What it throws ends the run, and so does what it answers where that fails. */
  at(seconds: number, what: () => unknown): void {
    const world = this.#world;
    const delay = secondsOf("do something at", seconds) * NANOSECONDS - world.now;
    if (typeof what !== "function") {
      throw new TypeError(`Cannot do ${inspect(what, { depth: 0 })} at ${seconds} seconds: expected a function`);
    }
    const failed = (error: unknown): void => world.failed("", error);
    world.schedule(delay, () => {
      try {
        const result = what();
        if (isThenable(result)) result.then(undefined, failed);
      } catch (error) {
        failed(error);
      }
    });
  }

  /** Lets a fault happen, at its time; now where that is over. */
  inject(fault: Fault): void {
    checkFault(fault);
    this.at(fault.at, () => beginFault(fault, this.#world, this.#wiring, this.#hosts));
  }

  /** Seconds of virtual time since the beginning. */
  seconds(): number {
    return this.#world.now / NANOSECONDS;
  }

  /**
   * Lets the network happen, until what `options` say; can be called again, to go on. Throws `SimulationError` where a program of a host fails, and
   * `SimulationStalled` where nothing is left to happen, or the time is over, and what `until` waits for has not come.
   */
  async run(options: RunSimulationOptions = {}): Promise<void> {
    if (this.#isRunning) throw new InvalidStateError("Cannot run the network: it runs already, expected it not to");
    const world = this.#world;
    checkRunOptions(options);
    const { until, whenIdle = "end", turns = 0 } = options;
    const deadline = options.for === undefined ? Infinity : world.now + secondsOf("run for", options.for) * NANOSECONDS;
    const condition = conditionOf(until);
    this.#begin();
    this.#isRunning = true;
    const uninstall = this.#installGuard();
    try {
      const driver = new Driver(world, { deadline, isOver: condition?.isOver, whenIdle, turns });
      const end = await driver.run();
      if (end === "failed") this.#fail();
      if (condition?.error !== undefined) throw condition.error.value;
      // It may be true because of the time.
      if (end === "over" || condition === undefined || condition.isOver()) return;
      const why = end === "idle" ? "nothing is left to happen" : `${options.for} seconds are over`;
      throw new SimulationStalled(`Waited in vain: ${why}, and what "until" says has not come true`, this.#state());
    } finally {
      this.#isRunning = false;
      world.running = undefined;
      uninstall?.();
    }
  }

  /** What has happened: all of it where `record` is set, else the last thousand events at least. */
  get events(): readonly SimulationEvent[] {
    return this.#world.log.events;
  }

  /** How many events there have been. */
  get eventCount(): number {
    return this.#world.log.count;
  }

  /** The events that are kept, as text. */
  log(): string {
    return formatEvents(this.events);
  }

  /**
   * Writes what there is to look at into a folder, which is made: a page with a diagram in time, to look around in; the diagram as a picture; the
   * packets as a pcapng file, for Wireshark; the events as text. Of a network that does not `record`, only the last events are in them, of one that does not
   * record `"bytes"`, packets are full of zeros.
   */
  timeline(folder: string = "timeline"): TimelineFiles {
    return writeTimeline(this.events, folder, `Seed ${this.seed}, ${this.seconds()} s`);
  }

  /** The SHA-256 of the text of all events: two runs with the same hash were the same. */
  hash(): string {
    return this.#world.log.hash();
  }

  #begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    if (this.#recipe !== undefined) {
      // A plan draws from numbers of its own: with the same faults as a list, the run is the same.
      this.#faults = drawFaults(this.#recipe, [...this.#hosts.keys()], new SeededRandom(this.seed).fork("faults"));
    }
    for (const fault of this.#faults) this.inject(fault);
  }

  #installGuard(): (() => void) | undefined {
    if (this.#guard === "none") return undefined;
    return installGlobals(
      this.#guard,
      () => this.#currentGlobals(),
      (error) => this.#world.failed(error.host, error),
    );
  }

  /** What the host whose code runs has in place of the runtime's globals. */
  #currentGlobals(): SimulatedGlobals | undefined {
    const { running } = this.#world;
    return running === undefined ? undefined : this.#globals.get(running.name);
  }

  #makeHost(name: string, options: HostOptions): SimulatedHost {
    if (typeof name !== "string" || !/^[^\s:/]+$/.test(name)) {
      throw new TypeError(
        `Cannot make a host named ${inspect(name)}: expected a text without spaces, colons and slashes`,
      );
    }
    checkHostOptions(options, name);
    const { addresses, clock = {} } = options;
    const index = this.#hosts.size;
    const given = addresses ?? [
      `10.${((index + 1) >> 16) & 255}.${((index + 1) >> 8) & 255}.${(index + 1) & 255}`,
      `fd00::${(index + 1).toString(16)}`,
    ];
    for (const address of given) {
      checkIPAddress(`give the host ${name}`, address);
      if (!this.#wiring.hasAddress(address)) continue;
      throw new InvalidStateError(`Cannot give ${address} to the host ${name}: another host has it`);
    }
    const machine = new Machine(this.#world, name, index, [...given], new HostClock(this.#world, this.#start, clock));
    this.#wiring.add(machine);
    const host = new SimulatedHost(machine, this.#wiring, (wanted) => this.#names.get(wanted) ?? []);
    this.#hosts.set(name, host);
    this.#globals.set(name, hostGlobals(machine, host.random));
    this.#world.note("boot", name);
    return host;
  }

  #machine(name: string): Machine {
    const machine = this.#wiring.named(name);
    if (machine !== undefined) return machine;
    const known = [...this.#hosts.keys()].join(", ") || "none";
    throw new RangeError(`Cannot find the host ${inspect(name)}: expected one that was made, which are ${known}`);
  }

  #fail(): never {
    const world = this.#world;
    const { host, error } = world.failure!;
    world.failure = undefined;
    const who = host === "" ? "What was to be done at a time" : `A program of the host ${host}`;
    const what = error instanceof Error ? `${error.name}: ${error.message}` : inspect(error);
    throw new SimulationError(`${who} has failed: ${what}`, this.#state(), { cause: error });
  }

  #state(): { seed: number; seconds: number; events: readonly SimulationEvent[] } {
    return { seed: this.seed, seconds: this.seconds(), events: this.events };
  }
}

interface Condition {
  readonly isOver: () => boolean;
  error: { readonly value: unknown } | undefined;
}

function conditionOf(until: RunSimulationOptions["until"]): Condition | undefined {
  if (until === undefined) return undefined;
  if (typeof until === "function") return { isOver: () => answerOf(until), error: undefined };
  if (!isThenable(until)) {
    throw new TypeError(`Cannot run until ${inspect(until)}: expected a function, a Deferred or a promise`);
  }
  let isOver = false;
  const condition: Condition = { isOver: () => isOver, error: undefined };
  until.then(
    () => (isOver = true),
    (error: unknown) => {
      condition.error = { value: error };
      isOver = true;
    },
  );
  return condition;
}

/** A promise, or a number of what has come, would be taken for false for ever. */
function answerOf(until: () => boolean): boolean {
  const answer = until();
  if (typeof answer === "boolean") return answer;
  throw new TypeError(`Cannot run until ${inspect(answer, { depth: 0 })} comes true: expected true or false`);
}

function secondsOf(what: string, seconds: number): number {
  if (typeof seconds === "number" && seconds >= 0 && seconds <= LONGEST_RUN) return seconds;
  const message = `Cannot ${what} ${inspect(seconds)} seconds: expected a number from 0 to ${LONGEST_RUN}`;
  throw typeof seconds === "number" ? new RangeError(message) : new TypeError(message);
}

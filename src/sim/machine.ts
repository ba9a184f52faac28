/**
 * A machine: a host without its programs. It has addresses and a clock, is on or off, and its system knows who listens on which port.
 *
 * What is in its system lasts until the machine loses its power: programs may die, and their system still answers for them.
 */
import type { DatagramReceiver, OpenStream, StreamListener } from "./bound-sockets.ts";
import type { HostClock } from "./host-clock.ts";
import { HostLife } from "./host-life.ts";
import { isLoopback } from "./machine-address.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { SocketFiles } from "./socket-files.ts";
import { SocketTable } from "./socket-table.ts";
import type { World } from "./world.ts";

/** What becomes of packets to a port: they get in, are answered by a refusal, or vanish. */
export type PortFilter = "pass" | "refuse" | "drop";

/** How programs of a machine read: as fast as they like, so many bytes per second, or not at all. */
export type Reading = "normal" | "stuck" | { readonly bytesPerSecond: number };

export class Machine {
  readonly world: World;
  readonly name: string;
  /** Counts the machines of a network. */
  readonly index: number;
  /** Its addresses on the network, without those of loopback. */
  readonly addresses: readonly string[];
  readonly clock: HostClock;
  /** What happens to what this machine sends. */
  readonly random: SeededRandom;
  /** The programs that run; another one after each boot. */
  life: HostLife;
  isOn = true;
  /** Counts how often it was switched on: connections of an earlier time are unknown to it. */
  boots = 1;
  tcp: SocketTable<StreamListener>;
  udp: SocketTable<DatagramReceiver>;
  /** The streams that programs have open. */
  readonly streams: Set<OpenStream> = new Set();
  readonly files: SocketFiles = new SocketFiles();
  reading: Reading = "normal";
  /** How often it was paused, and not resumed. */
  pauses = 0;
  /** How many faults keep its programs from reading, refuse its connections, keep it from finding names. */
  stuck = 0;
  refusing = 0;
  nameless = 0;
  readonly #filters: Map<number | "all", PortFilter> = new Map();

  constructor(world: World, name: string, index: number, addresses: readonly string[], clock: HostClock) {
    this.world = world;
    this.name = name;
    this.index = index;
    this.addresses = addresses;
    this.clock = clock;
    this.random = world.random.fork(`wire of ${name}`);
    this.life = new HostLife(world, this, clock);
    this.tcp = new SocketTable(this.random);
    this.udp = new SocketTable(this.random);
  }

  /** Whether `address` is one of this machine's. */
  has(address: string): boolean {
    return isLoopback(address) || this.addresses.includes(address);
  }

  /** The address to send from to `destination`; `undefined` where this machine has none of that family. */
  sourceFor(destination: string): string | undefined {
    if (this.has(destination)) return destination;
    const isIPv6 = destination.includes(":");
    return this.addresses.find((address) => address.includes(":") === isIPv6);
  }

  /** What becomes of packets to `port`. */
  filterOf(port: number): PortFilter {
    if (this.refusing > 0) return "refuse";
    return this.#filters.get(port) ?? this.#filters.get("all") ?? "pass";
  }

  setFilter(port: number | "all", filter: PortFilter): void {
    if (filter === "pass") this.#filters.delete(port);
    else this.#filters.set(port, filter);
  }

  get readsNothing(): boolean {
    return this.stuck > 0 || this.reading === "stuck";
  }

  /** The programs end; the system goes on. */
  endPrograms(): void {
    this.life.end();
    for (const stream of this.streams) stream.abandon();
    this.forgetSockets();
  }

  /** The power fails: nobody knows of any connection any more. */
  switchOff(): void {
    this.life.end();
    for (const stream of this.streams) stream.vanish();
    this.forgetSockets();
    this.isOn = false;
  }

  /** Whoever reads goes on. */
  readAgain(): void {
    for (const stream of this.streams) stream.deliverSoon();
  }

  /** Programs can run (again). */
  boot(): void {
    if (!this.isOn) this.boots++;
    this.isOn = true;
    this.life = new HostLife(this.world, this, this.clock);
    if (this.pauses > 0) this.life.pause();
  }

  /** Nothing of its programs runs, until `resume` was called as often. */
  pause(): void {
    if (this.pauses++ === 0) this.life.pause();
  }

  resume(): void {
    if (this.pauses === 0 || --this.pauses > 0) return;
    this.life.resume();
    this.readAgain();
  }

  private forgetSockets(): void {
    this.streams.clear();
    this.files.abandon();
    this.tcp = new SocketTable(this.random);
    this.udp = new SocketTable(this.random);
  }
}

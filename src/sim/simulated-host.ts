/** A host of a simulated network: what programs and tests see of it. */
import { inspect } from "node:util";
import { InvalidStateError } from "../errors.ts";
import type { Reactor } from "../reactor/reactor.ts";
import { checkPort } from "../transport/ports.ts";
import type { ForeignServer } from "./foreign/foreign-server.ts";
import type { ForeignSocket } from "./foreign/foreign-socket.ts";
import { isThenable } from "../deferred/thenable.ts";
import { NetLike } from "./foreign/net-like.ts";
import type { HostClock } from "./host-clock.ts";
import type { Machine, PortFilter, Reading } from "./machine.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { SimReactor } from "./sim-reactor.ts";
import type { FindAddresses } from "./simulated-names.ts";
import type { Wiring } from "./wiring.ts";

/** What runs on a host. What it answers, if anything, is waited for; where that fails, the simulation does. */
export type HostProgram = (host: SimulatedHost) => unknown;

export interface SpawnOptions {
  /** Whether the reactor of the host is run when the program has been called, unless it runs already. Default: `true` */
  readonly run?: boolean;
}

interface Spawned {
  readonly program: HostProgram;
  readonly options: SpawnOptions;
}

export class SimulatedHost {
  /** The clock of the host, which may be wrong. */
  readonly clock: HostClock;
  /** Random numbers for the programs of the host. */
  readonly random: SeededRandom;
  readonly #machine: Machine;
  readonly #wiring: Wiring;
  readonly #names: FindAddresses;
  readonly #programs: Spawned[] = [];
  #reactor: SimReactor;
  #net: NetLike | undefined = undefined;

  /** @internal */
  constructor(machine: Machine, wiring: Wiring, names: FindAddresses) {
    this.#machine = machine;
    this.#wiring = wiring;
    this.#names = names;
    this.clock = machine.clock;
    this.random = machine.world.random.fork(`programs of ${machine.name}`);
    this.#reactor = new SimReactor(machine, wiring, names);
  }

  get name(): string {
    return this.#machine.name;
  }

  /** Its addresses on the network; those of loopback it has as well. */
  get addresses(): readonly string[] {
    return this.#machine.addresses;
  }

  /** The reactor of the programs that run now; another one after each restart. */
  get reactor(): Reactor {
    return this.#reactor;
  }

  /** What stands in for `node:net` on this host, for foreign code; another one after each restart. */
  get net(): NetLike {
    return (this.#net ??= new NetLike(this.#reactor));
  }

  /** A server for foreign code, as `createServer` of `node:net` makes them. */
  createServer(...args: Parameters<NetLike["createServer"]>): ForeignServer {
    return this.net.createServer(...args);
  }

  /** A socket for foreign code that connects, as `connect` of `node:net` makes them. */
  connect(...args: Parameters<NetLike["connect"]>): ForeignSocket {
    return this.net.connect(...args);
  }

  /** Whether its programs can run. */
  get isUp(): boolean {
    return this.#machine.isOn && this.#machine.life.isAlive;
  }

  get isPaused(): boolean {
    return this.#machine.pauses > 0;
  }

  /**
   * Runs `program` on this host: as the next thing that happens, and again each time the host restarts. Programs of a host share its reactor,
   * which is run for them.
   */
  spawn(program: HostProgram, options: SpawnOptions = {}): void {
    if (typeof program !== "function") {
      throw new TypeError(`Cannot run ${inspect(program, { depth: 0 })} on ${this.name}: expected a function`);
    }
    const spawned = { program, options };
    this.#programs.push(spawned);
    if (this.isUp) this.#start(spawned);
  }

  /** The power fails: no program is told, no connection is closed, others find out by and by. */
  crash(): void {
    this.#requireUp("crash");
    this.#machine.world.note("crash", this.name);
    this.#machine.switchOff();
  }

  /** The programs die at once, without a last word; their system closes their connections. */
  kill(): void {
    this.#requireUp("kill the programs of");
    this.#machine.world.note("crash", this.name, "its programs were killed");
    this.#machine.endPrograms();
  }

  /** Stops the reactor, as SIGTERM would: the shutdown triggers are called. */
  terminate(): void {
    const reactor = this.#reactor;
    this.#machine.life.runLater(0, () => reactor.running && reactor.stop());
  }

  /** Boots, after a crash if it is up, and runs all programs again. */
  restart(): void {
    const machine = this.#machine;
    if (this.isUp) this.crash();
    machine.boot();
    machine.world.note("boot", this.name);
    this.#reactor = new SimReactor(machine, this.#wiring, this.#names);
    this.#net = undefined;
    for (const spawned of this.#programs) this.#start(spawned);
  }

  /** Lets nothing of its programs run, until `resume`. Its system goes on: it accepts and keeps what comes, as long as there is room. */
  pause(): void {
    this.#machine.world.note("pause", this.name);
    this.#machine.pause();
  }

  resume(): void {
    this.#machine.world.note("resume", this.name);
    this.#machine.resume();
  }

  /** Says what becomes of packets to a port, or to all others: they pass, are refused, or vanish. */
  filter(port: number | "all", what: PortFilter): void {
    if (port !== "all") checkPort("filter", port);
    if (!["pass", "refuse", "drop"].includes(what)) {
      throw new TypeError(`Cannot filter with ${inspect(what)}: expected "pass", "refuse" or "drop"`);
    }
    this.#machine.setFilter(port, what);
  }

  /** Says how its programs read from streams: as they like, so many bytes per second, or not at all. */
  read(how: Reading): void {
    const isRate = typeof how === "object" && how !== null && how.bytesPerSecond > 0;
    if (how !== "normal" && how !== "stuck" && !isRate) {
      throw new TypeError(`Cannot read ${inspect(how)}: expected "normal", "stuck" or { bytesPerSecond } above 0`);
    }
    this.#machine.reading = how;
    this.#machine.readAgain();
  }

  /** Resets its connections: all, or those with one other host. Both ends hear of it. */
  resetConnections(other?: string): void {
    const { world, streams } = this.#machine;
    if (other !== undefined && this.#wiring.named(other) === undefined) {
      throw new RangeError(`Cannot reset connections with the host ${inspect(other)}: expected one that was made`);
    }
    for (const stream of streams) {
      const name = stream.other?.machine.name;
      if (name === undefined || (other !== undefined && name !== other)) continue;
      world.schedule(0, () => stream.wasReset());
      world.schedule(0, () => stream.other?.wasReset());
    }
  }

  /** Puts a line into the log, and a mark into the timeline. */
  note(text: string): void {
    if (typeof text !== "string") throw new TypeError(`Cannot note ${inspect(text, { depth: 0 })}: expected a text`);
    this.#machine.world.note("note", this.name, text);
  }

  /** @internal */
  get machine(): Machine {
    return this.#machine;
  }

  #start({ program, options }: Spawned): void {
    const { life, world } = this.#machine;
    const reactor = this.#reactor;
    const failed = (error: unknown): void => {
      if (life.isAlive) world.failed(this.name, error);
    };
    life.runLater(0, () => {
      const result = program(this);
      if (isThenable(result)) result.then(undefined, failed);
      if (options.run !== false && !reactor.running) reactor.run().catch(failed);
    });
  }

  #requireUp(what: string): void {
    if (this.isUp) return;
    throw new InvalidStateError(`Cannot ${what} the host ${this.name}: it is down, expected it to be up`);
  }
}

/**
 * The reactor of a simulated host: streams, datagrams, names and timers, all of them simulated. What needs the real machine it refuses: child
 * processes and descriptors.
 */
import type { ProcessTransport } from "../process/process-transport.ts";
import type { FactoryLike } from "../protocol/factory.ts";
import type { BindDatagrams } from "../reactor/datagram-port.ts";
import { refuse } from "../reactor/not-supported.ts";
import { SocketReactor } from "../reactor/socket-reactor.ts";
import type { StreamBackend } from "../reactor/stream-backend.ts";
import type { StreamPlace } from "../reactor/stream-place.ts";
import type { ThreadPoolLike } from "../threads/thread-pool-like.ts";
import { bindDatagramsOn } from "./datagram-socket.ts";
import type { Machine } from "./machine.ts";
import { SimulatedDialer } from "./simulated-dialer.ts";
import { namesFor } from "./simulated-names.ts";
import type { FindAddresses } from "./simulated-names.ts";
import { SimulatedPort } from "./simulated-port.ts";
import { SimulatedThreads } from "./simulated-threads.ts";
import type { Wiring } from "./wiring.ts";

const USE_A_REAL_ONE = "use the epoll or the node reactor";

export class SimReactor extends SocketReactor {
  readonly kind: string = "sim";
  /** Real time would make each run another one. */
  readonly stepsPerSlice: number = 64;
  /** @internal */
  readonly bindDatagrams: BindDatagrams;
  protected readonly streams: StreamBackend;
  readonly #threads: SimulatedThreads;

  constructor(machine: Machine, wiring: Wiring, names: FindAddresses) {
    super(machine.life.loop);
    this.bindDatagrams = bindDatagramsOn(machine, wiring);
    this.streams = {
      dialer: new SimulatedDialer(machine, wiring, this.batch),
      makePort: (place: StreamPlace, factory: FactoryLike) => new SimulatedPort(place, factory, this, machine),
      adoptConnection: () => refuse("sim", "adoptStreamConnection", USE_A_REAL_ONE),
      lock: (path) => machine.files.lock(path),
    };
    this.#threads = new SimulatedThreads(machine.life);
    this.installNameResolver(namesFor(machine, wiring, names));
  }

  override getThreadPool(): ThreadPoolLike {
    return this.#threads;
  }

  override spawnProcess(): ProcessTransport {
    return refuse("sim", "spawnProcess", USE_A_REAL_ONE);
  }

  protected override requireReusePort(): void {
    refuse("sim", "listen with reusePort", USE_A_REAL_ONE);
  }
}

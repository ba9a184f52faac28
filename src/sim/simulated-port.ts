/** Ports of a simulated machine: they are bound when `listenTCP` returns, or `CannotListenError` says why not. */
import type { FactoryLike } from "../protocol/factory.ts";
import { refuse } from "../reactor/not-supported.ts";
import { nameOfPlace } from "../reactor/stream-place.ts";
import type { StreamPlace } from "../reactor/stream-place.ts";
import { StreamPort } from "../reactor/stream-port.ts";
import type { StreamReactor } from "../reactor/stream-reactor.ts";
import { UNIXAddress } from "../transport/address.ts";
import { CannotListenError } from "../transport/errors.ts";
import { internetAddress } from "../transport/ports.ts";
import type { IncomingStream, StreamListener } from "./bound-sockets.ts";
import { isWildcard } from "./machine-address.ts";
import type { Machine } from "./machine.ts";
import { systemError } from "./system-error.ts";

export class SimulatedPort extends StreamPort implements StreamListener {
  readonly address: string;
  readonly path: string;
  readonly backlog: number;
  readonly takesBoth: boolean;
  port = 0;
  waiting = 0;
  listens: boolean = false;
  readonly #place: StreamPlace;
  readonly #machine: Machine;
  readonly #streams: StreamReactor;

  constructor(place: StreamPlace, factory: FactoryLike, reactor: StreamReactor, machine: Machine) {
    super(factory, reactor);
    if (place.kind === "descriptor") refuse("sim", "adopt a descriptor", "use the epoll reactor");
    this.#place = place;
    this.#machine = machine;
    this.#streams = reactor;
    this.address = place.kind === "tcp" ? place.host : "";
    this.path = place.kind === "unix" ? place.path : "";
    this.backlog = place.backlog;
    this.takesBoth = place.kind === "tcp" && place.ipv6Only === false;
  }

  accept(stream: IncomingStream): void {
    const protocol = this.buildProtocol(stream.peer);
    if (protocol === null) stream.refuse();
    else this.startConnection(stream.connect(protocol, this, this.#streams.batch));
  }

  protected override open(): void {
    const place = this.#place;
    try {
      if (place.kind === "unix") this.#bindPath(place);
      else if (place.kind === "tcp") this.#bindAddress(place.port);
    } catch (error) {
      throw new CannotListenError(nameOfPlace(place), { cause: error });
    }
    this.listens = true;
    this.isOpen(this.path === "" ? internetAddress("TCP", this.address, this.port) : new UNIXAddress(this.path));
  }

  protected override close(): void {
    this.listens = false;
    if (this.#place.kind === "unix") {
      this.#machine.files.unbind(this);
      this.#place.lock?.release();
    } else {
      this.#machine.tcp.remove(this);
    }
    this.isClosed();
  }

  #bindPath(place: Extract<StreamPlace, { kind: "unix" }>): void {
    place.lock?.take();
    try {
      this.#machine.files.bind(this);
    } catch (error) {
      place.lock?.release();
      throw error;
    }
  }

  #bindAddress(port: number): void {
    const { address } = this;
    if (!isWildcard(address) && !this.#machine.has(address)) throw systemError("bind", "EADDRNOTAVAIL");
    this.port = this.#machine.tcp.choosePort(this, port);
    this.#machine.tcp.add(this);
  }
}

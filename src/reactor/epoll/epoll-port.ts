/** Ports of the core. They are bound when `listenTCP` returns, or `CannotListenError` says why not. */
import { chmodSync, unlinkSync } from "node:fs";
import type { FactoryLike } from "../../protocol/factory.ts";
import { UNIXAddress } from "../../transport/address.ts";
import type { Address } from "../../transport/address.ts";
import { CannotListenError } from "../../transport/errors.ts";
import { StreamPort } from "../stream-port.ts";
import { fileOfPlace, nameOfPlace } from "../stream-place.ts";
import type { StreamPlace } from "../stream-place.ts";
import type { EpollCore, SlotOwner } from "./epoll-core.ts";
import { EpollHandle } from "./epoll-handle.ts";
import type { EpollStreams } from "./epoll-streams.ts";
import { addressFromName } from "./slot-address.ts";
import { connectionOver } from "./slot-connection.ts";

const NAMELESS = new UNIXAddress(null);
const NAMELESS_ENDS = { host: NAMELESS, peer: NAMELESS };

export class EpollPort extends StreamPort implements SlotOwner {
  readonly #place: StreamPlace;
  readonly #streams: EpollStreams;
  #core: EpollCore | undefined = undefined;
  #slot = -1;
  /** The address of the port, where it is the one of each of its connections too. */
  #host: Address | undefined = undefined;

  constructor(place: StreamPlace, factory: FactoryLike, streams: EpollStreams) {
    super(factory, streams.reactor);
    this.#place = place;
    this.#streams = streams;
  }

  accepted(slot: number): void {
    const core = this.#core!;
    const handle = new EpollHandle(core, slot);
    const peer = handle.address("peer") ?? NAMELESS;
    const protocol = this.buildProtocol(peer);
    if (protocol === null) {
      core.release(slot);
      return;
    }
    const host = this.#host ?? handle.address("host");
    const addresses = host instanceof UNIXAddress ? NAMELESS_ENDS : { host: host!, peer };
    this.startConnection(connectionOver(handle, protocol, addresses, this, this.#streams.reactor.batch));
  }

  protected override open(): void {
    const place = this.#place;
    try {
      if (place.kind === "unix") place.lock?.take();
      this.#core = this.#streams.core();
      this.#slot = this.#core.own(bind(this.#core, place), "listen", this);
      const file = fileOfPlace(place);
      if (file !== undefined && place.kind === "unix") chmodSync(file, place.mode);
    } catch (error) {
      this.#closeSlot();
      throw new CannotListenError(nameOfPlace(place), { cause: error });
    }
    const address = addressFromName(this.#name());
    this.#host = isWildcard(address) ? undefined : address;
    this.isOpen(address);
  }

  protected override close(): void {
    this.#closeSlot();
    this.isClosed();
  }

  #closeSlot(): void {
    if (this.#slot >= 0) {
      this.#core!.release(this.#slot);
      this.#slot = -1;
      const file = fileOfPlace(this.#place);
      if (file !== undefined) unlinkSync(file);
    }
    if (this.#place.kind === "unix") this.#place.lock?.release();
  }

  #name(): string {
    const name = this.#core!.native.name(this.#core!.handle, this.#slot, 0);
    return typeof name === "string" ? name : "";
  }
}

/** The slot of a socket that listens, or the error of the system. */
function bind({ native, handle }: EpollCore, place: StreamPlace): number {
  switch (place.kind) {
    case "tcp":
      return native.listen(handle, place.host, place.port, place.backlog, flagsOf(place));
    case "unix":
      return native.listen(handle, place.path, -1, place.backlog);
    default:
      return native.adopt(handle, place.fd, 1);
  }
}

const REUSE_PORT = 1;
const BOTH_FAMILIES = 2;

function flagsOf({ reusePort, ipv6Only }: Extract<StreamPlace, { kind: "tcp" }>): number {
  return (reusePort === true ? REUSE_PORT : 0) | (ipv6Only === false ? BOTH_FAMILIES : 0);
}

function isWildcard(address: Address): boolean {
  return "host" in address && (address.host === "0.0.0.0" || address.host === "::");
}

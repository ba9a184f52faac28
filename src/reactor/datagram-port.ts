/** Ports for datagrams over UDP, at their places: an address to bind, or a socket that somebody else has bound. */
import { InvalidStateError } from "../errors.ts";
import type { DatagramProtocolLike } from "../protocol/datagram-protocol.ts";
import type { DatagramEvents, DatagramHandle } from "../transport/datagram-handle.ts";
import type { InternetFamily } from "../transport/datagrams.ts";
import { CannotListenError } from "../transport/errors.ts";
import type { PortReactor } from "./base-datagram-port.ts";
import type { ListenMulticastOptions } from "./reactor.ts";
import { UDPPort } from "./udp-port.ts";

/** What to bind: an address, or the descriptor of a socket that is bound. */
export type DatagramPlace = { readonly address: string; readonly port: number } | { readonly fd: number };

/** What kind of socket to open. */
export interface DatagramSocketOptions {
  readonly family: InternetFamily;
  /** Whether others may bind the same port. */
  readonly reuseAddr: boolean;
  /** Whether others may, and each gets a part of what comes. */
  readonly reusePort?: boolean;
  /** How much of a datagram is wanted; a backend may give more. */
  readonly maxPacketSize: number;
}

/** What a backend does: opens a socket and binds it, or throws what the system says. */
export type BindDatagrams = (
  place: DatagramPlace,
  events: DatagramEvents,
  options: DatagramSocketOptions,
) => DatagramHandle;

export interface DatagramPortOptions extends ListenMulticastOptions {
  /** The descriptor of a bound socket to take over, instead of opening one; it is closed with the port. */
  readonly fd?: number;
  /** The family of that socket. */
  readonly family?: InternetFamily;
}

/** What a port needs of its reactor. */
export interface DatagramReactor extends PortReactor {
  readonly bindDatagrams: BindDatagrams;
}

export class DatagramPort extends UDPPort {
  readonly #reactor: DatagramReactor;
  readonly #place: DatagramPlace;
  readonly #family: InternetFamily;
  readonly #reuseAddr: boolean;
  readonly #reusePort: boolean;
  /** How errors name the place. */
  readonly #where: { readonly interface: string; readonly port: number | null };
  #isUsedUp = false;

  constructor(
    port: number,
    protocol: DatagramProtocolLike,
    reactor: DatagramReactor,
    options: DatagramPortOptions = {},
  ) {
    const { fd, interface: address = "" } = options;
    const family = checkFamily(options.family ?? (address.includes(":") ? "ipv6" : "ipv4"));
    super(family, protocol, reactor, options);
    this.#reactor = reactor;
    this.#family = family;
    // Not reusePort: it deals datagrams out among those who share the port, so that an answer may reach another one than who asked.
    this.#reuseAddr = options.listenMultiple ?? false;
    this.#reusePort = options.reusePort ?? false;
    this.#where = fd === undefined ? { interface: address, port } : { interface: `descriptor ${fd}`, port: null };
    this.#place = fd === undefined ? { address, port } : { fd };
  }

  protected override open(): DatagramHandle {
    try {
      if ("fd" in this.#place) this.#useUp();
      const { maxPacketSize } = this;
      return this.#reactor.bindDatagrams(this.#place, this, {
        family: this.#family,
        reuseAddr: this.#reuseAddr,
        reusePort: this.#reusePort,
        maxPacketSize,
      });
    } catch (error) {
      throw new CannotListenError(this.#where, { cause: error });
    }
  }

  /** A descriptor can be opened once: when the port has been closed, its number may be that of another file. */
  #useUp(): void {
    if (this.#isUsedUp) throw new InvalidStateError("it has been closed");
    this.#isUsedUp = true;
  }
}

function checkFamily(family: InternetFamily): InternetFamily {
  if (family === "ipv4" || family === "ipv6") return family;
  throw new TypeError(
    `Cannot adopt a datagram port of the family ${JSON.stringify(family)}: expected "ipv4" or "ipv6"`,
  );
}

/** Datagram ports over `node:dgram`. */
import { InvalidStateError } from "../../errors.ts";
import type { DatagramProtocolLike } from "../../protocol/datagram-protocol.ts";
import type { DatagramHandle } from "../../transport/datagram-handle.ts";
import type { InternetFamily } from "../../transport/datagrams.ts";
import { CannotListenError } from "../../transport/errors.ts";
import type { BaseReactor } from "../base-reactor.ts";
import type { ListenMulticastOptions } from "../reactor.ts";
import { UDPPort } from "../udp-port.ts";
import { DatagramSocket } from "./datagram-socket.ts";
import type { DatagramPlace, DatagramSocketOptions } from "./datagram-socket.ts";

export interface DatagramPortOptions extends ListenMulticastOptions {
  /** The descriptor of a bound socket to take over, instead of opening one; it is closed with the port. */
  readonly fd?: number;
  /** The family of that socket. */
  readonly family?: InternetFamily;
}

export class DatagramPort extends UDPPort {
  readonly #place: DatagramPlace;
  readonly #socketOptions: DatagramSocketOptions;
  /** How errors name the place. */
  readonly #where: { readonly interface: string; readonly port: number | null };
  #isUsedUp = false;

  constructor(port: number, protocol: DatagramProtocolLike, reactor: BaseReactor, options: DatagramPortOptions = {}) {
    const { fd, interface: address = "" } = options;
    const family = checkFamily(options.family ?? (address.includes(":") ? "ipv6" : "ipv4"));
    super(family, protocol, reactor, options);
    // Not reusePort: it deals datagrams out among those who share the port, so that an answer may reach another one than who asked.
    this.#socketOptions = { family, reuseAddr: options.listenMultiple ?? false };
    this.#where = fd === undefined ? { interface: address, port } : { interface: `descriptor ${fd}`, port: null };
    this.#place = fd === undefined ? { address, port } : { fd };
  }

  protected override open(): DatagramHandle {
    try {
      if ("fd" in this.#place) this.#useUp(this.#place.fd);
      return new DatagramSocket(this.#place, this, this.#socketOptions);
    } catch (error) {
      throw new CannotListenError(this.#where, { cause: error });
    }
  }

  /** A descriptor can be opened once: when the port has been closed, its number may be that of another file. */
  #useUp(fd: number): void {
    if (this.#isUsedUp) throw new InvalidStateError("it has been closed");
    // Node would open a socket of its own.
    if (fd === 0) throw new RangeError("Node cannot take over this one");
    this.#isUsedUp = true;
  }
}

function checkFamily(family: InternetFamily): InternetFamily {
  if (family === "ipv4" || family === "ipv6") return family;
  throw new TypeError(
    `Cannot adopt a datagram port of the family ${JSON.stringify(family)}: expected "ipv4" or "ipv6"`,
  );
}
